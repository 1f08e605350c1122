package account

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// Hashes that other systems made. They are over the bytes that were typed, as
// those systems did not normalise.

// bcryptHash is $2a$, $2b$ or $2y$; the three are the same for every password
// of valid text. bcrypt looks at the first 72 bytes only.
type bcryptHash struct {
	text []byte
	work int // log2
}

func parseBcrypt(s string) (*bcryptHash, error) {
	const length = 60
	const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	if len(s) != length || s[6] != '$' || strings.Trim(s[7:], alphabet) != "" {
		return nil, fmt.Errorf("%w: not a bcrypt hash", ErrUnsupportedHash)
	}
	work, err := bcrypt.Cost([]byte(s))
	if err != nil || work > 15 || s[4:6] != fmt.Sprintf("%02d", work) {
		return nil, fmt.Errorf("%w: bcrypt cost is not 04 to 15", ErrUnsupportedHash)
	}
	return &bcryptHash{text: []byte(s), work: work}, nil
}

func (h *bcryptHash) verify(password string) bool {
	return bcrypt.CompareHashAndPassword(h.text, []byte(password)) == nil
}

func (h *bcryptHash) name() string  { return "bcrypt" }
func (h *bcryptHash) cost() int64   { return 96 << h.work }
func (h *bcryptHash) memory() int64 { return 5 }

// pbkdf2Hash is of Werkzeug or Django.
type pbkdf2Hash struct {
	digest     string // "sha1", "sha256" or "sha512"
	iterations uint32
	salt       []byte
	key        []byte
}

// digests are the hash functions of pbkdf2Hash, with the cost of a thousand
// iterations.
var digests = map[string]struct {
	new  func() hash.Hash
	size int
	cost int64
}{
	"sha1":   {sha1.New, sha1.Size, 290},
	"sha256": {sha256.New, sha256.Size, 250},
	"sha512": {sha512.New, sha512.Size, 800},
}

func newPBKDF2(digest, iterations, salt string, key []byte) (*pbkdf2Hash, error) {
	n, err := parseNumber(iterations)
	if err != nil {
		return nil, err
	}
	if n == 0 || salt == "" || len(salt) > maxSalt || len(key) != digests[digest].size {
		return nil, fmt.Errorf("%w: pbkdf2 parameters out of range", ErrUnsupportedHash)
	}
	return &pbkdf2Hash{digest: digest, iterations: n, salt: []byte(salt), key: key}, nil
}

func (h *pbkdf2Hash) verify(password string) bool {
	got, err := pbkdf2.Key(digests[h.digest].new, password, h.salt, int(h.iterations), len(h.key))
	return err == nil && subtle.ConstantTimeCompare(got, h.key) == 1
}

func (h *pbkdf2Hash) name() string  { return "pbkdf2-" + h.digest }
func (h *pbkdf2Hash) cost() int64   { return int64(h.iterations) * digests[h.digest].cost / 1000 }
func (h *pbkdf2Hash) memory() int64 { return 1 }

// scryptHash is of Werkzeug, or a PHC string (RFC 7914).
type scryptHash struct {
	n, r, p uint32
	salt    []byte
	key     []byte
}

// checkScrypt refuses what the scrypt package would refuse, so that verify
// cannot fail for another reason than a wrong password.
func (h *scryptHash) check() (*scryptHash, error) {
	if h.n < 2 || h.n&(h.n-1) != 0 || h.r == 0 || h.p == 0 || h.r > 64 || h.p > maxLanes ||
		len(h.salt) == 0 || len(h.salt) > maxSalt || len(h.key) < minHash || len(h.key) > maxHash {
		return nil, fmt.Errorf("%w: scrypt parameters out of range", ErrUnsupportedHash)
	}
	return h, nil
}

func (h *scryptHash) verify(password string) bool {
	got, err := scrypt.Key([]byte(password), h.salt, int(h.n), int(h.r), int(h.p), len(h.key))
	return err == nil && subtle.ConstantTimeCompare(got, h.key) == 1
}

func (h *scryptHash) name() string  { return "scrypt" }
func (h *scryptHash) cost() int64   { return int64(h.n) * int64(h.r) * int64(h.p) / 2 }
func (h *scryptHash) memory() int64 { return (int64(h.n) + int64(h.p)) * int64(h.r) / 8 }

func parsePHCScrypt(s string) (*scryptHash, error) {
	p, err := parsePHC(s)
	if err != nil {
		return nil, err
	}
	n, err := p.numbers("ln", "r", "p")
	if err != nil || p.version != "" || n[0] > 30 {
		return nil, fmt.Errorf("%w: scrypt parameters out of range", ErrUnsupportedHash)
	}
	return (&scryptHash{n: 1 << n[0], r: n[1], p: n[2], salt: p.salt, key: p.hash}).check()
}

// parsePrefixed reads what does not begin with a dollar: Django's
// pbkdf2_sha256$iterations$salt$base64, and Werkzeug's method$salt$hex, where
// method is pbkdf2:digest:iterations or scrypt:n:r:p.
func parsePrefixed(s string) (algorithm, error) {
	part := strings.Split(s, "$")
	if len(part) == 4 && part[0] == "pbkdf2_sha256" {
		key, err := base64.StdEncoding.Strict().DecodeString(part[3])
		if err != nil || strings.ContainsAny(s, "\r\n") {
			return nil, fmt.Errorf("%w: the hash is not base64", ErrUnsupportedHash)
		}
		return newPBKDF2("sha256", part[1], part[2], key)
	}
	if len(part) != 3 {
		return nil, fmt.Errorf("%w: unknown format", ErrUnsupportedHash)
	}
	key, err := hex.DecodeString(part[2])
	if err != nil || part[2] != strings.ToLower(part[2]) {
		return nil, fmt.Errorf("%w: the hash is not lower-case hexadecimal", ErrUnsupportedHash)
	}
	return parseWerkzeug(strings.Split(part[0], ":"), part[1], key)
}

func parseWerkzeug(method []string, salt string, key []byte) (algorithm, error) {
	switch {
	case len(method) == 3 && method[0] == "pbkdf2" && digests[method[1]].new != nil:
		return newPBKDF2(method[1], method[2], salt, key)
	case len(method) == 4 && method[0] == "scrypt":
		var n [3]uint32
		for i, text := range method[1:] {
			var err error
			if n[i], err = parseNumber(text); err != nil {
				return nil, err
			}
		}
		return (&scryptHash{n: n[0], r: n[1], p: n[2], salt: []byte(salt), key: key}).check()
	}
	return nil, fmt.Errorf("%w: unknown format", ErrUnsupportedHash)
}
