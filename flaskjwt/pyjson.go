package flaskjwt

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The diagnosis of a refused token has to see it as Python's json module does:
// of two members with one name the last counts, NaN is a number, a byte order
// mark is skipped. Nothing that is read this way decides whether a token is
// good; it chooses the words of a refusal.

// maxLooseDepth is how deep text may nest before the reader gives up.
const maxLooseDepth = 400

// readJSON reads text as Python's json.loads would. Numbers are json.Number,
// with NaN and Infinity by these names. The error's text is Python's where it
// is short.
func readJSON(text string) (any, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	p := &looseReader{text: text}
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		return nil, p.fault("Expecting value", 0) // UTF-16 is not read here
	}
	if !utf8.ValidString(text) {
		return nil, errors.New("'utf-8' codec can't decode the text")
	}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(p.text) {
		return nil, p.fault("Extra data", p.at)
	}
	return v, nil
}

type looseReader struct {
	text string
	at   int
}

// fault words an error as Python does; positions count characters.
func (p *looseReader) fault(what string, at int) error {
	before := p.text[:at]
	line := 1 + strings.Count(before, "\n")
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Errorf("%s: line %d column %d (char %d)", what, line, column, utf8.RuneCountInString(before))
}

func (p *looseReader) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

func (p *looseReader) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// literals are the words that are values.
var literals = map[string]any{
	"null": nil, "true": true, "false": false,
	"NaN": json.Number("NaN"), "Infinity": json.Number("Infinity"), "-Infinity": json.Number("-Infinity"),
}

func (p *looseReader) value(depth int) (any, error) {
	if depth > maxLooseDepth {
		return nil, errors.New("nested too deep")
	}
	switch p.peek() {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		return p.string()
	}
	for word, v := range literals {
		if strings.HasPrefix(p.text[p.at:], word) {
			p.at += len(word)
			return v, nil
		}
	}
	return p.number()
}

// number reads as much as is a number.
func (p *looseReader) number() (any, error) {
	start := p.at
	digits := func() bool {
		from := p.at
		for p.peek() >= '0' && p.peek() <= '9' {
			p.at++
		}
		return p.at > from
	}
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else if !digits() {
		p.at = start
		return nil, p.fault("Expecting value", start)
	}
	for _, part := range []string{".", "eE"} {
		mark := p.at
		if p.at == len(p.text) || strings.IndexByte(part, p.text[p.at]) < 0 {
			continue
		}
		p.at++
		if part == "eE" && (p.peek() == '+' || p.peek() == '-') {
			p.at++
		}
		if !digits() {
			p.at = mark
			break
		}
	}
	return json.Number(p.text[start:p.at]), nil
}

func (p *looseReader) array(depth int) (any, error) {
	p.at++
	list := []any{}
	for p.space(); p.peek() != ']'; p.space() {
		if len(list) > 0 {
			if p.peek() != ',' {
				return nil, p.fault("Expecting ',' delimiter", p.at)
			}
			p.at++
			p.space()
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	p.at++
	return list, nil
}

func (p *looseReader) object(depth int) (any, error) {
	p.at++
	members := map[string]any{}
	for first := true; ; first = false {
		p.space()
		if p.peek() == '}' {
			p.at++
			return members, nil
		}
		if !first {
			if p.peek() != ',' {
				return nil, p.fault("Expecting ',' delimiter", p.at)
			}
			p.at++
			p.space()
		}
		if p.peek() != '"' {
			return nil, p.fault("Expecting property name enclosed in double quotes", p.at)
		}
		name, err := p.string()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.peek() != ':' {
			return nil, p.fault("Expecting ':' delimiter", p.at)
		}
		p.at++
		p.space()
		if members[name], err = p.value(depth + 1); err != nil {
			return nil, err
		}
	}
}

func (p *looseReader) string() (string, error) {
	start := p.at
	p.at++
	var out []byte
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return string(out), nil
		case c < ' ':
			return "", p.fault("Invalid control character at", p.at)
		case c != '\\':
			out = append(out, c)
			p.at++
		case p.at+1 == len(p.text):
			return "", p.fault("Unterminated string starting at", start)
		default:
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		}
	}
	return "", p.fault("Unterminated string starting at", start)
}

// escapes are the characters after a backslash that stand for one other.
var escapes = map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *looseReader) escape() (rune, error) {
	start := p.at
	p.at++
	if r, ok := escapes[p.peek()]; ok {
		p.at++
		return r, nil
	}
	if p.peek() != 'u' {
		return 0, p.fault(`Invalid \escape`, start)
	}
	r, ok := p.hex(start)
	if !ok {
		return 0, p.fault(`Invalid \uXXXX escape`, start+1)
	}
	p.at = start + 6
	if low, ok := p.hex(p.at); utf16.IsSurrogate(r) && ok {
		if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
			p.at += 6
			return whole, nil
		}
	}
	return r, nil // a surrogate alone becomes U+FFFD
}

// hex reads \uXXXX at a place. Python wants something after it.
func (p *looseReader) hex(at int) (rune, bool) {
	if at+6 >= len(p.text) || p.text[at:at+2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[at+2:at+6], 16, 16)
	return rune(n), err == nil
}
