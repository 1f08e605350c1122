package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
)

// thumbprint is the SHA-256 thumbprint of a public key (RFC 7638, section 3):
// the hash of its required members, in order of their names, without white
// space.
func thumbprint(pub crypto.PublicKey) string {
	sum := sha256.Sum256(requiredMembers(pub))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func requiredMembers(pub crypto.PublicKey) []byte {
	encode := base64.RawURLEncoding.EncodeToString
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return []byte(`{"e":"` + encode(big.NewInt(int64(pub.E)).Bytes()) + `","kty":"RSA","n":"` + encode(pub.N.Bytes()) + `"}`)
	case *ecdsa.PublicKey:
		x, y := coordinates(pub)
		return []byte(`{"crv":"` + curveName(pub.Curve) + `","kty":"EC","x":"` + encode(x) + `","y":"` + encode(y) + `"}`)
	case ed25519.PublicKey:
		return []byte(`{"crv":"Ed25519","kty":"OKP","x":"` + encode(pub) + `"}`)
	}
	return nil
}

// coordinates returns x and y in full length (RFC 7518, section 6.2.1.2).
func coordinates(pub *ecdsa.PublicKey) (x, y []byte) {
	point, err := pub.Bytes() // 4, x, y
	if err != nil {           // cannot be: keys are checked when they are made
		return nil, nil
	}
	half := len(point) / 2
	return point[1 : 1+half], point[1+half:]
}
