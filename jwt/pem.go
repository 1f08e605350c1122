package jwt

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// ParsePEM reads one key in PEM: "PRIVATE KEY" (PKCS #8), "RSA PRIVATE KEY" or
// "EC PRIVATE KEY" for a key that signs and verifies; "PUBLIC KEY" or "RSA
// PUBLIC KEY" for one that only verifies. alg must fit the key. Encrypted keys,
// certificates, and anything before or after the block are refused, but
// "EC PARAMETERS", which openssl writes before EC keys, may come first.
func ParsePEM(alg Algorithm, data []byte) (*Key, error) {
	if alg.Symmetric() {
		return nil, fmt.Errorf("%w: %s takes a secret (NewHMACKey), not PEM", ErrKey, alg)
	}
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN ")) {
		return nil, fmt.Errorf("%w: the text is not a PEM block alone", ErrKey)
	}
	block, rest := pem.Decode(data)
	if block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest)
	}
	if block == nil {
		return nil, fmt.Errorf("%w: no PEM block found", ErrKey)
	}
	if len(bytes.TrimSpace(rest)) != 0 {
		return nil, fmt.Errorf("%w: there is more than one key in the PEM text", ErrKey)
	}
	if block.Headers["DEK-Info"] != "" || block.Type == "ENCRYPTED PRIVATE KEY" {
		return nil, fmt.Errorf("%w: the PEM key is encrypted; decrypt it first (openssl pkey)", ErrKey)
	}
	if signer, err := parsePrivatePEM(block); signer != nil || err != nil {
		return newSigningKeyOrError(alg, signer, err)
	}
	pub, err := parsePublicPEM(block)
	if err != nil {
		return nil, err
	}
	return NewVerificationKey(alg, pub)
}

func newSigningKeyOrError(alg Algorithm, s crypto.Signer, err error) (*Key, error) {
	if err != nil {
		return nil, err
	}
	return NewSigningKey(alg, s)
}

// parsePrivatePEM returns nil and nil when the block is no private key.
func parsePrivatePEM(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, nil
	}
	signer, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return nil, fmt.Errorf("%w: the PEM block %q holds no private key that can sign", ErrKey, block.Type)
	}
	return signer, nil
}

func parsePublicPEM(block *pem.Block) (crypto.PublicKey, error) {
	var key crypto.PublicKey
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, fmt.Errorf("%w: a PEM block of this type is not a key for tokens; use PRIVATE KEY or PUBLIC KEY", ErrKey)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: the PEM block %q holds no public key", ErrKey, block.Type)
	}
	return key, nil
}
