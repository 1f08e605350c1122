package jwt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"
)

// header is a JOSE header (RFC 7515, section 4) as far as it matters here.
type header struct {
	alg Algorithm
	kid string
	typ string
}

// Names of header parameters that mean something to somebody. None may appear
// in another letter case.
var headerNames = []string{
	"alg", "kid", "typ", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256",
	"enc", "zip", "epk", "apu", "apv", "p2s", "p2c", "iv", "tag",
}

// Parameters that change how a token is to be read in ways that are not
// supported. crit (section 4.1.11) lists extensions that must be understood;
// since none is, any crit is refused, the empty and the malformed ones too.
// b64 is RFC 7797; the others belong to encryption.
var headerRefused = []string{"crit", "b64", "enc", "zip", "epk", "apu", "apv", "p2s", "p2c", "iv", "tag"}

// maxTypeLength bounds typ; media types are shorter (RFC 6838, section 4.2).
const maxTypeLength = 127

// parseHeader decodes and checks the first part of a token. jku, jwk, x5u, x5c
// and the like may be there and are never read: keys come from the key set
// alone.
func parseHeader(segment string) (header, error) {
	text, ok := decodeText(segment)
	if !ok {
		return header{}, ErrMalformed
	}
	var h header
	err := readObject(string(text), func(_ member, name string, value jsontext.Value) error {
		return h.read(name, value)
	})
	if err != nil {
		return header{}, fmt.Errorf("%w: header: %w", ErrMalformed, err)
	}
	if h.alg == "" {
		return header{}, ErrAlgorithm
	}
	return h, nil
}

func (h *header) read(name string, value jsontext.Value) error {
	var ok bool
	switch {
	case name == "alg":
		var alg string
		alg, ok = stringValue(value)
		h.alg = Algorithm(alg)
	case name == "kid":
		h.kid, ok = stringValue(value)
		ok = ok && validKeyID(h.kid)
	case name == "typ":
		h.typ, ok = stringValue(value)
		ok = ok && validType(h.typ)
	default:
		ok = !slices.Contains(headerRefused, name) && !caseVariant(name, headerNames)
	}
	if !ok {
		return errHeaderParameter
	}
	return nil
}

var errHeaderParameter = errors.New("a parameter is malformed or not supported")

// validType reports whether typ could be a media type (RFC 6838, section 4.2,
// with "/"): letters, digits and a few signs.
func validType(typ string) bool {
	if typ == "" || len(typ) > maxTypeLength {
		return false
	}
	for i := range len(typ) {
		c := typ[i]
		alphanumeric := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alphanumeric && !strings.ContainsRune("!#$&-^_.+/", rune(c)) {
			return false
		}
	}
	return true
}

// sameType compares two typ values as media types: without regard to case, and
// with "application/" left out where nothing else has a slash (RFC 7515,
// section 4.1.9).
func sameType(a, b string) bool {
	return a == b || strings.EqualFold(shortType(a), shortType(b))
}

func shortType(typ string) string {
	const prefix = "application/"
	if len(typ) > len(prefix) && strings.EqualFold(typ[:len(prefix)], prefix) &&
		!strings.Contains(typ[len(prefix):], "/") {
		return typ[len(prefix):]
	}
	return typ
}

// knownHeaders remembers a few encoded headers of tokens that a key set has
// signed or verified, so that they need not be encoded or decoded again. Only
// somebody with a key can put one in, and a set has few kinds of tokens. When
// there is no room the header is simply decoded each time.
type knownHeaders struct {
	list atomic.Pointer[[]knownHeader]
}

type knownHeader struct {
	segment string
	header  header
	keys    []*Key // those that may have signed with it
}

const maxKnownHeaders = 16

func (k *knownHeaders) find(segment string) *knownHeader {
	if list := k.list.Load(); list != nil {
		for i := range *list {
			if (*list)[i].segment == segment {
				return &(*list)[i]
			}
		}
	}
	return nil
}

func (k *knownHeaders) learn(h knownHeader) {
	for {
		old := k.list.Load()
		var list []knownHeader
		if old != nil {
			list = *old
		}
		full := len(list) >= maxKnownHeaders
		if full || slices.ContainsFunc(list, func(e knownHeader) bool { return e.segment == h.segment }) {
			return
		}
		h.segment = strings.Clone(h.segment) // it is a piece of a whole token
		next := append(slices.Clip(list), h)
		if k.list.CompareAndSwap(old, &next) {
			return
		}
	}
}

// encoded returns the segment remembered for h.
func (k *knownHeaders) encoded(h header) (string, bool) {
	if list := k.list.Load(); list != nil {
		for i := range *list {
			if (*list)[i].header == h {
				return (*list)[i].segment, true
			}
		}
	}
	return "", false
}
