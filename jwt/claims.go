package jwt

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Claims are the claims of a token (RFC 7519, section 4). They are read-only
// and safe for concurrent use.
//
// The registered claims are fields; an absent one is its zero value. All other
// members stay JSON text until they are asked for by name. Names are exact.
type Claims struct {
	Issuer    string    // iss
	Subject   string    // sub
	ID        string    // jti
	Audience  []string  // aud, also when the token has a single string
	ExpiresAt time.Time // exp, in UTC and in whole seconds: fractions are cut off
	NotBefore time.Time // nbf, likewise
	IssuedAt  time.Time // iat, likewise

	raw     string
	plain   bool // raw has no backslash, so nothing in it is escaped
	members []member
	names   nameSet
	inline  [15]member // what members usually fits into
	single  [1]string  // what Audience usually fits into
}

// find returns the JSON text of a member, or "".
func (c *Claims) find(name string) string {
	if !c.names.mayHave(name) {
		return ""
	}
	for i := range c.members {
		if m := &c.members[i]; c.mayBeNamed(m, name) && c.nameOf(*m) == name {
			return c.raw[m.valueStart:m.valueEnd]
		}
	}
	return ""
}

// mayBeNamed asks the quicker questions, by which most names differ.
func (c *Claims) mayBeNamed(m *member, name string) bool {
	if !c.plain || name == "" {
		return true
	}
	return int(m.nameEnd-m.nameStart) == len(name) && c.raw[m.nameEnd-1] == name[len(name)-1]
}

func (c *Claims) nameOf(m member) string {
	name := c.raw[m.nameStart:m.nameEnd]
	if c.plain || strings.IndexByte(name, '\\') < 0 {
		return name
	}
	unquoted, err := jsontext.AppendUnquote(nil, c.raw[m.nameStart-1:m.nameEnd+1])
	if err != nil { // cannot be: the text has been checked
		return ""
	}
	return string(unquoted)
}

// Has reports whether there is a member of that name, whatever its value.
func (c *Claims) Has(name string) bool { return c.find(name) != "" }

// String returns a member that is a JSON string.
func (c *Claims) String(name string) (string, bool) {
	value := c.find(name)
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	if strings.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], true
	}
	return stringValue([]byte(value))
}

// Int returns a member that is a JSON number written as an integer, without
// fraction or exponent, from −2^53 to 2^53: what every JSON reader holds
// exactly (RFC 8259, section 6).
func (c *Claims) Int(name string) (int64, bool) {
	value := c.find(name)
	if value == "" {
		return 0, false // without the error that strconv would make
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n > maxInteger || n < -maxInteger {
		return 0, false
	}
	return n, true
}

// Bool returns a member that is true or false.
func (c *Claims) Bool(name string) (value, ok bool) {
	switch c.find(name) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// Raw returns the JSON text of a member, as a copy.
func (c *Claims) Raw(name string) ([]byte, bool) {
	value := c.find(name)
	if value == "" {
		return nil, false
	}
	return []byte(value), true
}

// Payload returns the JSON text of all claims, as a copy, exactly as signed.
func (c *Claims) Payload() []byte { return []byte(c.raw) }

// Decode stores all claims into v, a pointer to a struct or map, by the rules
// of encoding/json/v2: names match exactly and duplicates are an error. Struct
// fields take `json` tags.
func (c *Claims) Decode(v any) error {
	return json.Unmarshal([]byte(c.raw), v)
}
