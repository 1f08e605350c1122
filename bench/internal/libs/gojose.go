package libs

import (
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

type goJOSE struct {
	key    fixture.Key
	algs   []jose.SignatureAlgorithm
	signer jose.Signer
}

func newGoJOSE(k fixture.Key) (Codec, error) {
	alg := jose.SignatureAlgorithm(k.Algorithm)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: k.Private}, (&jose.SignerOptions{}).WithType("JWT"))
	return &goJOSE{k, []jose.SignatureAlgorithm{alg}, signer}, err
}

func (c *goJOSE) Verify(token string) (string, error) {
	t, err := jwt.ParseSigned(token, c.algs)
	if err != nil {
		return "", err
	}
	var standard jwt.Claims
	var claims fixture.Claims
	if err := t.Claims(c.key.Public, &standard, &claims); err != nil {
		return "", err
	}
	return claims.Subject, standard.ValidateWithLeeway(jwt.Expected{
		Issuer: fixture.Issuer, AnyAudience: jwt.Audience{fixture.Issuer}, Time: time.Now(),
	}, 0)
}

func (c *goJOSE) Sign(f fixture.Claims) (string, error) {
	return jwt.Signed(c.signer).Claims(f).Serialize()
}
