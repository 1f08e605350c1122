package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// jwk is a JSON Web Key (RFC 7517) as text: the members that matter, base64url
// still encoded.
type jwk struct {
	kty, use, alg, kid, crv string
	keyOps                  []string
	hasKeyOps, multiPrime   bool
	values                  map[string]string // k, n, e, d, p, q, dp, dq, qi, x, y
}

// ParseJWK reads a JSON Web Key (RFC 7517): kty RSA, EC (P-256, P-384, P-521),
// OKP (Ed25519) or oct. With private members the key signs and verifies;
// without them it only verifies.
//
// alg decides the algorithm. Where it is missing, EC keys have that of their
// curve, OKP keys EdDSA, and RSA keys RS256 (the default of OpenID Connect
// Core, section 3.1.3.7); oct keys must have it. use must be "sig" and key_ops
// must allow "sign" or "verify", where they are there. kid becomes the key's
// id; without it the id is as [Key.WithID] says. Secrets are checked as by
// [NewHMACKey].
func ParseJWK(data []byte) (*Key, error) {
	if len(data) > maxJWKLength {
		return nil, fmt.Errorf("%w: the JWK is longer than %d bytes", ErrKey, maxJWKLength)
	}
	var j jwk
	if err := j.parse(string(data)); err != nil {
		return nil, fmt.Errorf("%w: JWK: %w", ErrKey, err)
	}
	return j.key()
}

// maxJWKLength bounds the text of one key. The largest RSA private key that is
// accepted needs 8 KiB.
const maxJWKLength = 16 << 10

var jwkNames = []string{
	"kty", "use", "key_ops", "alg", "kid", "crv", "k", "n", "e", "d", "p", "q", "dp", "dq", "qi", "oth", "x", "y",
}

func (j *jwk) parse(text string) error {
	j.values = map[string]string{}
	return readObject(text, func(_ member, name string, value jsontext.Value) error {
		ok := true
		switch name {
		case "kty":
			j.kty, ok = stringValue(value)
		case "use":
			j.use, ok = stringValue(value)
			ok = ok && j.use != "" // "" is not "not there"
		case "alg":
			j.alg, ok = stringValue(value)
			ok = ok && j.alg != ""
		case "kid":
			j.kid, ok = stringValue(value)
			ok = ok && validKeyID(j.kid)
		case "crv":
			j.crv, ok = stringValue(value)
		case "key_ops":
			j.keyOps, ok = stringArray(value)
			j.hasKeyOps = true
		case "oth":
			j.multiPrime = true
		case "k", "n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y":
			j.values[name], ok = stringValue(value)
		default:
			ok = !caseVariant(name, jwkNames)
		}
		if !ok {
			return errors.New("a member has a wrong type or value, or is a case variant of another")
		}
		return nil
	})
}

func (j *jwk) key() (*Key, error) {
	sign, verify, err := j.purposes()
	if err != nil {
		return nil, err
	}
	alg, err := j.algorithm()
	if err != nil {
		return nil, err
	}
	k, err := j.material(alg)
	if err != nil {
		return nil, err
	}
	k.sign = k.sign && sign
	// A pair whose private half may sign is checked with its public half; a
	// secret has no halves.
	k.verify = verify || k.sign && k.secret == nil
	if !k.sign && !k.verify {
		return nil, fmt.Errorf("%w: key_ops leave a public key nothing to do here", ErrKey)
	}
	if j.kid == "" {
		return k, nil
	}
	return k.WithID(j.kid)
}

// purposes says what use and key_ops (RFC 7517, sections 4.2 and 4.3) allow.
func (j *jwk) purposes() (sign, verify bool, err error) {
	if j.use != "" && j.use != "sig" {
		return false, false, fmt.Errorf("%w: the JWK's use is not \"sig\"", ErrKey)
	}
	if !j.hasKeyOps {
		return true, true, nil
	}
	for i, op := range j.keyOps {
		if slices.Contains(j.keyOps[:i], op) {
			return false, false, fmt.Errorf("%w: the JWK's key_ops have a duplicate", ErrKey)
		}
	}
	sign, verify = slices.Contains(j.keyOps, "sign"), slices.Contains(j.keyOps, "verify")
	if !sign && !verify {
		return false, false, fmt.Errorf("%w: the JWK's key_ops allow neither \"sign\" nor \"verify\"", ErrKey)
	}
	return sign, verify, nil
}

func (j *jwk) algorithm() (Algorithm, error) {
	if j.alg != "" {
		if Algorithm(j.alg).parameters().family == familyNone {
			return "", fmt.Errorf("%w: the JWK's alg is not a supported signature algorithm", ErrKey)
		}
		return Algorithm(j.alg), nil
	}
	switch {
	case j.kty == "RSA":
		return RS256, nil
	case j.kty == "EC" && j.crv == "P-256":
		return ES256, nil
	case j.kty == "EC" && j.crv == "P-384":
		return ES384, nil
	case j.kty == "EC" && j.crv == "P-521":
		return ES512, nil
	case j.kty == "OKP" && j.crv == "Ed25519":
		return EdDSA, nil
	}
	return "", fmt.Errorf("%w: the JWK has no alg, and its kty and crv do not tell it", ErrKey)
}

// material builds the key for alg, which must be of the JWK's kty.
func (j *jwk) material(alg Algorithm) (*Key, error) {
	p := alg.parameters()
	switch {
	case j.kty == "oct" && p.family == familyHMAC:
		secret, err := j.bytes("k")
		if err != nil {
			return nil, err
		}
		return NewHMACKey(alg, secret)
	case j.kty == "RSA" && (p.family == familyRSA || p.family == familyPSS):
		return j.rsaKey(alg)
	case j.kty == "EC" && p.family == familyECDSA:
		return j.ecKey(alg, p)
	case j.kty == "OKP" && p.family == familyEdDSA && j.crv == "Ed25519":
		return j.okpKey()
	}
	return nil, fmt.Errorf("%w: the JWK's kty and crv do not fit its alg", ErrKey)
}

func (j *jwk) private() bool { _, ok := j.values["d"]; return ok }

// bytes decodes a base64url member that must be there.
func (j *jwk) bytes(name string) ([]byte, error) {
	b, ok := decodeText(j.values[name])
	if !ok || len(b) == 0 {
		return nil, fmt.Errorf("%w: the JWK's member %q is missing or not base64url", ErrKey, name)
	}
	return b, nil
}

// integer decodes a Base64urlUInt (RFC 7518, section 2), which has no leading
// zero bytes.
func (j *jwk) integer(name string) (*big.Int, error) {
	b, err := j.bytes(name)
	if err != nil {
		return nil, err
	}
	if b[0] == 0 {
		return nil, fmt.Errorf("%w: the JWK's member %q has leading zeros", ErrKey, name)
	}
	return new(big.Int).SetBytes(b), nil
}

func (j *jwk) rsaKey(alg Algorithm) (*Key, error) {
	n, err := j.integer("n")
	if err != nil {
		return nil, err
	}
	e, err := j.integer("e")
	if err != nil {
		return nil, err
	}
	if n.BitLen() > maxRSABits || e.BitLen() > 31 {
		return nil, fmt.Errorf("%w: the RSA modulus or exponent is too large", ErrKey)
	}
	pub := rsa.PublicKey{N: n, E: int(e.Int64())}
	if !j.private() {
		return NewVerificationKey(alg, &pub)
	}
	// Before any computing with the private members.
	if _, err := checkRSAKey(&pub); err != nil {
		return nil, err
	}
	priv, err := j.rsaPrivate(pub)
	if err != nil {
		return nil, err
	}
	return NewSigningKey(alg, priv)
}

func (j *jwk) rsaPrivate(pub rsa.PublicKey) (*rsa.PrivateKey, error) {
	if j.multiPrime {
		return nil, fmt.Errorf("%w: RSA keys with more than two primes are not supported", ErrKey)
	}
	var numbers [3]*big.Int
	for i, name := range []string{"d", "p", "q"} {
		n, err := j.integer(name)
		if err != nil {
			return nil, err
		}
		if n.BitLen() > pub.N.BitLen() {
			return nil, fmt.Errorf("%w: the JWK's member %q is too large", ErrKey, name)
		}
		numbers[i] = n
	}
	priv := &rsa.PrivateKey{PublicKey: pub, D: numbers[0], Primes: numbers[1:]}
	priv.Precompute() // dp, dq and qi follow from these
	if err := priv.Validate(); err != nil {
		return nil, fmt.Errorf("%w: the RSA private key is inconsistent", ErrKey)
	}
	return priv, nil
}

func (j *jwk) ecKey(alg Algorithm, p parameters) (*Key, error) {
	if j.crv != curveName(p.curve) {
		return nil, fmt.Errorf("%w: %s needs crv %s", ErrKey, alg, curveName(p.curve))
	}
	x, err := j.coordinate("x", p.coordinateSize())
	if err != nil {
		return nil, err
	}
	y, err := j.coordinate("y", p.coordinateSize())
	if err != nil {
		return nil, err
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(p.curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, fmt.Errorf("%w: the public key is not a point on %s", ErrKey, j.crv)
	}
	if !j.private() {
		return NewVerificationKey(alg, pub)
	}
	priv, err := j.ecPrivate(p.curve, p.coordinateSize())
	if err != nil {
		return nil, err
	}
	if !priv.PublicKey.Equal(pub) {
		return nil, fmt.Errorf("%w: the JWK's private and public members do not belong together", ErrKey)
	}
	return NewSigningKey(alg, priv)
}

func (j *jwk) ecPrivate(curve elliptic.Curve, size int) (*ecdsa.PrivateKey, error) {
	d, err := j.coordinate("d", size)
	if err != nil {
		return nil, err
	}
	priv, err := ecdsa.ParseRawPrivateKey(curve, d)
	if err != nil {
		return nil, fmt.Errorf("%w: the JWK's member \"d\" is out of range", ErrKey)
	}
	return priv, nil
}

// coordinate decodes a number of full length (RFC 7518, section 6.2.1.2).
func (j *jwk) coordinate(name string, size int) ([]byte, error) {
	b, err := j.bytes(name)
	if err == nil && len(b) != size {
		err = fmt.Errorf("%w: the JWK's member %q must have %d bytes", ErrKey, name, size)
	}
	return b, err
}

// okpKey reads an Ed25519 key (RFC 8037, section 2).
func (j *jwk) okpKey() (*Key, error) {
	x, err := j.coordinate("x", ed25519.PublicKeySize)
	if err != nil {
		return nil, err
	}
	if !j.private() {
		return NewVerificationKey(EdDSA, ed25519.PublicKey(x))
	}
	seed, err := j.coordinate("d", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	priv := ed25519.NewKeyFromSeed(seed)
	if !priv.Public().(ed25519.PublicKey).Equal(crypto.PublicKey(ed25519.PublicKey(x))) {
		return nil, fmt.Errorf("%w: the JWK's private and public members do not belong together", ErrKey)
	}
	return NewSigningKey(EdDSA, priv)
}
