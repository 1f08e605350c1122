package libs

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

type jwx struct {
	alg jwa.SignatureAlgorithm
	key fixture.Key
}

func newJWX(k fixture.Key) (Codec, error) {
	alg, ok := jwa.LookupSignatureAlgorithm(string(k.Algorithm))
	if !ok {
		return nil, errors.New("jwx: unknown algorithm")
	}
	return &jwx{alg, k}, nil
}

func (c *jwx) Verify(token string) (string, error) {
	t, err := jwt.ParseString(token, jwt.WithKey(c.alg, c.key.Public), jwt.WithIssuer(fixture.Issuer),
		jwt.WithAudience(fixture.Issuer), jwt.WithRequiredClaim("exp"))
	if err != nil {
		return "", err
	}
	subject, _ := t.Subject()
	return subject, nil
}

func (c *jwx) Sign(f fixture.Claims) (string, error) {
	t, err := jwt.NewBuilder().Issuer(f.Issuer).Subject(f.Subject).Audience([]string{f.Audience}).
		IssuedAt(time.Unix(f.IssuedAt, 0)).NotBefore(time.Unix(f.NotBefore, 0)).Expiration(time.Unix(f.ExpiresAt, 0)).
		JwtID(f.ID).Claim("sid", f.SessionID).Claim("auth_time", f.AuthTime).Claim("csrf", f.CSRF).Claim("roles", f.Roles).Build()
	if err != nil {
		return "", err
	}
	signed, err := jwt.Sign(t, jwt.WithKey(c.alg, c.key.Private))
	return string(signed), err
}

// jwxStruct is jws below jwt, and encoding/json into a struct.
type jwxStruct struct{ *jwx }

func newJWXStruct(k fixture.Key) (Codec, error) {
	c, err := newJWX(k)
	if err != nil {
		return nil, err
	}
	return jwxStruct{c.(*jwx)}, nil
}

func (c jwxStruct) Verify(token string) (string, error) {
	payload, err := jws.Verify([]byte(token), jws.WithKey(c.alg, c.key.Public))
	if err != nil {
		return "", err
	}
	var claims fixture.Claims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return "", err
	}
	if now := time.Now().Unix(); now >= claims.ExpiresAt || now < claims.NotBefore ||
		claims.Issuer != fixture.Issuer || claims.Audience != fixture.Issuer {
		return "", errors.New("jwx: claims")
	}
	return claims.Subject, nil
}

func (c jwxStruct) Sign(f fixture.Claims) (string, error) {
	payload, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	signed, err := jws.Sign(payload, jws.WithKey(c.alg, c.key.Private))
	return string(signed), err
}
