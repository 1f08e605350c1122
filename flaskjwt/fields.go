package flaskjwt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// firstField is the first value of a name in a form or a query. Python takes
// what cannot be decoded as it is, where net/url leaves the field out.
func firstField(form, name string) string {
	for pair := range strings.SplitSeq(form, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if unescape(key) == name {
			return unescape(value)
		}
	}
	return ""
}

// unescape decodes a part of a form. A percent sign without two hex digits
// stands for itself, and so does what decodes to no UTF-8.
func unescape(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if code, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(code))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return asUTF8(out)
}

// asUTF8 writes bytes that are no part of UTF-8 in hex, as in a query.
func asUTF8(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "%%%02X", text[0])
		} else {
			b.Write(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}
