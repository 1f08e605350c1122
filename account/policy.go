package account

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// Policy says which passwords may be chosen. The zero value follows NIST SP
// 800-63B-4, section 3.1.1.2, for passwords that are the only factor: at least
// 15 characters, up to 1024 bytes, any characters, nothing that is guessed
// early. It applies to new passwords only.
type Policy struct {
	// MinLength is the least number of characters (Unicode code points).
	// Defaults to 15, and must be 15 to 64.
	MinLength int
	// InsecureMinLength allows 8 to 14 characters instead. NIST allows that
	// only where a second factor is always asked for, which this package does
	// not do.
	InsecureMinLength int
	// ServiceNames are names that people connect with the service, such as its
	// brand and domain. A password that is little else is refused.
	ServiceNames []string
	// ReservedUsernames may not be chosen at sign-up, besides those that
	// always are, such as admin, support and postmaster.
	ReservedUsernames []string
	// Refuse may refuse more passwords, such as those of a breach corpus kept
	// on disk: it returns the reason in plain words, or nothing. It is called
	// with the normalised password, by many goroutines, and must not keep it.
	Refuse func(password string) (reason string)
}

// Bounds of passwords: code points, and bytes as typed. The latter is also
// checked before any hashing.
const (
	defaultMinPassword  = 15
	insecureMinPassword = 8
	highestMinPassword  = 64
	maxPasswordBytes    = 1024
)

func (p Policy) check() error {
	var errs []error
	if p.MinLength != 0 && (p.MinLength < defaultMinPassword || p.MinLength > highestMinPassword) {
		errs = append(errs, fmt.Errorf("account: Config.Policy: MinLength %d is not 15 to 64; less than 15 needs InsecureMinLength", p.MinLength))
	}
	if p.InsecureMinLength != 0 && (p.InsecureMinLength < insecureMinPassword || p.InsecureMinLength >= defaultMinPassword) {
		errs = append(errs, fmt.Errorf("account: Config.Policy: InsecureMinLength %d is not 8 to 14", p.InsecureMinLength))
	}
	if p.MinLength != 0 && p.InsecureMinLength != 0 {
		errs = append(errs, errors.New("account: Config.Policy: set MinLength or InsecureMinLength, not both"))
	}
	return errors.Join(errs...)
}

// MinimumLength is the least number of characters under p, to be told to
// people before they choose.
func (p Policy) MinimumLength() int {
	if n := max(p.MinLength, p.InsecureMinLength); n > 0 {
		return n
	}
	return defaultMinPassword
}

// Check returns nil if password may be chosen, else a *ValidationError with
// the field "password". Names are texts about the person, such as username and
// name: a password that is little else is refused.
func (p Policy) Check(password string, names ...string) error {
	var e ValidationError
	e.add("password", p.problem(normalize(password), names))
	return e.orNil()
}

// problem is what is wrong with a new password in plain words.
func (p Policy) problem(pw password, names []string) string {
	if len(pw.typed) > maxPasswordBytes {
		return fmt.Sprintf("This password is too long: at most %d bytes are possible, about as many letters.", maxPasswordBytes)
	}
	if !utf8.ValidString(pw.typed) {
		return "This password contains bytes that are not text. Type it again."
	}
	// Normalising can join code points and split them; the smaller number
	// counts, so that neither makes a short password long.
	n := min(utf8.RuneCountInString(pw.typed), utf8.RuneCountInString(pw.normalized))
	if least := p.MinimumLength(); n < least {
		return fmt.Sprintf("This password is too short: it needs at least %d characters. A few unrelated words do well.", least)
	}
	if why := guessable(pw.normalized, names, p.ServiceNames); why != "" {
		return "This password " + why + ", so it is among the first to be guessed. Choose another, such as a few unrelated words."
	}
	if p.Refuse != nil {
		return p.Refuse(pw.normalized)
	}
	return ""
}
