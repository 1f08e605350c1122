package libs

import (
	"github.com/golang-jwt/jwt/v5"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

// GolangJWTClaims are the claims as golang-jwt wants them.
type GolangJWTClaims struct {
	jwt.RegisteredClaims
	SessionID string   `json:"sid"`
	AuthTime  int64    `json:"auth_time"`
	CSRF      string   `json:"csrf"`
	Roles     []string `json:"roles"`
}

type golangJWT struct {
	method jwt.SigningMethod
	key    fixture.Key
	parser *jwt.Parser
	asMap  bool
}

// NewGolangJWTParser returns a parser that checks what all others check.
func NewGolangJWTParser(alg string) *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{alg}), jwt.WithIssuer(fixture.Issuer),
		jwt.WithAudience(fixture.Issuer), jwt.WithExpirationRequired())
}

func newGolangJWT(k fixture.Key) (Codec, error) {
	return &golangJWT{jwt.GetSigningMethod(string(k.Algorithm)), k, NewGolangJWTParser(string(k.Algorithm)), false}, nil
}

func newGolangJWTMap(k fixture.Key) (Codec, error) {
	return &golangJWT{jwt.GetSigningMethod(string(k.Algorithm)), k, NewGolangJWTParser(string(k.Algorithm)), true}, nil
}

func (c *golangJWT) Verify(token string) (string, error) {
	var claims jwt.Claims = &GolangJWTClaims{}
	if c.asMap {
		claims = jwt.MapClaims{}
	}
	if _, err := c.parser.ParseWithClaims(token, claims, c.public); err != nil {
		return "", err
	}
	return claims.GetSubject()
}

func (c *golangJWT) public(*jwt.Token) (any, error) { return c.key.Public, nil }

func (c *golangJWT) Sign(f fixture.Claims) (string, error) {
	var claims jwt.Claims = jwt.MapClaims{
		"iss": f.Issuer, "sub": f.Subject, "aud": f.Audience, "iat": f.IssuedAt, "nbf": f.NotBefore, "exp": f.ExpiresAt,
		"jti": f.ID, "sid": f.SessionID, "auth_time": f.AuthTime, "csrf": f.CSRF, "roles": f.Roles,
	}
	if !c.asMap {
		claims = signable{f}
	}
	return jwt.NewWithClaims(c.method, claims).SignedString(c.key.Private)
}

// signable lets a struct be signed; nothing asks it for single claims.
type signable struct{ fixture.Claims }

func (signable) GetExpirationTime() (*jwt.NumericDate, error) { return nil, nil }
func (signable) GetIssuedAt() (*jwt.NumericDate, error)       { return nil, nil }
func (signable) GetNotBefore() (*jwt.NumericDate, error)      { return nil, nil }
func (signable) GetIssuer() (string, error)                   { return "", nil }
func (signable) GetSubject() (string, error)                  { return "", nil }
func (signable) GetAudience() (jwt.ClaimStrings, error)       { return nil, nil }
