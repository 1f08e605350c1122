package jwt

import (
	"time"
	"unicode/utf8"
)

// The scanner reads the claims of usual tokens in one pass and without
// allocating: compact JSON objects whose members are strings without escapes,
// numbers, true, false, null, and arrays of those. It can only say "done" or
// "not mine": it accepts nothing that the strict decoder refuses, and refuses
// nothing. FuzzFastSlowAgree holds it to that.

// class is what a byte means inside a string.
type class uint8

const (
	plain   class = iota
	capital       // A to Z
	wide          // part of a character beyond ASCII
	quote
	special // a control character or a backslash
)

// classes has the class of each byte.
var classes = func() (t [256]class) {
	for i := range t {
		switch {
		case i == '"':
			t[i] = quote
		case i < ' ' || i == '\\':
			t[i] = special
		case i >= utf8.RuneSelf:
			t[i] = wide
		case 'A' <= i && i <= 'Z':
			t[i] = capital
		}
	}
	return t
}()

// scanner walks over JSON text.
type scanner struct {
	text string
	pos  int
	// wide is set when a byte above 0x7f was seen: then the UTF-8 has to be
	// checked at the end.
	wide bool
	// names has a bit for each name so far, chosen by a poor hash: one whose bit
	// is not set is new.
	names uint64
}

// scanClaims fills c and reports true, or reports false and leaves c in no
// particular state.
func scanClaims(c *Claims, text string) bool {
	s := scanner{text: text}
	c.raw, c.plain, c.members = text, true, c.inline[:0]
	if len(text) > MaxTokenLength || !s.accept('{') {
		return false
	}
	if s.accept('}') {
		return s.pos == len(text)
	}
	for {
		if !s.member(c) {
			return false
		}
		if s.accept(',') {
			continue
		}
		break
	}
	return s.accept('}') && s.pos == len(text) && (!s.wide || utf8.ValidString(text))
}

// accept steps over b if it is next.
func (s *scanner) accept(b byte) bool {
	if s.pos < len(s.text) && s.text[s.pos] == b {
		s.pos++
		return true
	}
	return false
}

// member scans one member and stores it.
func (s *scanner) member(c *Claims) bool {
	if len(c.members) == len(c.inline) {
		return false
	}
	name, ok := s.name()
	if !ok || !s.accept(':') {
		return false
	}
	m := member{nameEnd: uint16(s.pos - 2), valueStart: uint16(s.pos)}
	m.nameStart = m.nameEnd - uint16(len(name))
	if s.repeated(c, name) {
		return false
	}
	ok = false
	switch name {
	case "iss":
		c.Issuer, ok = s.str()
	case "sub":
		c.Subject, ok = s.str()
	case "jti":
		c.ID, ok = s.str()
	case "aud":
		c.single[0], ok = s.str()
		c.Audience = c.single[:]
	case "exp":
		c.ExpiresAt, ok = s.date()
	case "nbf":
		c.NotBefore, ok = s.date()
	case "iat":
		c.IssuedAt, ok = s.date()
	default:
		ok = s.value()
	}
	m.valueEnd = uint16(s.pos)
	c.members = append(c.members, m)
	return ok
}

// repeated reports whether a member before has this name.
func (s *scanner) repeated(c *Claims, name string) bool {
	bit := uint64(1) << (nameHash(name) % 64)
	if s.names&bit == 0 {
		s.names |= bit
		return false
	}
	for _, earlier := range c.members {
		if s.text[earlier.nameStart:earlier.nameEnd] == name {
			return true
		}
	}
	return false
}

// nameHash tells the usual names of claims apart.
func nameHash(name string) byte {
	if name == "" {
		return 0
	}
	return byte(len(name)) + 3*name[0] + 7*name[len(name)-1]
}

// name scans a member's name. One with capital letters may be a case variant,
// and one beyond ASCII may be folded into one, so those are not ours.
func (s *scanner) name() (string, bool) {
	if !s.accept('"') {
		return "", false
	}
	for i := s.pos; i < len(s.text); i++ {
		switch classes[s.text[i]] {
		case quote:
			name := s.text[s.pos:i]
			s.pos = i + 1
			return name, true
		case capital, wide, special:
			return "", false
		}
	}
	return "", false
}

// str scans a string without escapes.
func (s *scanner) str() (string, bool) {
	if !s.accept('"') {
		return "", false
	}
	for i := s.pos; i < len(s.text); i++ {
		switch classes[s.text[i]] {
		case quote:
			value := s.text[s.pos:i]
			s.pos = i + 1
			return value, true
		case special:
			return "", false
		case wide:
			s.wide = true
		}
	}
	return "", false
}

// date scans a NumericDate of at most 15 digits, below 2^53.
func (s *scanner) date() (time.Time, bool) {
	start, n := s.pos, int64(0)
	for s.pos < len(s.text) && isDigit(s.text[s.pos]) {
		n = n*10 + int64(s.text[s.pos]-'0')
		s.pos++
		if s.pos-start > 15 {
			return time.Time{}, false
		}
	}
	if s.pos == start || s.text[start] == '0' && s.pos-start > 1 {
		return time.Time{}, false
	}
	return time.Unix(n, 0).UTC(), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// value scans a value of a member that nobody has asked for yet.
func (s *scanner) value() bool {
	if !s.accept('[') {
		return s.scalar()
	}
	if s.accept(']') {
		return true
	}
	for s.scalar() {
		if !s.accept(',') {
			return s.accept(']')
		}
	}
	return false
}

func (s *scanner) scalar() bool {
	if s.pos == len(s.text) {
		return false
	}
	switch c := s.text[s.pos]; {
	case c == '"':
		_, ok := s.str()
		return ok
	case c == 't':
		return s.literal("true")
	case c == 'f':
		return s.literal("false")
	case c == 'n':
		return s.literal("null")
	}
	return s.integer()
}

func (s *scanner) literal(word string) bool {
	if len(s.text)-s.pos < len(word) || s.text[s.pos:s.pos+len(word)] != word {
		return false
	}
	s.pos += len(word)
	return true
}

// integer scans a number without fraction and exponent. If one follows, the
// caller meets a character it does not expect.
func (s *scanner) integer() bool {
	s.accept('-')
	start := s.pos
	for s.pos < len(s.text) && isDigit(s.text[s.pos]) {
		s.pos++
	}
	return s.pos > start && (s.text[start] != '0' || s.pos-start == 1)
}
