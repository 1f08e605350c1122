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

// scanner walks over JSON text.
type scanner struct {
	text string
	pos  int
	// wide is set when a byte above 0x7f was seen: then the UTF-8 has to be
	// checked at the end.
	wide bool
}

// scanClaims fills c and reports true, or reports false and leaves c in no
// particular state.
func scanClaims(c *Claims, text string) bool {
	s := scanner{text: text}
	c.raw, c.members = text, c.inline[:0]
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
	for _, earlier := range c.members {
		if s.text[earlier.nameStart:earlier.nameEnd] == name {
			return false
		}
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

// name scans a member's name. One with capital letters may be a case variant,
// and one beyond ASCII may be folded into one, so those are not ours.
func (s *scanner) name() (string, bool) {
	if !s.accept('"') {
		return "", false
	}
	for i := s.pos; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			name := s.text[s.pos:i]
			s.pos = i + 1
			return name, true
		case c < ' ' || c >= utf8.RuneSelf || c == '\\' || 'A' <= c && c <= 'Z':
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
		switch c := s.text[i]; {
		case c == '"':
			value := s.text[s.pos:i]
			s.pos = i + 1
			return value, true
		case c < ' ' || c == '\\':
			return "", false
		case c >= utf8.RuneSelf:
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
