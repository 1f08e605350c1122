package flaskjwt

import (
	"errors"
	"fmt"
	"slices"

	"github.com/latchkey-go/latchkey/jwt"
)

// keyring are the keys of the settings. There is one set for each accepted
// algorithm, for a key has exactly one; sets of different families never stand
// beside each other.
type keyring struct {
	verify map[jwt.Algorithm]*jwt.KeySet
	sign   *jwt.Key // nil: tokens can only be verified

	signErr, verifyErr error // why there is no key
}

// newHMAC makes a key from a secret. Tests against recorded tokens replace it,
// for their secrets are known to everybody.
type newHMAC func(jwt.Algorithm, []byte) (*jwt.Key, error)

// keys makes the keys of the settings, or says all that is wrong with them. A
// half that is not set is no mistake here: it is not needed until it is used.
func (s *settings) keys(hmac newHMAC) (*keyring, error) {
	if !supported(s.algorithm) {
		return nil, fmt.Errorf("JWT_ALGORITHM %q is not supported", s.algorithm)
	}
	ring := &keyring{verify: map[jwt.Algorithm]*jwt.KeySet{}}
	var errs []error
	for _, name := range s.decodeAlgorithms {
		switch {
		case !supported(name):
			errs = append(errs, fmt.Errorf("JWT_DECODE_ALGORITHMS: %q is not supported", name))
		case isAsymmetric(name) != s.isAsymmetric():
			errs = append(errs, fmt.Errorf("JWT_DECODE_ALGORITHMS: %s and %s cannot share a key: whoever knows the public key could sign with it", name, s.algorithm))
		default:
			errs = append(errs, ring.add(s, jwt.Algorithm(name), hmac))
		}
	}
	if s.isAsymmetric() {
		errs = append(errs, ring.addPrivate(s))
	}
	return ring, errors.Join(errs...)
}

func supported(algorithm string) bool {
	return slices.Contains(jwt.Algorithms(), jwt.Algorithm(algorithm))
}

// add makes the key that verifies tokens of alg.
func (r *keyring) add(s *settings, alg jwt.Algorithm, hmac newHMAC) error {
	if s.isAsymmetric() {
		return r.addPublic(s, alg)
	}
	if s.secret == "" {
		r.signErr = fmt.Errorf("JWT_SECRET_KEY or SECRET_KEY must be set for %s", s.algorithm)
		r.verifyErr = r.signErr
		return nil
	}
	k, err := hmac(alg, []byte(s.secret))
	if err != nil {
		return fmt.Errorf("JWT_SECRET_KEY: %w", err)
	}
	r.verify[alg] = k.KeySet()
	if string(alg) == s.algorithm {
		r.sign = k
	}
	return nil
}

func (r *keyring) addPublic(s *settings, alg jwt.Algorithm) error {
	if s.publicKey == "" {
		r.verifyErr = fmt.Errorf("JWT_PUBLIC_KEY must be set for %s", s.algorithm)
		return nil
	}
	k, err := jwt.ParsePEM(alg, []byte(s.publicKey))
	switch {
	case err != nil:
		return fmt.Errorf("JWT_PUBLIC_KEY: %w", err)
	case k.CanSign():
		return errors.New("JWT_PUBLIC_KEY is a private key")
	}
	r.verify[alg] = k.KeySet()
	return nil
}

func (r *keyring) addPrivate(s *settings) error {
	if s.privateKey == "" {
		r.signErr = fmt.Errorf("JWT_PRIVATE_KEY must be set for %s", s.algorithm)
		return nil
	}
	k, err := jwt.ParsePEM(jwt.Algorithm(s.algorithm), []byte(s.privateKey))
	switch {
	case err != nil:
		return fmt.Errorf("JWT_PRIVATE_KEY: %w", err)
	case !k.CanSign():
		return errors.New("JWT_PRIVATE_KEY is a public key")
	}
	r.sign = k
	return nil
}

// public is what can be shown to others, for a JWK Set document.
func (r *keyring) public() *jwt.KeySet {
	for _, set := range r.verify {
		return set
	}
	if r.sign != nil {
		return r.sign.KeySet()
	}
	return nil
}
