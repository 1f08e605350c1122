package flaskjwt

import (
	"encoding/base64"
	"strings"
)

// looseToken is a token as PyJWT reads it before it looks at the signature.
type looseToken struct {
	header, payload       map[string]any
	head, body, signature string // the segments as they came
}

// readLoosely reads a token as PyJWT does. The error's text is what PyJWT says
// of a token that cannot be read; the order in which parts are looked at is
// PyJWT's too.
func readLoosely(raw string) (looseToken, error) {
	var t looseToken
	head, rest, _ := strings.Cut(raw, ".")
	last := strings.LastIndexByte(rest, '.')
	if last < 0 {
		return t, invalid("Not enough segments")
	}
	t.head, t.body, t.signature = head, rest[:last], rest[last+1:]
	header, ok := decodeLoosely(head)
	if !ok {
		return t, invalid("Invalid header padding")
	}
	var err error
	if t.header, err = readJSONObject("header", header); err != nil {
		return t, err
	}
	payload, ok := decodeLoosely(t.body)
	if !ok {
		return t, invalid("Invalid payload padding")
	}
	if _, ok := decodeLoosely(t.signature); !ok {
		return t, invalid("Invalid crypto padding")
	}
	if err := checkHeader(t.header); err != nil {
		return t, err
	}
	t.payload, err = readJSONObject("payload", payload)
	return t, err
}

// checkHeader looks at the parameters that change how a token is read.
func checkHeader(header map[string]any) error {
	if kid, has := header["kid"]; has {
		if _, ok := kid.(string); !ok {
			return invalid("Key ID header parameter must be a string")
		}
	}
	if err := checkCritical(header); err != nil {
		return err
	}
	if header["b64"] == false {
		return invalid(`It is required that you pass in a value for the "detached_payload" argument to decode a message having the b64 header set to false.`)
	}
	return nil
}

// checkCritical looks at the extensions that a token says must be understood.
func checkCritical(header map[string]any) error {
	crit, has := header["crit"]
	if !has {
		return nil
	}
	names, _ := crit.([]any)
	if len(names) == 0 {
		return invalid("Invalid 'crit' header: must be a non-empty list")
	}
	for _, name := range names {
		text, ok := name.(string)
		switch _, has := header[text]; {
		case !ok:
			return invalid("Invalid 'crit' header: values must be strings")
		case text != "b64":
			return invalid("Unsupported critical extension: " + text)
		case !has:
			return invalid("Critical extension 'b64' is missing from headers")
		}
	}
	return nil
}

func readJSONObject(part, text string) (map[string]any, error) {
	v, err := readJSON(text)
	if err != nil {
		return nil, invalid("Invalid " + part + " string: " + err.Error())
	}
	object, ok := v.(map[string]any)
	if !ok {
		return nil, invalid("Invalid " + part + " string: must be a json object")
	}
	return object, nil
}

// decodeLoosely decodes base64 as Python's binascii does when it is not asked
// to be strict: both alphabets, anything else is skipped, and padding ends it.
func decodeLoosely(segment string) (string, bool) {
	if short := len(segment) % 4; short > 0 {
		segment += "===="[short:]
	}
	var kept []byte
	pads := 0
	for i := range len(segment) {
		switch c := segment[i]; {
		case c == '=':
			if quad := len(kept) % 4; quad >= 2 {
				if pads++; quad+pads >= 4 {
					return decodeKept(kept)
				}
			}
		case c == '-' || c == '+':
			kept, pads = append(kept, '+'), 0
		case c == '_' || c == '/':
			kept, pads = append(kept, '/'), 0
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			kept, pads = append(kept, c), 0
		}
	}
	if len(kept)%4 != 0 {
		return "", false
	}
	return decodeKept(kept)
}

func decodeKept(kept []byte) (string, bool) {
	out, err := base64.RawStdEncoding.DecodeString(string(kept))
	return string(out), err == nil
}
