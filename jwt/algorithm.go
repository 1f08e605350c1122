package jwt

import (
	"crypto"
	"crypto/elliptic"
	_ "crypto/sha256" // the hashes of the table below
	_ "crypto/sha512"
)

// Algorithm is a signature algorithm of RFC 7518, section 3.1, or RFC 8037,
// section 3.1. Names are compared exactly; there is no "none".
type Algorithm string

// The algorithms there are.
const (
	HS256 Algorithm = "HS256" // HMAC with SHA-256: one secret, shared by all who verify
	HS384 Algorithm = "HS384" // HMAC with SHA-384
	HS512 Algorithm = "HS512" // HMAC with SHA-512
	RS256 Algorithm = "RS256" // RSASSA-PKCS1-v1_5 with SHA-256
	RS384 Algorithm = "RS384" // RSASSA-PKCS1-v1_5 with SHA-384
	RS512 Algorithm = "RS512" // RSASSA-PKCS1-v1_5 with SHA-512
	PS256 Algorithm = "PS256" // RSASSA-PSS with SHA-256, salt of 32 bytes
	PS384 Algorithm = "PS384" // RSASSA-PSS with SHA-384, salt of 48 bytes
	PS512 Algorithm = "PS512" // RSASSA-PSS with SHA-512, salt of 64 bytes
	ES256 Algorithm = "ES256" // ECDSA on P-256 with SHA-256
	ES384 Algorithm = "ES384" // ECDSA on P-384 with SHA-384
	ES512 Algorithm = "ES512" // ECDSA on P-521 with SHA-512
	EdDSA Algorithm = "EdDSA" // Ed25519: small, fast, and what to choose when others verify
)

// family is what kind of key an algorithm takes.
type family uint8

const (
	familyNone family = iota
	familyHMAC
	familyRSA
	familyPSS
	familyECDSA
	familyEdDSA
)

// parameters are what the rest of the package asks about an algorithm.
type parameters struct {
	family family
	hash   crypto.Hash    // 0 for EdDSA, which hashes by itself
	curve  elliptic.Curve // for ECDSA
}

// parameters returns what is known of a; family familyNone when a is not an
// algorithm of this package.
func (a Algorithm) parameters() parameters {
	switch a {
	case HS256:
		return parameters{family: familyHMAC, hash: crypto.SHA256}
	case HS384:
		return parameters{family: familyHMAC, hash: crypto.SHA384}
	case HS512:
		return parameters{family: familyHMAC, hash: crypto.SHA512}
	case RS256:
		return parameters{family: familyRSA, hash: crypto.SHA256}
	case RS384:
		return parameters{family: familyRSA, hash: crypto.SHA384}
	case RS512:
		return parameters{family: familyRSA, hash: crypto.SHA512}
	case PS256:
		return parameters{family: familyPSS, hash: crypto.SHA256}
	case PS384:
		return parameters{family: familyPSS, hash: crypto.SHA384}
	case PS512:
		return parameters{family: familyPSS, hash: crypto.SHA512}
	case ES256:
		return parameters{family: familyECDSA, hash: crypto.SHA256, curve: elliptic.P256()}
	case ES384:
		return parameters{family: familyECDSA, hash: crypto.SHA384, curve: elliptic.P384()}
	case ES512:
		return parameters{family: familyECDSA, hash: crypto.SHA512, curve: elliptic.P521()}
	case EdDSA:
		return parameters{family: familyEdDSA}
	}
	return parameters{}
}

// Symmetric reports whether a is an HMAC algorithm: whoever can verify such a
// token can also make one.
func (a Algorithm) Symmetric() bool { return a.parameters().family == familyHMAC }

// Algorithms lists all supported algorithms.
func Algorithms() []Algorithm {
	return []Algorithm{
		HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512,
		ES256, ES384, ES512, EdDSA,
	}
}
