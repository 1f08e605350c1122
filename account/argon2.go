package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// HashParams are the parameters of argon2id (RFC 9106) for new hashes. The
// zero value is the default: 19 MiB, 2 passes, 1 lane, as the OWASP Password
// Storage Cheat Sheet has it. A set of parameters is given whole or not at all.
//
// Stored hashes with other parameters stay valid, and are replaced when the
// person next signs in.
type HashParams struct {
	// Memory in KiB; 7 MiB to 256 MiB.
	Memory uint32
	// Time is the number of passes over the memory.
	Time uint32
	// Parallelism is the number of lanes, at most 16. More than one only
	// helps when the machine has idle processors at sign-in.
	Parallelism uint8
	// InsecureWeak allows less work than OWASP's weakest recommendation
	// (Memory × Time below 35 MiB). It is for tests, which hash a lot.
	InsecureWeak bool
}

const (
	argon2Version = "19"
	saltLength    = 16
	keyLength     = 32
	maxLanes      = 16
	// minHashMemory and minHashWork are the weakest choice of the OWASP sheet,
	// 7 MiB and 5 passes, in KiB.
	minHashMemory = 7 << 10
	minHashWork   = 5 * minHashMemory
)

func (p HashParams) orDefault() HashParams {
	if p.Memory == 0 && p.Time == 0 && p.Parallelism == 0 {
		p.Memory, p.Time, p.Parallelism = 19<<10, 2, 1
	}
	return p
}

func (p HashParams) check() error {
	var errs []error
	if p.Memory == 0 || p.Time == 0 || p.Parallelism == 0 {
		return errors.New("account: Config.Hash: set Memory, Time and Parallelism, or none of them for the defaults")
	}
	if p.Parallelism > maxLanes || p.Memory < 8*uint32(p.Parallelism) {
		errs = append(errs, fmt.Errorf("account: Config.Hash: Parallelism %d must be at most %d and an eighth of Memory", p.Parallelism, maxLanes))
	}
	if p.Memory > maxHashMemory || p.work() > maxHashCost {
		errs = append(errs, fmt.Errorf("account: Config.Hash: Memory %d KiB with Time %d is above the cap of 256 MiB and 4 GiB of work", p.Memory, p.Time))
	}
	if !p.InsecureWeak && (p.Memory < minHashMemory || p.work() < minHashWork) {
		errs = append(errs, fmt.Errorf("account: Config.Hash: Memory %d KiB with Time %d is too weak; leave Hash empty for 19456 KiB and 2", p.Memory, p.Time))
	}
	return errors.Join(errs...)
}

// work is the cost of one hash in KiB passed over.
func (p HashParams) work() int64 { return int64(p.Memory) * int64(p.Time) }

// argon2Hash is a hash by argon2id, or by argon2i from elsewhere.
type argon2Hash struct {
	params HashParams
	i      bool
	salt   []byte
	key    []byte
}

func parseArgon2(s string) (*argon2Hash, error) {
	p, err := parsePHC(s)
	if err != nil {
		return nil, err
	}
	if p.version != argon2Version {
		return nil, fmt.Errorf("%w: argon2 of a version other than %s", ErrUnsupportedHash, argon2Version)
	}
	n, err := p.numbers("m", "t", "p")
	if err != nil {
		return nil, err
	}
	memory, time, lanes := n[0], n[1], n[2]
	if time == 0 || lanes == 0 || lanes > maxLanes || memory < 8*lanes {
		return nil, fmt.Errorf("%w: argon2 parameters out of range", ErrUnsupportedHash)
	}
	return &argon2Hash{
		params: HashParams{Memory: memory, Time: time, Parallelism: uint8(lanes)},
		i:      p.id == "argon2i", salt: p.salt, key: p.hash,
	}, nil
}

// newArgon2 hashes password with a new salt.
func newArgon2(p HashParams, password string) *argon2Hash {
	h := &argon2Hash{params: p, salt: make([]byte, saltLength)}
	rand.Read(h.salt) // never fails
	h.key = h.derive(password, keyLength)
	return h
}

func (h *argon2Hash) derive(password string, length int) []byte {
	f := argon2.IDKey
	if h.i {
		f = argon2.Key
	}
	return f([]byte(password), h.salt, h.params.Time, h.params.Memory, h.params.Parallelism, uint32(length))
}

func (h *argon2Hash) verify(password string) bool {
	return subtle.ConstantTimeCompare(h.derive(password, len(h.key)), h.key) == 1
}

func (h *argon2Hash) name() string {
	if h.i {
		return "argon2i"
	}
	return "argon2id"
}

func (h *argon2Hash) cost() int64   { return h.params.work() }
func (h *argon2Hash) memory() int64 { return int64(h.params.Memory) }

// made says whether newArgon2 with p would make a hash of this kind.
func (h *argon2Hash) made(p HashParams) bool {
	return !h.i && len(h.salt) == saltLength && len(h.key) == keyLength &&
		h.params.Memory == p.Memory && h.params.Time == p.Time && h.params.Parallelism == p.Parallelism
}

// String is the PHC string.
func (h *argon2Hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$%s$v=%s$m=%d,t=%d,p=%d$%s$%s", h.name(), argon2Version,
		h.params.Memory, h.params.Time, h.params.Parallelism,
		b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}
