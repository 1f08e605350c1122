package jwt

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"
)

// Sizes of RSA keys, in bits. The least is RFC 7518, section 3.3; the largest
// keeps one verification from costing milliseconds.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// checkRSAKey returns a copy of pub, or an ErrKey.
func checkRSAKey(pub *rsa.PublicKey) (*rsa.PublicKey, error) {
	if pub.N == nil || pub.N.Sign() <= 0 {
		return nil, fmt.Errorf("%w: the RSA key has no modulus", ErrKey)
	}
	switch bits := pub.N.BitLen(); {
	case bits < minRSABits:
		return nil, fmt.Errorf("%w: the RSA key has %d bits; at least %d are needed", ErrKey, bits, minRSABits)
	case bits > maxRSABits:
		return nil, fmt.Errorf("%w: the RSA key has %d bits; at most %d are supported", ErrKey, bits, maxRSABits)
	}
	if pub.N.Bit(0) == 0 {
		return nil, fmt.Errorf("%w: the RSA modulus is even", ErrKey)
	}
	if pub.E < 3 || pub.E&1 == 0 || int64(pub.E) > 1<<31-1 {
		return nil, fmt.Errorf("%w: the RSA exponent must be odd and from 3 to 2^31−1", ErrKey)
	}
	if hasROCA(pub.N) {
		return nil, fmt.Errorf("%w: the RSA key was made by a broken generator (ROCA, CVE-2017-15361); make a new one", ErrKey)
	}
	return copyRSA(pub), nil
}

func copyRSA(pub *rsa.PublicKey) *rsa.PublicKey {
	return &rsa.PublicKey{N: new(big.Int).Set(pub.N), E: pub.E}
}

// rocaPrimes are the primes below 168, the ones all ROCA keys have in common.
var rocaPrimes = []uint64{
	2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71,
	73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151,
	157, 163, 167,
}

// hasROCA reports whether n has the mark of keys from the Infineon library:
// its primes are k·M + (65537^a mod M) with M the product of small primes, so
// n modulo each of those is a power of 65537 (Nemec et al., "The Return of
// Coppersmith's Attack", 2017). A good key passes as marked with a chance
// below 2^-27.
func hasROCA(n *big.Int) bool {
	var m, p big.Int
	for _, prime := range rocaPrimes {
		residue := m.Mod(n, p.SetUint64(prime)).Uint64()
		if !isPowerOf65537(residue, prime) {
			return false
		}
	}
	return true
}

func isPowerOf65537(residue, prime uint64) bool {
	g := uint64(65537) % prime
	for x, i := uint64(1)%prime, uint64(0); i < prime; i++ {
		if x == residue {
			return true
		}
		x = x * g % prime
	}
	return false
}

// pssOptions demands a salt as long as the hash (RFC 7518, section 3.5), when
// verifying too.
func pssOptions(h crypto.Hash) *rsa.PSSOptions {
	return &rsa.PSSOptions{SaltLength: h.Size(), Hash: h}
}

func verifyRSA(p parameters, pub *rsa.PublicKey, digest, sig []byte) bool {
	if p.family == familyPSS {
		return rsa.VerifyPSS(pub, p.hash, digest, sig, pssOptions(p.hash)) == nil
	}
	return rsa.VerifyPKCS1v15(pub, p.hash, digest, sig) == nil
}

func signRSA(p parameters, s crypto.Signer, digest []byte) ([]byte, error) {
	if p.family == familyPSS {
		return s.Sign(rand.Reader, digest, pssOptions(p.hash))
	}
	return s.Sign(rand.Reader, digest, p.hash)
}
