package jwt

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
)

// signatureSize is the length of the key's signatures in bytes; each algorithm
// has one.
func (k *Key) signatureSize() int {
	switch pub := k.public.(type) {
	case *rsa.PublicKey:
		return pub.Size()
	case *ecdsa.PublicKey:
		return 2 * k.params.coordinateSize()
	case ed25519.PublicKey:
		return ed25519.SignatureSize
	}
	return k.params.hash.Size()
}

// verifySignature reports whether signature, still in base64url, is the one
// spelling of a signature of input by k.
func (k *Key) verifySignature(input, signature string) bool {
	if k.params.family == familyHMAC {
		return k.macs.verify(input, signature)
	}
	size := k.signatureSize()
	if len(signature) != base64.RawURLEncoding.EncodedLen(size) {
		return false
	}
	var buf [maxRSABits / 8]byte
	n, ok := decodeSegment(buf[:], signature)
	return ok && k.verifyBytes([]byte(input), buf[:n])
}

// verifyBytes is verifySignature for a decoded signature.
func (k *Key) verifyBytes(input, sig []byte) bool {
	if len(sig) != k.signatureSize() {
		return false
	}
	switch pub := k.public.(type) {
	case *rsa.PublicKey:
		var buf [sha512.Size]byte
		return verifyRSA(k.params, pub, k.digest(&buf, input), sig)
	case *ecdsa.PublicKey:
		var buf [sha512.Size]byte
		return verifyECDSA(pub, k.digest(&buf, input), sig)
	case ed25519.PublicKey:
		return ed25519.Verify(pub, input, sig)
	}
	return k.macs.verify(string(input), base64.RawURLEncoding.EncodeToString(sig))
}

// digest hashes input with the algorithm's hash into buf.
func (k *Key) digest(buf *[sha512.Size]byte, input []byte) []byte {
	switch k.params.hash.Size() {
	case sha256.Size:
		*(*[sha256.Size]byte)(buf[:]) = sha256.Sum256(input)
	case sha512.Size384:
		*(*[sha512.Size384]byte)(buf[:]) = sha512.Sum384(input)
	default:
		*buf = sha512.Sum512(input)
	}
	return buf[:k.params.hash.Size()]
}

// appendSignature appends to input, the first two parts of a token, a dot and
// the base64url signature of input.
func (k *Key) appendSignature(input []byte) ([]byte, error) {
	if k.params.family == familyHMAC {
		return k.macs.appendSignature(input), nil
	}
	sig, err := k.signBytes(input)
	if err != nil {
		return nil, fmt.Errorf("jwt: signing with key %s: %w", k.id, err)
	}
	if len(sig) != k.signatureSize() {
		return nil, fmt.Errorf("jwt: signing with key %s: the signer gave %d bytes instead of %d", k.id, len(sig), k.signatureSize())
	}
	return base64.RawURLEncoding.AppendEncode(append(input, '.'), sig), nil
}

func (k *Key) signBytes(input []byte) ([]byte, error) {
	var buf [sha512.Size]byte
	switch k.params.family {
	case familyRSA, familyPSS:
		return signRSA(k.params, k.signer(), k.digest(&buf, input))
	case familyECDSA:
		return signECDSA(k.params, k.signer(), k.digest(&buf, input))
	}
	return signEd25519(k.signer(), input)
}
