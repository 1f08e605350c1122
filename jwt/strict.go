package jwt

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how deep arrays and objects may nest in a header or in claims.
const MaxDepth = 32

// Reasons for which JSON text is refused. They become part of ErrMalformed and
// ErrClaims.
var (
	errJSONSyntax = errors.New("not strict JSON")
	errJSONObject = errors.New("not a JSON object")
	errJSONDepth  = errors.New("nested too deep")
	errJSONNUL    = errors.New("a string has U+0000 in it")
)

// member is one member of a JSON object as offsets into its text. A token is
// shorter than 64 KiB, so 16 bits are enough.
type member struct {
	nameStart, nameEnd   uint16 // between the quotes
	valueStart, valueEnd uint16
}

// survey walks over JSON text and returns how deep it nests and whether a
// string holds an escaped U+0000. It needs no memory, so it may run over text
// that a parser should not see. On text that is not JSON the answers mean
// nothing, and a parser refuses it afterwards.
func survey(text string) (depth int, nul bool) {
	open := 0
	inString := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			nul = nul || strings.HasPrefix(text[i:], `\u0000`)
			i++ // whatever is escaped ends no string
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			open++
			depth = max(depth, open)
		case c == ']' || c == '}':
			open--
		}
	}
	return depth, nul
}

// checkJSON accepts one JSON value (RFC 8259) in UTF-8 without duplicate names
// at any depth, without lone surrogates, and without anything after it.
func checkJSON(text string) error {
	if depth, _ := survey(text); depth > MaxDepth {
		return errJSONDepth
	}
	dec := jsontext.NewDecoder(bytes.NewBufferString(text))
	if _, err := dec.ReadValue(); err != nil {
		return errJSONSyntax
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return errJSONSyntax
	}
	return nil
}

// readLargeObject is readObject for text that may be longer than 64 KiB.
func readLargeObject(text string, visit func(name string, value jsontext.Value) error) error {
	return readObject(text, func(_ member, name string, value jsontext.Value) error {
		return visit(name, value)
	})
}

// readObject calls visit for each member of the object that text must be.
// name is unescaped; value is the JSON text. The whole text has been checked
// as by checkJSON only when readObject returns nil. m is right only if text is
// shorter than 64 KiB.
func readObject(text string, visit func(m member, name string, value jsontext.Value) error) error {
	depth, nul := survey(text)
	switch {
	case depth > MaxDepth:
		return errJSONDepth
	case nul:
		return errJSONNUL
	}
	dec := jsontext.NewDecoder(bytes.NewBufferString(text))
	if dec.PeekKind() != '{' {
		return errJSONObject
	}
	if _, err := dec.ReadToken(); err != nil {
		return errJSONSyntax
	}
	for dec.PeekKind() == '"' {
		if err := readMember(dec, visit); err != nil {
			return err
		}
	}
	if _, err := dec.ReadToken(); err != nil { // '}', or what stands in its place
		return errJSONSyntax
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return errJSONSyntax
	}
	return nil
}

func readMember(dec *jsontext.Decoder, visit func(member, string, jsontext.Value) error) error {
	quoted, err := dec.ReadValue()
	if err != nil {
		return errJSONSyntax
	}
	var m member
	nameEnd := dec.InputOffset()
	m.nameStart, m.nameEnd = uint16(nameEnd-int64(len(quoted))+1), uint16(nameEnd-1)
	name, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		return errJSONSyntax
	}
	value, err := dec.ReadValue()
	if err != nil {
		return errJSONSyntax
	}
	valueEnd := dec.InputOffset()
	m.valueStart, m.valueEnd = uint16(valueEnd-int64(len(value))), uint16(valueEnd)
	return visit(m, string(name), value)
}

// stringValue returns the string that a JSON value is, if it is one.
func stringValue(value []byte) (string, bool) {
	if len(value) < 2 || value[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1]), true
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err == nil
}

// caseVariant reports whether name differs from one of names only in letter
// case, as Unicode folds it ("ſub" is a variant of "sub"). A reader that
// ignores case would take it for the other.
func caseVariant(name string, names []string) bool {
	for _, n := range names {
		if name != n && strings.EqualFold(name, n) {
			return true
		}
	}
	return false
}

// stringArray returns the elements of a JSON array of one or more strings.
func stringArray(value []byte) ([]string, bool) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(value))
	if _, err := dec.ReadToken(); err != nil {
		return nil, false
	}
	var list []string
	for dec.PeekKind() == '"' {
		token, err := dec.ReadToken()
		if err != nil {
			return nil, false
		}
		list = append(list, token.String())
	}
	return list, len(list) > 0 && dec.PeekKind() == ']'
}
