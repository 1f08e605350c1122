package importer

import (
	"encoding/base64"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// djangoHash turns a password field of Django into what account.ParseHash reads.
// Only its spelling changes. What that cannot check, such as bcrypt_sha256, stays
// as it is.
func djangoHash(s string) string {
	algorithm, rest, _ := strings.Cut(s, "$")
	switch {
	case strings.HasPrefix(s, "!"):
		return "" // set_unusable_password
	case algorithm == "argon2" || algorithm == "bcrypt":
		return "$" + strings.TrimPrefix(rest, "$")
	case algorithm == "scrypt":
		if phc, ok := djangoScrypt(strings.Split(rest, "$")); ok {
			return phc
		}
	}
	return s
}

// djangoScrypt is for salt$n$r$p$hash.
func djangoScrypt(part []string) (phc string, ok bool) {
	if len(part) != 5 {
		return "", false
	}
	n, err := strconv.ParseUint(part[1], 10, 31)
	if err != nil || n < 2 || n&(n-1) != 0 {
		return "", false
	}
	key, err := base64.StdEncoding.DecodeString(part[4])
	if err != nil {
		return "", false
	}
	raw := base64.RawStdEncoding
	return fmt.Sprintf("$scrypt$ln=%d,r=%s,p=%s$%s$%s", bits.TrailingZeros64(n), part[2], part[3],
		raw.EncodeToString([]byte(part[0])), raw.EncodeToString(key)), true
}
