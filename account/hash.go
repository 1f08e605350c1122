package account

import (
	"fmt"
	"strings"
)

// Caps of what a stored hash may ask for. A row of the database, or an import,
// decides over memory and time of the process; nothing is allocated before
// these were checked.
const (
	// maxHashMemory is in KiB.
	maxHashMemory = 256 << 10
	// maxHashCost is in units of cost, see Hash.cost: about 3 seconds.
	maxHashCost = 4 << 20
	// maxHashText is the length of the longest hash text that is looked at.
	maxHashText = 512
)

// Hash is a parsed password hash. Get one with ParseHash.
type Hash struct {
	algorithm algorithm
	// normalized says that the hash is over the normalised password, as this
	// package makes them, and not over the bytes that were typed.
	normalized bool
}

// algorithm is a parsed hash of one kind.
type algorithm interface {
	// name is what an operator calls it.
	name() string
	// verify computes the hash of password once and compares.
	verify(password string) bool
	// cost is the work of one verify in units of one KiB passed over once by
	// argon2, measured on amd64 for the others. It is there to make up the
	// difference between hashes, not to compare their strength.
	cost() int64
	// memory is what one verify allocates, in KiB.
	memory() int64
}

// ParseHash reads a stored password hash of any kind that this package can
// check:
//
//   - argon2id and argon2i, version 19, as PHC strings: $argon2id$v=19$m=…,t=…,p=…$salt$hash
//   - bcrypt: $2a$, $2b$ and $2y$ with costs 4 to 15
//   - Werkzeug (Flask): pbkdf2:sha1, pbkdf2:sha256, pbkdf2:sha512 and scrypt
//   - Django: pbkdf2_sha256
//   - scrypt as a PHC string, as passlib writes it: $scrypt$ln=…,r=…,p=…$salt$hash
//
// Anything else is ErrUnsupportedHash, and so is a hash that would take more
// than 256 MiB of memory or more than some seconds to check. The error never
// repeats the hash.
func ParseHash(s string) (*Hash, error) {
	if len(s) > maxHashText {
		return nil, fmt.Errorf("%w: longer than %d bytes", ErrUnsupportedHash, maxHashText)
	}
	a, err := parseAlgorithm(s)
	if err != nil {
		return nil, err
	}
	if a.memory() > maxHashMemory || a.cost() > maxHashCost {
		return nil, fmt.Errorf("%w: it asks for more memory or time than is allowed", ErrUnsupportedHash)
	}
	_, phcArgon := a.(*argon2Hash)
	return &Hash{algorithm: a, normalized: phcArgon}, nil
}

func parseAlgorithm(s string) (algorithm, error) {
	prefix, _, _ := strings.Cut(strings.TrimPrefix(s, "$"), "$")
	switch {
	case !strings.HasPrefix(s, "$"):
		return parsePrefixed(s)
	case prefix == "argon2id" || prefix == "argon2i":
		return parseArgon2(s)
	case prefix == "2a" || prefix == "2b" || prefix == "2y":
		return parseBcrypt(s)
	case prefix == "scrypt":
		return parsePHCScrypt(s)
	}
	return nil, fmt.Errorf("%w: unknown format", ErrUnsupportedHash)
}

// Algorithm names the kind of hash, e.g. "argon2id" or "bcrypt", for reports
// on an import.
func (h *Hash) Algorithm() string { return h.algorithm.name() }

// verify computes the hash once and compares in constant time.
func (h *Hash) verify(password password) bool {
	if h.normalized {
		return h.algorithm.verify(password.normalized)
	}
	return h.algorithm.verify(password.typed)
}
