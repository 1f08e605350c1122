package account

import (
	"crypto/rand"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// password is a password as it was typed, and as this package hashes it.
type password struct {
	typed      string
	normalized string
}

// normalize is the password in both forms. It normalises with NFKC, one of the
// two forms that SP 800-63B-4, section 3.1.1.2, names: what different keyboards
// and input methods send for the same signs becomes one text. Of the two it is
// the one that leaves what people type mostly as it is, so that hashes made
// elsewhere without normalising mostly still fit.
func normalize(typed string) password {
	return password{typed: typed, normalized: norm.NFKC.String(typed)}
}

// hasher does all the hashing there is.
type hasher struct {
	params HashParams
	// dummy stands in where there is no hash to compare with.
	dummy *Hash
	// observe is called with the cost of all that was hashed in one call; for
	// tests. A count cannot be flaky, a stopwatch is.
	observe func(cost int64)
}

func newHasher(params HashParams) *hasher {
	random := make([]byte, saltLength+keyLength)
	rand.Read(random) // never fails
	return &hasher{
		params: params,
		dummy: &Hash{normalized: true, algorithm: &argon2Hash{
			params: params, salt: random[:saltLength], key: random[saltLength:],
		}},
	}
}

// check says whether the password has the hash h. When h is nil it hashes all
// the same and says no. In both cases the work is that of one hash with the
// parameters in force: what a cheaper h leaves is made up. Only an h that costs
// more stands out, until the person signs in and gets a new one.
func (s *hasher) check(h *Hash, p password) bool {
	real := h != nil
	if !real {
		h = s.dummy
	}
	match := h.verify(p) && real
	cost := h.algorithm.cost()
	s.report(cost + s.makeUp(s.params.work()-cost, p))
	return match
}

// hash makes a new hash.
func (s *hasher) hash(p password) string {
	h := newArgon2(s.params, p.normalized)
	s.report(h.cost())
	return h.String()
}

// makeUp does work to the amount of cost, and returns how much it did: a
// memory's worth in as few passes as possible.
func (s *hasher) makeUp(cost int64, p password) int64 {
	passes := (cost + int64(s.params.Memory) - 1) / int64(s.params.Memory)
	if passes <= 0 {
		return 0
	}
	memory := cost / passes
	if memory < 8*int64(s.params.Parallelism) {
		return 0
	}
	argon2.IDKey([]byte(p.normalized), s.dummy.algorithm.(*argon2Hash).salt,
		uint32(passes), uint32(memory), s.params.Parallelism, keyLength)
	return memory * passes
}

func (s *hasher) report(cost int64) {
	if s.observe != nil {
		s.observe(cost)
	}
}

// outdated says whether a hash should be replaced by one of hasher.hash.
func (s *hasher) outdated(h *Hash) bool {
	a, ok := h.algorithm.(*argon2Hash)
	return !ok || !a.made(s.params)
}
