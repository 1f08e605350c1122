package flaskjwt

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/internal/dialect"
)

// found is the token text of a request.
type found struct {
	raw   string
	at    dialect.Place
	csrf  string // what the request must prove to know; empty: nothing
	stray []string
}

// locate looks for a token in one location after the other. The first that has
// one decides; only one that has none lets the next be asked.
func (m *Manager) locate(r *http.Request, w dialect.Wanted) (found, error) {
	var f found
	var reasons []string
	for _, place := range w.Places {
		var err error
		switch place {
		case dialect.Header:
			f.raw, err = m.fromHeader(r)
		case dialect.Cookie:
			err = m.fromCookie(r, w, &f)
		case dialect.Query:
			f.raw, err = m.fromQuery(r)
		case dialect.JSON:
			f.raw, err = m.fromJSON(r, w)
		}
		f.at = place
		if !errors.Is(err, latchkey.ErrMissing) {
			return f, err
		}
		var e *latchkey.Error
		errors.As(err, &e)
		reasons = append(reasons, e.Message)
	}
	if len(reasons) == 1 {
		return f, missing(reasons[0])
	}
	return f, missing("Missing JWT in " + enumerate(w.Places) + " (" + strings.Join(reasons, "; ") + ")")
}

// nameOf are Flask-JWT-Extended's names of places.
var nameOf = map[dialect.Place]string{
	dialect.Header: "headers", dialect.Cookie: "cookies", dialect.Query: "query_string", dialect.JSON: "json",
}

// enumerate lists places as a sentence does: a, b or c.
func enumerate(places []dialect.Place) string {
	var b strings.Builder
	for i, place := range places {
		switch {
		case i == 0:
		case i == len(places)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(nameOf[place])
	}
	return b.String()
}

// fromHeader reads a header that may hold several fields, of which one has the
// token. Type is compared with regard to case.
func (m *Manager) fromHeader(r *http.Request) (string, error) {
	name, typ := m.set.headerName, m.set.headerType
	// As the original reads it: a no-break space is a space, too.
	value := utf8OfLatin1(strings.Join(r.Header.Values(name), ", "))
	value = strings.Trim(strings.TrimSpace(value), ",")
	if value == "" {
		return "", missing("Missing " + name + " Header")
	}
	expected := "'" + name + ": <JWT>'"
	fields := [][]string{strings.Fields(value)}
	if typ != "" {
		expected = "'" + name + ": " + typ + " <JWT>'"
		var ok bool
		if fields, ok = typed(value, typ); !ok {
			return "", invalid("Bad " + name + " header. Expected " + expected)
		}
		if len(fields) != 1 {
			return "", missing("Missing '" + typ + "' type in '" + name + "' header. Expected " + expected)
		}
		fields[0] = fields[0][1:]
	}
	if len(fields[0]) != 1 {
		return "", invalid("Bad " + name + " header. Expected " + expected)
	}
	return fields[0][0], nil
}

// utf8OfLatin1 gives a header's text as Python sees it: each byte a character.
func utf8OfLatin1(s string) string {
	if isASCII(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// typed gives the words of the fields that begin with the type. It is false
// for a field that is only space, over which the original stumbles.
func typed(value, typ string) ([][]string, bool) {
	var of [][]string
	for i, field := range strings.Split(value, ",") {
		words := strings.Fields(field)
		switch {
		case len(words) > 0 && words[0] == typ:
			of = append(of, words)
		case len(words) == 0 && i == 0 && field != "":
			return nil, false
		}
	}
	return of, true
}

func (m *Manager) fromQuery(r *http.Request) (string, error) {
	name, prefix := m.set.queryName, m.set.queryPrefix
	value := firstField(r.URL.RawQuery, name)
	if value == "" {
		return "", missing("Missing '" + name + "' query paramater")
	}
	raw, ok := strings.CutPrefix(value, prefix)
	if !ok {
		return "", invalid("Invalid value for query parameter '" + name + "'. Expected the value to start with '" + prefix + "'")
	}
	return raw, nil
}

// fromCookie reads the cookie of the wanted kind, and what of the request must
// equal the token's csrf claim. A name that comes twice, or in another letter
// case besides, has been planted by somebody: none of them is believed.
func (m *Manager) fromCookie(r *http.Request, w dialect.Wanted, f *found) error {
	kind := m.set.of(w.Kind.AsRefresh())
	var seen []string
	f.raw = ""
	for name, value := range cookiesOf(r) {
		if strings.EqualFold(name, kind.cookieName) {
			seen = append(seen, name)
			f.raw = value
		}
	}
	if len(seen) > 1 || len(seen) == 1 && seen[0] != kind.cookieName {
		slices.Sort(seen)
		f.raw, f.stray = "", slices.Compact(seen)
	}
	if f.raw == "" {
		return missing(`Missing cookie "` + kind.cookieName + `"`)
	}
	if w.SkipCSRF || !m.set.csrfProtect || !m.set.csrfMethods(r.Method) {
		return nil
	}
	if f.csrf = m.presentedCSRF(r, kind); f.csrf == "" {
		return badCSRF("Missing CSRF token")
	}
	return nil
}

// cookiesOf gives the cookies of a request with whatever values they have:
// net/http passes over those it would not send.
func cookiesOf(r *http.Request) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, line := range r.Header["Cookie"] {
			for pair := range strings.SplitSeq(line, ";") {
				name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
				if !ok {
					continue
				}
				value = strings.TrimSpace(value)
				if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
					value = value[1 : len(value)-1]
				}
				if !yield(strings.TrimSpace(name), value) {
					return
				}
			}
		}
	}
}

// maxBody is the largest body that is searched for a token or a CSRF value.
const maxBody = 64 << 10

// presentedCSRF finds the CSRF value in the header, else in a form.
func (m *Manager) presentedCSRF(r *http.Request, kind *kindSettings) string {
	// One that comes twice is one value to the original, and so a wrong one.
	value := strings.Join(r.Header.Values(kind.csrfHeader), ", ")
	if value != "" || !m.set.csrfForm {
		return value
	}
	if mediaType(r) != "application/x-www-form-urlencoded" || r.Body == nil || r.ContentLength > maxBody {
		return ""
	}
	if r.PostForm != nil { // somebody has read the body
		return r.PostForm.Get(kind.csrfField)
	}
	form, ok := body(r)
	if !ok {
		return ""
	}
	return firstField(form, kind.csrfField)
}

// mediaType is the type of the body, in lower case and without parameters.
func mediaType(r *http.Request) string {
	typ, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(typ))
}

// fromJSON reads a member of a JSON body and leaves the body as it was.
func (m *Manager) fromJSON(r *http.Request, w dialect.Wanted) (string, error) {
	typ := mediaType(r)
	if typ != "application/json" && (!strings.HasPrefix(typ, "application/") || !strings.HasSuffix(typ, "+json")) {
		return "", missing("Invalid content-type. Must be application/json.")
	}
	key := m.set.of(w.Kind.AsRefresh()).jsonKey
	none := missing(`Missing "` + key + `" key in json data.`)
	text, ok := body(r)
	if !ok {
		return "", none
	}
	v, err := readJSON(text)
	if err != nil || !truthy(v) {
		return "", none
	}
	members, ok := v.(map[string]any)
	if !ok {
		return "", invalid("Invalid json data: must be a json object")
	}
	switch raw := members[key].(type) {
	case string:
		if raw != "" {
			return raw, nil
		}
	default:
		if truthy(raw) {
			return "", invalid("Invalid token type. Token must be a <class 'bytes'>")
		}
	}
	return "", none
}

// body reads the body and puts it back. It is false for one that is too large.
func body(r *http.Request) (string, bool) {
	if r.Body == nil || r.ContentLength > maxBody {
		return "", false
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(text), r.Body), r.Body}
	return string(text), err == nil && len(text) <= maxBody
}
