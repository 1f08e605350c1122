package jwt

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"math/big"
)

// checkEd25519Key returns a copy of pub, or an ErrKey if it is not the one
// encoding of a point on the curve (RFC 8032, section 5.1.3) or if the point
// has a small order: with such a key a signature can be made without the
// private key.
func checkEd25519Key(pub ed25519.PublicKey) (ed25519.PublicKey, error) {
	if len(pub) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%w: an Ed25519 public key has %d bytes", ErrKey, ed25519.PublicKeySize)
	}
	y, ok := ed25519Y(pub)
	if !ok {
		return nil, fmt.Errorf("%w: the public key is not a point on Ed25519", ErrKey)
	}
	if ed25519SmallOrder(y) {
		return nil, fmt.Errorf("%w: the Ed25519 public key is a point of small order", ErrKey)
	}
	return append(ed25519.PublicKey(nil), pub...), nil
}

// Numbers of RFC 8032, section 5.1.
var (
	ed25519P = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 255), big.NewInt(19))
	// ed25519D is −121665/121666.
	ed25519D = func() *big.Int {
		d := new(big.Int).ModInverse(big.NewInt(121666), ed25519P)
		return d.Mod(d.Mul(d, big.NewInt(-121665)), ed25519P)
	}()
)

// ed25519Y returns the y coordinate that pub encodes, and whether there is a
// point with it: x² = (y²−1)/(dy²+1) must have a root.
func ed25519Y(pub ed25519.PublicKey) (*big.Int, bool) {
	var be [ed25519.PublicKeySize]byte
	for i, b := range pub {
		be[len(be)-1-i] = b
	}
	negative := be[0]&0x80 != 0
	be[0] &= 0x7f
	y := new(big.Int).SetBytes(be[:])
	if y.Cmp(ed25519P) >= 0 {
		return nil, false
	}
	one := big.NewInt(1)
	yy := new(big.Int).Mul(y, y)
	denominator := new(big.Int).Mul(ed25519D, yy)
	denominator.Mod(denominator.Add(denominator, one), ed25519P)
	xx := new(big.Int).ModInverse(denominator, ed25519P) // never 0: −1/d is no square
	xx.Mod(xx.Mul(xx, yy.Sub(yy, one)), ed25519P)
	if xx.Sign() == 0 {
		return y, !negative // x = 0 has one sign only
	}
	return y, new(big.Int).ModSqrt(xx, ed25519P) != nil
}

// ed25519SmallOrder reports whether a point with this y has order 1, 2, 4 or 8.
// Those have y = 1, −1 and 0; and the points of order 8 double to y = 0, which
// means x² = −y², and with the curve's equation d·y⁴ + 2y² − 1 = 0.
func ed25519SmallOrder(y *big.Int) bool {
	one := big.NewInt(1)
	yy := new(big.Int).Mul(y, y)
	yy.Mod(yy, ed25519P)
	if yy.Sign() == 0 || yy.Cmp(one) == 0 {
		return true
	}
	v := new(big.Int).Mul(ed25519D, yy)
	v.Add(v, big.NewInt(2))
	v.Mul(v, yy)
	v.Mod(v.Sub(v, one), ed25519P)
	return v.Sign() == 0
}

func signEd25519(s crypto.Signer, message []byte) ([]byte, error) {
	return s.Sign(rand.Reader, message, crypto.Hash(0))
}
