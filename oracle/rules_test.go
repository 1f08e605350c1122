package oracle

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/latchkey-go/latchkey/jwt"
)

// subject is a token taken apart.
type subject struct {
	header, payload string
}

// rule is a disagreement that is known and meant. It looks at the token alone.
type rule struct {
	name   string
	reason string
	covers func(subject) bool
}

// stricter are the rules by which jwt refuses what both others may accept.
var stricter = []rule{
	{"crit", "RFC 7515, section 4.1.11: no extension is understood, and an empty list is malformed", hasHeader("crit")},
	{"b64", "RFC 7797 is not supported", hasHeader("b64")},
	{"encryption", "parameters of RFC 7516 have no business in a signed token", hasHeader("enc", "zip", "epk", "apu", "apv", "p2s", "p2c", "iv", "tag")},
	{"duplicate", "RFC 7519, section 4: names must be unique, at any depth", either(hasDuplicate)},
	{"case variant", "another reader may take Sub for sub", either(hasCaseVariant)},
	{"UTF-8", "RFC 8725, section 3.7: JSON is UTF-8", either(func(s string) bool { return !utf8.ValidString(s) })},
	{"surrogate", "an escaped half of a pair is no character", either(hasLoneSurrogate)},
	{"U+0000", "programs in other languages end a string there", either(func(s string) bool { return strings.Contains(s, `\u0000`) })},
	{"depth", "nesting is bounded before anything is parsed", either(func(s string) bool { return depth(s) > jwt.MaxDepth })},
	{"kid", "a kid is a short printable name", badHeaderString("kid", jwt.MaxKeyIDLength)},
	{"typ", "typ is a media type", badHeaderString("typ", 127)},
	{"NumericDate", "exp, nbf and iat are plain numbers from 0 to 2^53", badDate},
	{"null", "a registered claim that is null is not the same as absent", nullClaim},
	{"type of a claim", "iss, sub and jti are strings", badString},
	{"audience", "aud is a string or an array of one or more strings", badAudience},
	{"exp now", "RFC 7519, section 4.1.4: not accepted on or after exp", atExpiry},
}

// looser are the rules by which jwt accepts what one of the others refuses.
var looser = []rule{
	{"number beyond float64", "a private member is kept as text, and nobody turns it into a float64", hasHugeNumber},
	{"unused header parameter", "jwk, x5c and the like are never read, so they may be malformed", hasHeader(
		"jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256", "nonce", "url", "cty")},
}

// different are the rules by which a claim is read differently.
var different = []rule{
	{"fraction", "fractions of seconds are cut off, exactly, where others go through float64", hasFraction},
}

// covering returns the name of the first rule that covers s, or "".
func covering(rules []rule, s subject) string {
	for _, r := range rules {
		if r.covers(s) {
			return r.name
		}
	}
	return ""
}

func either(f func(string) bool) func(subject) bool {
	return func(s subject) bool { return f(s.header) || f(s.payload) }
}

// object reads an object with encoding/json, the last of equal names winning.
func object(text string) map[string]json.RawMessage {
	var m map[string]json.RawMessage
	_ = json.Unmarshal([]byte(text), &m)
	return m
}

func hasHeader(names ...string) func(subject) bool {
	return func(s subject) bool {
		m := object(s.header)
		return slices.ContainsFunc(names, func(n string) bool { return m[n] != nil })
	}
}

// guarded are names that must not appear in another case.
var guarded = []string{
	"alg", "kid", "typ", "cty", "crit", "b64", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256",
	"enc", "zip", "epk", "apu", "apv", "p2s", "p2c", "iv", "tag",
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti",
	"sid", "auth_time", "ep", "csrf", "gen", "mac", "fresh", "type", "scope", "roles",
}

func hasCaseVariant(text string) bool {
	for name := range object(text) {
		for _, g := range guarded {
			if name != g && strings.EqualFold(name, g) {
				return true
			}
		}
	}
	return false
}

// hasDuplicate walks over the tokens of a text.
func hasDuplicate(text string) bool {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	found := false
	var walk func() bool
	walk = func() bool {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		delim, ok := token.(json.Delim)
		if !ok {
			return true
		}
		seen := map[any]bool{}
		for dec.More() {
			if delim == '{' {
				name, err := dec.Token()
				if err != nil {
					return false
				}
				found = found || seen[name]
				seen[name] = true
			}
			if !walk() {
				return false
			}
		}
		_, err = dec.Token()
		return err == nil
	}
	walk()
	return found
}

// escapedUnit is one \uXXXX.
var escapedUnit = regexp.MustCompile(`^\\u([0-9a-fA-F]{4})`)

// hasLoneSurrogate looks for an escaped half of a pair without the other.
func hasLoneSurrogate(text string) bool {
	unit := func(text string) rune {
		m := escapedUnit.FindStringSubmatch(text)
		if m == nil {
			return 0
		}
		n, _ := strconv.ParseUint(m[1], 16, 16)
		return rune(n)
	}
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		first := unit(text[i:])
		switch {
		case !utf16.IsSurrogate(first):
			i++ // what follows a backslash is no backslash of its own
		case utf16.DecodeRune(first, unit(text[min(i+6, len(text)):])) == utf8.RuneError:
			return true
		default:
			i += 11
		}
	}
	return false
}

func depth(text string) int {
	open, deepest, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '[' || c == '{'):
			open++
			deepest = max(deepest, open)
		case !quoted && (c == ']' || c == '}'):
			open--
		}
	}
	return deepest
}

func badHeaderString(name string, longest int) func(subject) bool {
	return func(s subject) bool {
		raw := object(s.header)[name]
		if raw == nil {
			return false
		}
		var text string
		if json.Unmarshal(raw, &text) != nil || text == "" || len(text) > longest || bytes.Equal(raw, []byte("null")) {
			return true
		}
		return strings.ContainsFunc(text, func(r rune) bool {
			return r < ' ' || r > '~' || strings.ContainsRune(`"\`, r) ||
				name == "typ" && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+/", r)
		})
	}
}

func dates(s subject) []string {
	var list []string
	m := object(s.payload)
	for _, name := range []string{"exp", "nbf", "iat"} {
		if m[name] != nil {
			list = append(list, string(m[name]))
		}
	}
	return list
}

func badDate(s subject) bool {
	return slices.ContainsFunc(dates(s), func(text string) bool {
		f, err := strconv.ParseFloat(text, 64)
		return err != nil || f < 0 || math.Signbit(f) || f >= 1<<53 || len(text) > 32
	})
}

func hasFraction(s subject) bool {
	return slices.ContainsFunc(dates(s), func(text string) bool { return strings.ContainsAny(text, ".eE") })
}

func nullClaim(s subject) bool {
	m := object(s.payload)
	for _, name := range []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti"} {
		if string(m[name]) == "null" {
			return true
		}
	}
	return false
}

func badString(s subject) bool {
	m := object(s.payload)
	for _, name := range []string{"iss", "sub", "jti"} {
		var text string
		if m[name] != nil && json.Unmarshal(m[name], &text) != nil {
			return true
		}
	}
	return false
}

func badAudience(s subject) bool {
	raw := object(s.payload)["aud"]
	if raw == nil {
		return false
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return false
	}
	var many []*string
	return json.Unmarshal(raw, &many) != nil || len(many) == 0 || slices.Contains(many, nil)
}

// atExpiry says whether exp, without its fraction, is now. The others go through
// float64, where the last tenth of a microsecond of a second is the next one.
func atExpiry(s subject) bool {
	text := string(object(s.payload)["exp"])
	if whole, _, plain := strings.Cut(text, "."); plain && !strings.ContainsAny(text, "eE") {
		text = whole
	}
	exp, err := strconv.ParseFloat(text, 64)
	return err == nil && math.Floor(exp) == float64(now.Unix())
}

func hasHugeNumber(s subject) bool {
	for _, text := range []string{s.header, s.payload} {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		for {
			token, err := dec.Token()
			if err == io.EOF || err != nil {
				break
			}
			if number, ok := token.(json.Number); ok {
				if _, err := number.Float64(); err != nil {
					return true
				}
			}
		}
	}
	return false
}
