package jwt

import (
	"strings"
	"time"
	"unicode/utf8"
)

// The scanner reads the claims of usual tokens in one pass and without
// allocating: compact JSON objects whose members are strings without escapes,
// integers, true, false, null, and arrays of those. It can only say "done" or
// "not mine": it accepts nothing that the strict decoder refuses, and refuses
// nothing. FuzzFastSlowAgree holds it to that.
//
// Its functions take the position at which something begins in the text and
// return the position after it, or notMine.

const notMine = -1

// scanClaims fills c and reports true, or reports false and leaves c in no
// particular state.
func scanClaims(c *Claims, text string) bool {
	c.raw, c.plain, c.names = text, true, 0
	unusual, wide := look(text)
	if unusual || len(text) > MaxTokenLength || len(text) < 2 || text[0] != '{' {
		return false
	}
	if text == "{}" {
		c.scanned(0)
		return true
	}
	end := 0
	for n := range c.inline {
		start := end + 1 // after the brace or comma
		if end = scanName(text, start); end == notMine {
			return false
		}
		name, value := text[start+1:end-2], end
		if c.names.add(name) && c.scanned(n).Has(name) {
			return false
		}
		if end = c.scanMember(name, text, value); end == notMine || end == len(text) {
			return false
		}
		c.inline[n] = member{
			nameStart: uint16(start + 1), nameEnd: uint16(value - 2),
			valueStart: uint16(value), valueEnd: uint16(end),
		}
		if text[end] == ',' {
			continue
		}
		c.scanned(n + 1)
		return text[end:] == "}" && (!wide || utf8.ValidString(text))
	}
	return false
}

// scanned returns c with the first n members, all that have been read.
func (c *Claims) scanned(n int) *Claims {
	c.members = c.inline[:n]
	return c
}

// look reports whether text has control characters or backslashes, which are
// not for the scanner, and whether it has characters beyond ASCII. It takes
// eight bytes at a time and subtracts from all of them at once: a byte whose
// highest bit is clear has it set afterwards if it is less than what is taken
// away. Then the next byte pays for the borrow, so the bits say whether there is
// such a byte, but not which it is.
func look(text string) (unusual, wide bool) {
	const (
		each    = 0x0101010101010101
		highest = 0x8080808080808080
	)
	var odd, high uint64
	for ; len(text) >= 8; text = text[8:] {
		word := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
		notBackslash := word ^ each*'\\' // a zero for each backslash; highest bits as in word
		odd |= ((word - each*' ') | (notBackslash - each)) &^ word
		high |= word
	}
	for i := range len(text) {
		unusual = unusual || text[i] < ' ' || text[i] == '\\'
		wide = wide || text[i] >= utf8.RuneSelf
	}
	return unusual || odd&highest != 0, wide || high&highest != 0
}

// nameSet has a bit for each name, chosen by a poor hash that tells the usual
// names of claims apart: one whose bit is not set is not there.
type nameSet uint64

// add reports whether the name may have been there already.
func (s *nameSet) add(name string) bool {
	bit, before := bitOf(name), *s
	*s |= bit
	return before&bit != 0
}

func (s nameSet) mayHave(name string) bool { return s&bitOf(name) != 0 }

func bitOf(name string) nameSet {
	if name == "" {
		return 1
	}
	hash := byte(len(name)) + 3*name[0] + 7*name[len(name)-1]
	return 1 << (hash % 64)
}

// scanName steps over a member's name and the colon. A name with capital
// letters may be a case variant, and one beyond ASCII may be folded into one,
// so those are not ours.
func scanName(text string, pos int) int {
	if pos >= len(text) || text[pos] != '"' {
		return notMine
	}
	for pos++; pos < len(text); pos++ {
		switch c := text[pos]; {
		case c == '"':
			if pos+1 == len(text) || text[pos+1] != ':' {
				return notMine
			}
			return pos + 2
		case 'A' <= c && c <= 'Z', c >= utf8.RuneSelf:
			return notMine
		}
	}
	return notMine
}

// scanMember reads a value: into its field if it is a registered claim.
func (c *Claims) scanMember(name, text string, pos int) (end int) {
	switch name {
	case "iss":
		c.Issuer, end = scanString(text, pos)
	case "sub":
		c.Subject, end = scanString(text, pos)
	case "jti":
		c.ID, end = scanString(text, pos)
	case "aud":
		c.single[0], end = scanString(text, pos)
		c.Audience = c.single[:]
	case "exp":
		c.ExpiresAt, end = scanDate(text, pos)
	case "nbf":
		c.NotBefore, end = scanDate(text, pos)
	case "iat":
		c.IssuedAt, end = scanDate(text, pos)
	default:
		end = skipValue(text, pos)
	}
	return end
}

// scanString reads a string without escapes: look has found none anywhere.
func scanString(text string, pos int) (string, int) {
	if pos >= len(text) || text[pos] != '"' {
		return "", notMine
	}
	length := strings.IndexByte(text[pos+1:], '"')
	if length < 0 {
		return "", notMine
	}
	return text[pos+1 : pos+1+length], pos + length + 2
}

// scanDate reads a NumericDate of at most 15 digits, below 2^53.
func scanDate(text string, pos int) (time.Time, int) {
	end, n := pos, int64(0)
	for ; end < len(text) && end-pos < 16 && isDigit(text[end]); end++ {
		n = n*10 + int64(text[end]-'0')
	}
	if length := end - pos; length == 0 || length > 15 || length > 1 && text[pos] == '0' {
		return time.Time{}, notMine
	}
	return time.Unix(n, 0).UTC(), end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// skipValue steps over the value of a member that nobody has asked for yet.
func skipValue(text string, pos int) int {
	if pos >= len(text) || text[pos] != '[' {
		return skipScalar(text, pos)
	}
	if strings.HasPrefix(text[pos:], "[]") {
		return pos + 2
	}
	for {
		pos = skipScalar(text, pos+1) // after the bracket or comma
		switch {
		case pos == notMine || pos == len(text):
			return notMine
		case text[pos] == ']':
			return pos + 1
		case text[pos] != ',':
			return notMine
		}
	}
}

func skipScalar(text string, pos int) int {
	if pos >= len(text) {
		return notMine
	}
	switch text[pos] {
	case '"':
		_, end := scanString(text, pos)
		return end
	case 't':
		return skipWord(text, pos, "true")
	case 'f':
		return skipWord(text, pos, "false")
	case 'n':
		return skipWord(text, pos, "null")
	}
	return skipInteger(text, pos)
}

func skipWord(text string, pos int, word string) int {
	if !strings.HasPrefix(text[pos:], word) {
		return notMine
	}
	return pos + len(word)
}

// skipInteger steps over a number without fraction and exponent. If one
// follows, the caller meets a character it does not expect.
func skipInteger(text string, pos int) int {
	if text[pos] == '-' {
		pos++
	}
	end := pos
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	if end == pos || text[pos] == '0' && end-pos > 1 {
		return notMine
	}
	return end
}
