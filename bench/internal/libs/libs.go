// Package libs has one implementation of "verify" and "sign" for each JWT
// library. Each checks signature, algorithm, exp, nbf, iss and aud, and ends
// with the claims in a struct (or in a map, where its name says so), as its
// documentation shows it.
package libs

import (
	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

// Library is one library, used in one way.
type Library struct {
	Name   string // as in the tables
	Module string // whose version is told
	New    func(fixture.Key) (Codec, error)
}

// Codec verifies and signs with one key.
type Codec interface {
	// Verify returns the subject of a good token.
	Verify(token string) (subject string, err error)
	// Sign makes a token of claims; nil for ways that differ in verifying only.
	Sign(fixture.Claims) (string, error)
}

// All are the libraries, ours first.
func All() []Library {
	return []Library{
		{"Latchkey", "github.com/latchkey-go/latchkey", newLatchkey},
		{"golang-jwt, struct", "github.com/golang-jwt/jwt/v5", newGolangJWT},
		{"golang-jwt, map", "github.com/golang-jwt/jwt/v5", newGolangJWTMap},
		{"jwx, struct", "github.com/lestrrat-go/jwx/v3", newJWXStruct},
		{"jwx, jwt.Parse", "github.com/lestrrat-go/jwx/v3", newJWX},
		{"go-jose, struct", "github.com/go-jose/go-jose/v4", newGoJOSE},
		{"kataras/jwt, struct", "github.com/kataras/jwt", newKataras},
	}
}
