package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// checkECDSAKey returns a copy of pub, or an ErrKey if it is on another curve
// or not on its curve at all.
func checkECDSAKey(alg Algorithm, p parameters, pub *ecdsa.PublicKey) (*ecdsa.PublicKey, error) {
	if pub.Curve == nil || pub.Curve != p.curve {
		return nil, fmt.Errorf("%w: %s needs a key on %s", ErrKey, alg, curveName(p.curve))
	}
	if *pub == (ecdsa.PublicKey{Curve: pub.Curve}) {
		return nil, fmt.Errorf("%w: the public key has no point", ErrKey)
	}
	point, err := pub.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: the public key is not a point on %s", ErrKey, curveName(p.curve))
	}
	own, err := ecdsa.ParseUncompressedPublicKey(p.curve, point)
	if err != nil {
		return nil, fmt.Errorf("%w: the public key is not a point on %s", ErrKey, curveName(p.curve))
	}
	return own, nil
}

// coordinateSize is the length of a coordinate, and of r and of s, in bytes.
func (p parameters) coordinateSize() int { return (p.curve.Params().BitSize + 7) / 8 }

// verifyECDSA checks a signature in the form of RFC 7518, section 3.4: r and s,
// each exactly as long as a coordinate. sig has the right length already.
func verifyECDSA(pub *ecdsa.PublicKey, digest, sig []byte) bool {
	half := len(sig) / 2
	r, s := new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:])
	return ecdsa.Verify(pub, digest, r, s)
}

// signECDSA signs and turns the ASN.1 form that every crypto.Signer gives into
// r and s.
func signECDSA(p parameters, signer crypto.Signer, digest []byte) ([]byte, error) {
	der, err := signer.Sign(rand.Reader, digest, p.hash)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &pair)
	size := p.coordinateSize()
	if err != nil || len(rest) != 0 || pair.R.Sign() <= 0 || pair.S.Sign() <= 0 ||
		pair.R.BitLen() > 8*size || pair.S.BitLen() > 8*size {
		return nil, errors.New("jwt: the signer gave a signature that is not ECDSA in ASN.1 form")
	}
	sig := make([]byte, 2*size)
	pair.R.FillBytes(sig[:size])
	pair.S.FillBytes(sig[size:])
	return sig, nil
}
