package jwt

import "strings"

// MaxTokenLength is the longest token accepted and made, in bytes. Browsers
// and servers stop well before it (RFC 6265bis: 4096 bytes a cookie).
const MaxTokenLength = 16 << 10

// segments are the three parts of a compact JWS (RFC 7515, section 7.1), still
// encoded.
type segments struct {
	header, payload, signature string
	// input is what is signed: header, dot, payload.
	input string
}

// split cuts a token at its dots. It only finds what is where: alphabet and
// canonical form are checked by whoever decodes a part.
func split(token string) (segments, bool) {
	if len(token) > MaxTokenLength {
		return segments{}, false
	}
	first := strings.IndexByte(token, '.')
	if first <= 0 {
		return segments{}, false
	}
	length := strings.IndexByte(token[first+1:], '.')
	if length < 0 {
		return segments{}, false
	}
	second := first + 1 + length
	s := segments{
		header:    token[:first],
		payload:   token[first+1 : second],
		signature: token[second+1:],
		input:     token[:second],
	}
	// Five parts are an encrypted token (RFC 7516), which has no business here.
	return s, s.signature != "" && strings.IndexByte(s.signature, '.') < 0
}
