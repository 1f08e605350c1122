package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"slices"
	"testing"
)

// TestBrokenPrivateKeys: keys that are incomplete, or put together from two, are
// refused, none with a panic.
func TestBrokenPrivateKeys(t *testing.T) {
	newECDSA := func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	_, otherEd, _ := ed25519.GenerateKey(rand.Reader)
	mixedEd := ed25519.PrivateKey(slices.Concat(ed[:ed25519.SeedSize], otherEd[ed25519.SeedSize:]))
	mixedECDSA, noScalar, noPoint := newECDSA(), newECDSA(), newECDSA()
	mixedECDSA.PublicKey = newECDSA().PublicKey
	*noScalar = ecdsa.PrivateKey{PublicKey: noScalar.PublicKey}
	noPoint.PublicKey = ecdsa.PublicKey{Curve: elliptic.P256()}
	for name, c := range map[string]struct {
		alg Algorithm
		key crypto.Signer
	}{
		"RSA, nil":               {RS256, (*rsa.PrivateKey)(nil)},
		"RSA, zero":              {RS256, &rsa.PrivateKey{}},
		"ECDSA, nil":             {ES256, (*ecdsa.PrivateKey)(nil)},
		"ECDSA, zero":            {ES256, &ecdsa.PrivateKey{}},
		"ECDSA, no scalar":       {ES256, noScalar},
		"ECDSA, no point":        {ES256, noPoint},
		"ECDSA, two keys":        {ES256, mixedECDSA},
		"Ed25519, nil":           {EdDSA, ed25519.PrivateKey(nil)},
		"Ed25519, a seed alone":  {EdDSA, ed25519.PrivateKey(ed.Seed())},
		"Ed25519, too long":      {EdDSA, append(slices.Clone(ed), 0)},
		"Ed25519, two keys":      {EdDSA, mixedEd},
		"Ed25519, nil pointer":   {EdDSA, (*ed25519.PrivateKey)(nil)},
		"Ed25519, two, pointer":  {EdDSA, &mixedEd},
		"ECDSA, for another alg": {ES384, newECDSA()},
	} {
		if k, err := NewSigningKey(c.alg, c.key); k != nil || !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v and %v, want ErrKey", name, k, err)
		}
	}
	if _, err := NewVerificationKey(ES256, &ecdsa.PublicKey{Curve: elliptic.P256()}); !errors.Is(err, ErrKey) {
		t.Errorf("a public key without a point: got %v, want ErrKey", err)
	}
	for alg, key := range map[Algorithm]crypto.Signer{ES256: newECDSA(), EdDSA: &ed} {
		if _, err := NewSigningKey(alg, key); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
	}
}
