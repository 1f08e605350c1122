package libs

import (
	"errors"

	"github.com/kataras/jwt"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

type kataras struct {
	alg jwt.Alg
	key fixture.Key
}

func newKataras(k fixture.Key) (Codec, error) {
	for _, alg := range []jwt.Alg{jwt.HS256, jwt.RS256, jwt.PS256, jwt.ES256, jwt.EdDSA} {
		if alg.Name() == string(k.Algorithm) {
			return &kataras{alg, k}, nil
		}
	}
	return nil, errors.New("kataras: unknown algorithm")
}

func (c *kataras) Verify(token string) (string, error) {
	t, err := jwt.Verify(c.alg, c.key.Public, []byte(token), jwt.Expected{Issuer: fixture.Issuer, Audience: jwt.Audience{fixture.Issuer}})
	if err != nil {
		return "", err
	}
	var claims fixture.Claims
	if err := t.Claims(&claims); err != nil {
		return "", err
	}
	return claims.Subject, nil
}

func (c *kataras) Sign(f fixture.Claims) (string, error) {
	token, err := jwt.Sign(c.alg, c.key.Private, f)
	return string(token), err
}
