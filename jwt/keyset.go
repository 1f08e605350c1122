package jwt

import (
	"fmt"
	"io"
	"slices"
)

// KeySource gives the keys in force.
//
// KeySet is called for every token: it must be cheap, must not do I/O, is
// called concurrently, and returns the same pointer until something changes,
// since results of verification are remembered for as long as it stays the
// same. It must not return nil. Implement it to take keys from elsewhere, such
// as a key management service that something else polls.
type KeySource interface {
	KeySet() *KeySet
}

// MaxKeys is how many keys a set may hold.
const MaxKeys = 64

// KeySet is an immutable set of keys: at most one that signs, and all that
// verify. It is safe for concurrent use, and is a [KeySource] of itself.
type KeySet struct {
	signing *Key
	keys    []*Key // those that verify
	byID    map[string][]*Key
	byAlg   map[Algorithm][]*Key
	jwks    []byte

	seen knownHeaders // of verified tokens
	made knownHeaders // of signed tokens
}

// NewKeySet returns a set that signs with signing and verifies with it and
// others. A nil signing key makes a set that only verifies; then there must be
// others.
//
// All keys must be of one kind: HMAC secrets and public keys in one set are
// refused (RFC 8725, section 3.1, names what goes wrong with both), and so are
// two keys of one id and one key under two algorithms.
func NewKeySet(signing *Key, others ...*Key) (*KeySet, error) {
	all := slices.Clone(others)
	if signing != nil {
		if !signing.sign {
			return nil, fmt.Errorf("%w: key %s cannot sign", ErrKey, signing.id)
		}
		all = slices.Insert(all, 0, signing)
	}
	if err := checkTogether(all); err != nil {
		return nil, err
	}
	return newKeySet(signing, all), nil
}

// checkTogether refuses keys that must not be in one set.
func checkTogether(keys []*Key) error {
	if len(keys) == 0 {
		return fmt.Errorf("%w: a key set needs at least one key", ErrKey)
	}
	if len(keys) > MaxKeys {
		return fmt.Errorf("%w: a key set holds at most %d keys", ErrKey, MaxKeys)
	}
	ids, materials := map[string]bool{}, map[string]bool{}
	for _, k := range keys {
		switch {
		case k == nil:
			return fmt.Errorf("%w: a key of the set is nil", ErrKey)
		case k.alg.Symmetric() != keys[0].alg.Symmetric():
			return fmt.Errorf("%w: a set must not mix HMAC secrets with public keys", ErrKey)
		case ids[k.id]:
			return fmt.Errorf("%w: two keys of the set have the id %q", ErrKey, k.id)
		case materials[k.material()]:
			return fmt.Errorf("%w: key %q is in the set twice, under two ids or algorithms", ErrKey, k.id)
		}
		ids[k.id], materials[k.material()] = true, true
	}
	return nil
}

// material identifies what k is made of, whatever its id and algorithm.
func (k *Key) material() string {
	if k.secret != nil {
		return string(k.secret())
	}
	return thumbprint(k.public)
}

// newKeySet is NewKeySet for keys that fit together.
func newKeySet(signing *Key, keys []*Key) *KeySet {
	s := &KeySet{signing: signing, byID: map[string][]*Key{}, byAlg: map[Algorithm][]*Key{}}
	for _, k := range keys {
		if k.verify {
			s.keys = append(s.keys, k)
			s.byID[k.id] = []*Key{k}
			s.byAlg[k.alg] = append(s.byAlg[k.alg], k)
		}
	}
	s.jwks = marshalJWKS(keys)
	return s
}

// candidates returns the keys that may have signed a token with this header: of
// its algorithm, and with its kid if it has one. Without a kid each key of the
// algorithm is tried, the signing key first.
func (s *KeySet) candidates(h header, ignoreKeyID bool) ([]*Key, error) {
	if h.kid == "" || ignoreKeyID {
		if keys := s.byAlg[h.alg]; keys != nil {
			return keys, nil
		}
		return nil, ErrAlgorithm
	}
	keys := s.byID[h.kid]
	switch {
	case keys != nil && keys[0].alg == h.alg:
		return keys, nil
	case keys != nil || h.alg.parameters().family == familyNone:
		return nil, ErrAlgorithm
	}
	return nil, ErrUnknownKey
}

// KeySet returns s.
func (s *KeySet) KeySet() *KeySet { return s }

// SigningKey returns the key that signs, or nil if the set only verifies.
func (s *KeySet) SigningKey() *Key { return s.signing }

// Keys returns the keys that verify, the signing key first.
func (s *KeySet) Keys() []*Key { return slices.Clone(s.keys) }

// JWKS returns the public keys as a JSON document (RFC 7517, section 5), to be
// served as application/jwk-set+json. Secrets have no public part: for HMAC the
// document has no keys.
func (s *KeySet) JWKS() []byte { return slices.Clone(s.jwks) }

// String says how many keys there are, and which one signs.
func (s *KeySet) String() string {
	return fmt.Sprintf("jwt.KeySet(%d keys, signing with %v)", len(s.keys), s.signing)
}

// Format prints String for every verb.
func (s *KeySet) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }
