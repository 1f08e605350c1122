package jwt

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// maxInteger is 2^53, up to which integers are exact in every JSON reader.
const maxInteger = 1 << 53

// guardedClaims are claims on which something is decided, here or in the
// packages above. One that appears in another letter case makes the claims
// malformed: another reader of the same token may take it for the real one.
var guardedClaims = []string{
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti",
	"sid", "auth_time", "ep", "csrf", "gen", "mac", "fresh", "type", "typ", "scope", "roles",
}

// claimRules say how registered claims are read.
type claimRules struct {
	// anySubject lets sub be any JSON value, against RFC 7519, section 4.1.2.
	// One that is no string leaves Claims.Subject empty.
	anySubject bool
}

// parse fills c from the JSON text of a payload. The scanner does the usual
// ones; whatever it does not know goes to the strict decoder, which alone
// refuses.
func (r claimRules) parse(c *Claims, text string) error {
	if scanClaims(c, text) {
		return nil
	}
	return r.parseStrictly(c, text)
}

// parseStrictly is parse without the scanner.
func (r claimRules) parseStrictly(c *Claims, text string) error {
	*c = Claims{raw: text, plain: strings.IndexByte(text, '\\') < 0}
	c.members = c.inline[:0]
	err := readObject(text, func(m member, name string, value jsontext.Value) error {
		if caseVariant(name, guardedClaims) {
			return errors.New("a claim is a case variant of another")
		}
		c.members = append(c.members, m)
		c.names.add(name)
		if r.anySubject && name == "sub" && value.Kind() != '"' {
			return nil
		}
		return c.readRegistered(name, value)
	})
	if err != nil {
		*c = Claims{}
		return fmt.Errorf("%w: %w", ErrClaims, err)
	}
	return nil
}

// readRegistered stores a registered claim (RFC 7519, section 4.1), whose type
// must be right; it leaves others alone.
func (c *Claims) readRegistered(name string, value jsontext.Value) error {
	var ok bool
	switch name {
	case "iss":
		c.Issuer, ok = stringValue(value)
	case "sub":
		c.Subject, ok = stringValue(value)
	case "jti":
		c.ID, ok = stringValue(value)
	case "aud":
		c.Audience, ok = audienceValue(value)
	case "exp":
		c.ExpiresAt, ok = numericDate(string(value))
	case "nbf":
		c.NotBefore, ok = numericDate(string(value))
	case "iat":
		c.IssuedAt, ok = numericDate(string(value))
	default:
		return nil
	}
	if !ok {
		return fmt.Errorf("%s has a wrong type or value", name)
	}
	return nil
}

// audienceValue reads aud: a string, or an array of at least one string
// (RFC 7519, section 4.1.3).
func audienceValue(value jsontext.Value) ([]string, bool) {
	if s, ok := stringValue(value); ok {
		return []string{s}, true
	}
	if value.Kind() != '[' {
		return nil, false
	}
	return stringArray(value)
}

// numericDate reads a NumericDate (RFC 7519, section 2): a JSON number of
// seconds from 1970, possibly with a fraction, which is cut off. It must lie
// from 0 to 2^53 and have no sign.
func numericDate(number string) (time.Time, bool) {
	if number == "" || number[0] < '0' || number[0] > '9' {
		return time.Time{}, false
	}
	whole, _, _ := strings.Cut(number, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.ContainsAny(number, "eE") {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil || f > maxInteger {
			return time.Time{}, false
		}
		seconds = int64(math.Floor(f))
	}
	if seconds > maxInteger {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0).UTC(), true
}
