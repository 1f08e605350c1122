package oracle

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"
	golangjwt "github.com/golang-jwt/jwt/v5"

	"github.com/latchkey-go/latchkey/jwt"
)

// now is the time that all judge by.
var now = time.Unix(1_800_000_000, 0)

// signer makes tokens with any header and payload, right or wrong, and has the
// key in the forms that the three libraries take.
type signer struct {
	alg  string
	sign func(input []byte) []byte
	ours *jwt.KeySet
	peer any
}

// signers are one of each kind whose keys are quick to make. Fuzz workers are
// processes of their own, so a key need not be the same in all of them.
var signers = []signer{hmacSigner(), ecdsaSigner(), ed25519Signer()}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func hmacSigner() signer {
	secret := make([]byte, 32)
	rand.Read(secret)
	return signer{
		alg: "HS256",
		sign: func(input []byte) []byte {
			mac := hmac.New(sha256.New, secret)
			mac.Write(input)
			return mac.Sum(nil)
		},
		ours: must(jwt.NewHMACKey(jwt.HS256, secret)).KeySet(),
		peer: secret,
	}
}

func ecdsaSigner() signer {
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	return signer{
		alg: "ES256",
		sign: func(input []byte) []byte {
			digest := sha256.Sum256(input)
			r, s, err := ecdsa.Sign(rand.Reader, private, digest[:])
			if err != nil {
				panic(err)
			}
			sig := make([]byte, 64)
			r.FillBytes(sig[:32])
			s.FillBytes(sig[32:])
			return sig
		},
		ours: must(jwt.NewVerificationKey(jwt.ES256, &private.PublicKey)).KeySet(),
		peer: &private.PublicKey,
	}
}

func ed25519Signer() signer {
	public, private := must2(ed25519.GenerateKey(rand.Reader))
	return signer{
		alg:  "EdDSA",
		sign: func(input []byte) []byte { return ed25519.Sign(private, input) },
		ours: must(jwt.NewVerificationKey(jwt.EdDSA, public)).KeySet(),
		peer: public,
	}
}

func must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(err)
	}
	return a, b
}

// token signs a header and a payload.
func (s signer) token(header, payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	input := encode([]byte(header)) + "." + encode([]byte(payload))
	return input + "." + encode(s.sign([]byte(input)))
}

// verdict is what a library makes of a token: an error, or claims.
type verdict struct {
	err           error
	claims        map[string]any
	iss, sub, jti string
	aud           []string
	exp, nbf, iat int64 // seconds, or absent
}

const absent = -1

// judgeOurs asks jwt. A kid is left out of account, since the others have no
// notion of a set.
func (s signer) judgeOurs(token string) verdict {
	got, err := s.ours.Verify(token, jwt.Expect{Now: now, IgnoreKeyID: true})
	if err != nil {
		return verdict{err: err}
	}
	c := got.Claims
	v := verdict{
		iss: c.Issuer, sub: c.Subject, jti: c.ID, aud: c.Audience,
		exp: seconds(c.ExpiresAt), nbf: seconds(c.NotBefore), iat: seconds(c.IssuedAt),
	}
	// A number beyond float64 fails here as it does with the others; that is
	// for the rules to say, not a refusal of ours.
	_ = json.Unmarshal(c.Payload(), &v.claims)
	return v
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return absent
	}
	return t.Unix()
}

// judgeGolangJWT asks golang-jwt with all its strict options on.
func (s signer) judgeGolangJWT(token string) verdict {
	parser := golangjwt.NewParser(
		golangjwt.WithValidMethods([]string{s.alg}), golangjwt.WithStrictDecoding(),
		golangjwt.WithExpirationRequired(), golangjwt.WithIssuedAt(),
		golangjwt.WithTimeFunc(func() time.Time { return now }),
	)
	claims := golangjwt.MapClaims{}
	if _, err := parser.ParseWithClaims(token, claims, func(*golangjwt.Token) (any, error) { return s.peer, nil }); err != nil {
		return verdict{err: err}
	}
	v := verdict{claims: claims, exp: absent, nbf: absent, iat: absent}
	v.iss, _ = claims.GetIssuer()
	v.sub, _ = claims.GetSubject()
	v.jti, _ = claims["jti"].(string)
	aud, _ := claims.GetAudience()
	v.aud = aud
	for into, get := range map[*int64]func() (*golangjwt.NumericDate, error){
		&v.exp: claims.GetExpirationTime, &v.nbf: claims.GetNotBefore, &v.iat: claims.GetIssuedAt,
	} {
		if date, err := get(); err == nil && date != nil {
			*into = date.Unix()
		}
	}
	return v
}

// judgeGoJose asks go-jose, which leaves exp to its caller.
func (s signer) judgeGoJose(token string) verdict {
	parsed, err := josejwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(s.alg)})
	if err != nil {
		return verdict{err: err}
	}
	var registered josejwt.Claims
	v := verdict{exp: absent, nbf: absent, iat: absent}
	if err := parsed.Claims(s.peer, &registered, &v.claims); err != nil {
		return verdict{err: err}
	}
	if err := registered.ValidateWithLeeway(josejwt.Expected{Time: now}, 0); err != nil {
		return verdict{err: err}
	}
	if registered.Expiry == nil {
		return verdict{err: fmt.Errorf("no exp")}
	}
	v.iss, v.sub, v.jti, v.aud = registered.Issuer, registered.Subject, registered.ID, registered.Audience
	for into, date := range map[*int64]*josejwt.NumericDate{
		&v.exp: registered.Expiry, &v.nbf: registered.NotBefore, &v.iat: registered.IssuedAt,
	} {
		if date != nil {
			*into = date.Time().Unix()
		}
	}
	return v
}
