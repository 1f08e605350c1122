package account

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// A PHC string is $id[$v=version][$name=value,…]$salt$hash with base64 without
// padding, as the Password Hashing Competition wrote it down.

// phc is a PHC string taken apart.
type phc struct {
	id      string
	version string // empty when there is none
	params  string
	salt    []byte
	hash    []byte
}

// Bounds of salts and hashes. 8 and 16 bytes are the least that RFC 9106 and
// older systems use; 64 bytes is the most that any of them writes.
const (
	minSalt = 8
	minHash = 16
	maxSalt = 64
	maxHash = 64
)

// parsePHC takes a PHC string apart. One value has one spelling: base64 is
// strict, and numbers have no sign and no leading zero.
func parsePHC(s string) (phc, error) {
	part := strings.Split(s, "$")
	var p phc
	switch {
	case len(part) == 6 && part[0] == "" && strings.HasPrefix(part[2], "v="):
		p = phc{id: part[1], version: part[2][2:], params: part[3]}
	case len(part) == 5 && part[0] == "":
		p = phc{id: part[1], params: part[2]}
	default:
		return phc{}, fmt.Errorf("%w: not a PHC string", ErrUnsupportedHash)
	}
	b64 := base64.RawStdEncoding.Strict()
	var errSalt, errHash error
	p.salt, errSalt = b64.DecodeString(part[len(part)-2])
	p.hash, errHash = b64.DecodeString(part[len(part)-1])
	if errSalt != nil || errHash != nil || strings.ContainsAny(s, "\r\n") {
		return phc{}, fmt.Errorf("%w: salt and hash are not base64 without padding", ErrUnsupportedHash)
	}
	if err := checkSizes(len(p.salt), len(p.hash)); err != nil {
		return phc{}, err
	}
	return p, nil
}

func checkSizes(salt, hash int) error {
	if salt < minSalt || salt > maxSalt || hash < minHash || hash > maxHash {
		return fmt.Errorf("%w: a salt of %d and a hash of %d bytes; they may have %d to %d and %d to %d",
			ErrUnsupportedHash, salt, hash, minSalt, maxSalt, minHash, maxHash)
	}
	return nil
}

// numbers reads params, which must be exactly the named ones in this order.
func (p *phc) numbers(names ...string) ([]uint32, error) {
	fields := strings.Split(p.params, ",")
	if len(fields) != len(names) {
		return nil, fmt.Errorf("%w: parameters are not %s", ErrUnsupportedHash, strings.Join(names, ","))
	}
	values := make([]uint32, len(names))
	for i, name := range names {
		text, ok := strings.CutPrefix(fields[i], name+"=")
		n, err := parseNumber(text)
		if !ok || err != nil {
			return nil, fmt.Errorf("%w: parameters are not %s", ErrUnsupportedHash, strings.Join(names, ","))
		}
		values[i] = n
	}
	return values, nil
}

// parseNumber reads a decimal number that has one spelling only.
func parseNumber(text string) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || strconv.FormatUint(n, 10) != text {
		return 0, fmt.Errorf("%w: a parameter is not a plain number", ErrUnsupportedHash)
	}
	return uint32(n), nil
}
