package jwt

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// parseAnySubject is parseClaims for issuers whose sub may be any JSON value,
// against RFC 7519, section 4.1.2. One that is no string leaves Claims.Subject
// empty; Claims.Raw has it.
func parseAnySubject(c *Claims, text string) error {
	if scanClaims(c, text) {
		return nil
	}
	*c = Claims{raw: text}
	c.members = c.inline[:0]
	err := readObject(text, func(m member, name string, value jsontext.Value) error {
		if caseVariant(name, guardedClaims) {
			return fmt.Errorf("a claim is a case variant of another")
		}
		c.members = append(c.members, m)
		if name == "sub" && value.Kind() != '"' {
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
