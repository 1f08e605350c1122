package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// MaxKeyIDLength is the longest kid accepted, in bytes.
const MaxKeyIDLength = 256

// Key is one key with exactly one algorithm. It may sign, verify, or both. It
// is immutable and safe for concurrent use, and prints only its algorithm and
// id. A Key is a [KeySource] of itself.
type Key struct {
	alg    Algorithm
	params parameters
	id     string

	secret hidden[[]byte]        // HMAC
	macs   *macPool              // HMAC
	signer hidden[crypto.Signer] // others, when the key can sign
	public crypto.PublicKey      // others: *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey

	sign, verify bool

	setOnce sync.Once
	set     *KeySet
}

// hidden is a value, or nil for none, that fmt cannot reach: it prints structs
// to the bottom when a verb does not fit, but a function only as an address.
type hidden[T any] func() T

func hide[T any](v T) hidden[T] { return func() T { return v } }

// NewHMACKey returns a key for HS256, HS384 or HS512 that signs and verifies.
//
// The secret must have at least as many bytes as the hash (32, 48, 64: RFC
// 7518, section 3.2) and must not be guessable; otherwise the error is a
// *WeakSecretError. Any secret from a random generator passes, raw or written
// in hex or base64, for example the output of
//
//	openssl rand -base64 32
//
// The text itself is the secret: hex and base64 are not decoded.
func NewHMACKey(alg Algorithm, secret []byte) (*Key, error) {
	p := alg.parameters()
	if p.family != familyHMAC {
		return nil, fmt.Errorf("%w: %q is not an HMAC algorithm", ErrKey, alg)
	}
	if err := checkSecret(alg, secret, p.hash.Size()); err != nil {
		return nil, err
	}
	return newHMACKey(alg, p, secret), nil
}

// InsecureHMACKey is [NewHMACKey] without any check of the secret but that it
// is not empty. A guessable secret lets anyone who has seen one token make all
// others, so this is for tests against published vectors and for reading the
// tokens of a system that is being replaced.
func InsecureHMACKey(alg Algorithm, secret []byte) (*Key, error) {
	p := alg.parameters()
	if p.family != familyHMAC {
		return nil, fmt.Errorf("%w: %q is not an HMAC algorithm", ErrKey, alg)
	}
	if len(secret) == 0 {
		return nil, fmt.Errorf("%w: the secret is empty", ErrKey)
	}
	return newHMACKey(alg, p, secret), nil
}

func newHMACKey(alg Algorithm, p parameters, secret []byte) *Key {
	own := append([]byte(nil), secret...)
	return &Key{
		alg: alg, params: p, id: hmacKeyID(p.hash, own),
		secret: hide(own), macs: newMACPool(p.hash, own),
		sign: true, verify: true,
	}
}

// NewSigningKey returns a key that signs with s and verifies with s.Public().
// s is an *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey, or any
// other signer, such as one of a key management service, whose public key is
// of the matching type. A private key that is incomplete, or of which the two
// halves do not belong together, is refused. s must not be changed afterwards.
func NewSigningKey(alg Algorithm, s crypto.Signer) (*Key, error) {
	if s == nil {
		return nil, fmt.Errorf("%w: no signer", ErrKey)
	}
	if err := checkPrivateKey(s); err != nil {
		return nil, err
	}
	k, err := NewVerificationKey(alg, s.Public())
	if err != nil {
		return nil, err
	}
	k.signer, k.sign = hide(s), true
	return k, nil
}

// NewVerificationKey returns a key that only verifies. pub is an
// *rsa.PublicKey of 2048 to 8192 bits, an *ecdsa.PublicKey on the algorithm's
// curve, or an ed25519.PublicKey.
func NewVerificationKey(alg Algorithm, pub crypto.PublicKey) (*Key, error) {
	p := alg.parameters()
	own, err := checkPublicKey(alg, p, pub)
	if err != nil {
		return nil, err
	}
	k := &Key{alg: alg, params: p, public: own, verify: true}
	k.id = thumbprint(own)
	return k, nil
}

// checkPublicKey returns a copy of pub that nobody else can change, or an
// ErrKey that says why pub is no key for alg.
func checkPublicKey(alg Algorithm, p parameters, pub crypto.PublicKey) (crypto.PublicKey, error) {
	switch p.family {
	case familyRSA, familyPSS:
		if pub, ok := pub.(*rsa.PublicKey); ok && pub != nil {
			return checkRSAKey(pub)
		}
	case familyECDSA:
		if pub, ok := pub.(*ecdsa.PublicKey); ok && pub != nil {
			return checkECDSAKey(alg, p, pub)
		}
	case familyEdDSA:
		if pub, ok := pub.(ed25519.PublicKey); ok {
			return checkEd25519Key(pub)
		}
	case familyHMAC:
		return nil, fmt.Errorf("%w: %s takes a secret (NewHMACKey), not a public key", ErrKey, alg)
	default:
		return nil, fmt.Errorf("%w: unknown algorithm %q", ErrKey, alg)
	}
	return nil, fmt.Errorf("%w: %T is not a key for %s", ErrKey, pub, alg)
}

// GenerateKey makes a new random key: 32, 48 or 64 bytes for HMAC, 3072 bits
// for RSA.
func GenerateKey(alg Algorithm) (*Key, error) {
	p := alg.parameters()
	switch p.family {
	case familyHMAC:
		secret := make([]byte, p.hash.Size())
		rand.Read(secret)
		return newHMACKey(alg, p, secret), nil
	case familyRSA, familyPSS:
		return signingKeyOf(alg)(rsa.GenerateKey(rand.Reader, 3072))
	case familyECDSA:
		return signingKeyOf(alg)(ecdsa.GenerateKey(p.curve, rand.Reader))
	case familyEdDSA:
		_, priv, err := ed25519.GenerateKey(rand.Reader)
		return signingKeyOf(alg)(priv, err)
	}
	return nil, fmt.Errorf("%w: unknown algorithm %q", ErrKey, alg)
}

// signingKeyOf turns the two results of a generator into those of
// NewSigningKey.
func signingKeyOf(alg Algorithm) func(crypto.Signer, error) (*Key, error) {
	return func(s crypto.Signer, err error) (*Key, error) {
		if err != nil {
			return nil, err
		}
		return NewSigningKey(alg, s)
	}
}

// WithID returns a copy of k whose id (the kid of RFC 7515, section 4.1.4) is
// kid: 1 to [MaxKeyIDLength] printable ASCII characters without '"' and '\'.
//
// Without WithID the id is the RFC 7638 thumbprint of the public key, or for
// HMAC a value computed from the secret that reveals nothing of it; so the same
// key has the same id wherever it is loaded.
func (k *Key) WithID(kid string) (*Key, error) {
	if !validKeyID(kid) {
		return nil, fmt.Errorf("%w: a key id is 1 to %d printable ASCII characters without quotes and backslashes", ErrKey, MaxKeyIDLength)
	}
	return &Key{
		alg: k.alg, params: k.params, id: kid,
		secret: k.secret, macs: k.macs, signer: k.signer, public: k.public,
		sign: k.sign, verify: k.verify,
	}, nil
}

func validKeyID(kid string) bool {
	if kid == "" || len(kid) > MaxKeyIDLength {
		return false
	}
	for i := range len(kid) {
		if c := kid[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// ID is the key's id.
func (k *Key) ID() string { return k.id }

// Algorithm is the one algorithm the key is for.
func (k *Key) Algorithm() Algorithm { return k.alg }

// CanSign reports whether the key can sign.
func (k *Key) CanSign() bool { return k.sign }

// CanVerify reports whether the key may verify. Only a JWK whose key_ops leave
// "verify" out cannot.
func (k *Key) CanVerify() bool { return k.verify }

// Public returns a copy of the public key: *rsa.PublicKey, *ecdsa.PublicKey or
// ed25519.PublicKey. It is nil for HMAC keys, which have none.
func (k *Key) Public() crypto.PublicKey {
	switch pub := k.public.(type) {
	case *rsa.PublicKey:
		return copyRSA(pub)
	case *ecdsa.PublicKey:
		c := *pub
		return &c
	case ed25519.PublicKey:
		return append(ed25519.PublicKey(nil), pub...)
	}
	return nil
}

// KeySet returns a set of k alone, always the same one, so that a Key is a
// [KeySource].
func (k *Key) KeySet() *KeySet {
	k.setOnce.Do(func() { k.set = newKeySet(k.signerOrNil(), []*Key{k}) })
	return k.set
}

func (k *Key) signerOrNil() *Key {
	if k.sign {
		return k
	}
	return nil
}

// String names the algorithm and the id, never the key itself.
func (k *Key) String() string { return "jwt.Key(" + string(k.alg) + " " + k.id + ")" }

// Format prints String for every verb, so that none prints the secret.
func (k *Key) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }

// LogValue is String for log/slog.
func (k *Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalJSON refuses: a key must not end up in a JSON document by accident.
func (k *Key) MarshalJSON() ([]byte, error) {
	return nil, fmt.Errorf("%w: a Key has no JSON form; KeySet.JWKS gives public keys", ErrKey)
}

// curveName is the crv of RFC 7518, section 6.2.1.1.
func curveName(c elliptic.Curve) string { return c.Params().Name }
