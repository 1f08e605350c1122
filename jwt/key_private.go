package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
)

// checkPrivateKey refuses a private key that is incomplete or does not belong to
// its public half. Nobody could verify what it signs; and an Ed25519 signature
// made with the public half of another key tells the private one. A signer of
// another make keeps its key to itself and passes.
func checkPrivateKey(s crypto.Signer) error {
	fits := true
	switch priv := s.(type) {
	case *rsa.PrivateKey:
		fits = priv != nil && priv.Validate() == nil
	case *ecdsa.PrivateKey:
		fits = isECDSAPair(priv)
	case ed25519.PrivateKey:
		fits = isEd25519Pair(priv)
	case *ed25519.PrivateKey:
		fits = priv != nil && isEd25519Pair(*priv)
	}
	if !fits {
		return fmt.Errorf("%w: the private key is incomplete, or does not belong to its public half", ErrKey)
	}
	return nil
}

func isECDSAPair(priv *ecdsa.PrivateKey) bool {
	if priv == nil || priv.Curve == nil || *priv == (ecdsa.PrivateKey{PublicKey: priv.PublicKey}) ||
		priv.PublicKey == (ecdsa.PublicKey{Curve: priv.Curve}) {
		return false
	}
	d, err := priv.Bytes()
	if err != nil {
		return false
	}
	whole, err := ecdsa.ParseRawPrivateKey(priv.Curve, d)
	return err == nil && whole.PublicKey.Equal(&priv.PublicKey)
}

func isEd25519Pair(priv ed25519.PrivateKey) bool {
	return len(priv) == ed25519.PrivateKeySize && ed25519.NewKeyFromSeed(priv.Seed()).Equal(priv)
}
