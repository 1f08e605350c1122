package latchkey

import (
	"bytes"
	"io"
	"mime"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Location is a place in a request or an answer where a token travels.
type Location string

// The locations there are.
const (
	// InHeader is the Authorization header (RFC 6750, section 2.1).
	InHeader Location = "header"
	// InCookie are the cookies of Config.Cookie.
	InCookie Location = "cookie"
	// InJSON is a member, access_token or refresh_token, of a JSON object.
	InJSON Location = "json"
	// InQuery is a query parameter. It ends up in histories and logs; RFC 9700
	// section 4.3.2 forbids it. Answers to such requests are not cached.
	InQuery Location = "query"
)

// maxBodyBytes is the largest body searched for a token or a CSRF value.
const maxBodyBytes = 64 << 10

// located is a token text found in a request.
type located struct {
	raw   string
	at    Location
	stray []string // cookie names that cannot be trusted and should be expired
}

// locate finds the one token of the wanted type. A header beats a cookie, for
// browsers add cookies unasked; different tokens in places that a client fills
// on purpose are an error (RFC 6750, section 2).
func (a *Auth) locate(r *http.Request, want TokenType, at []Location) (located, error) {
	var found located
	cookies := false
	for _, l := range at {
		raw, err := "", error(nil)
		switch l {
		case InHeader:
			raw, err = a.fromHeader(r)
		case InQuery:
			raw, err = a.fromQuery(r)
		case InJSON:
			raw = fromJSON(r, want)
		case InCookie:
			cookies = true
		}
		if err != nil {
			return located{}, err
		}
		if raw == "" {
			continue
		}
		if found.raw != "" && found.raw != raw {
			return located{}, ErrAmbiguous
		}
		if found.raw == "" {
			found = located{raw: raw, at: l}
		}
	}
	if found.raw == "" && cookies {
		found = a.fromCookie(r, want)
	}
	switch {
	case found.raw != "":
		return found, nil
	case want == RefreshToken:
		return found, errRefreshMissing
	}
	return found, ErrMissing
}

// errRefreshMissing is ErrMissing where a refresh token was looked for.
var errRefreshMissing = ErrMissing.saying("Sign in first: this address needs a refresh token.")

// fromHeader reads the token of an Authorization header. Another scheme is
// none of our business and counts as no token.
func (a *Auth) fromHeader(r *http.Request) (string, error) {
	values := r.Header[a.headerName]
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 {
		return "", ErrAmbiguous
	}
	if token, usual := strings.CutPrefix(values[0], a.headerPrefix); usual && isTrimmed(token) {
		return token, nil
	}
	scheme, token, _ := strings.Cut(textproto.TrimString(values[0]), " ")
	if !strings.EqualFold(scheme, a.cfg.Header.Scheme) {
		return "", nil
	}
	token = strings.TrimLeft(token, " ")
	if token == "" {
		return "", a.malformedHeader()
	}
	return token, nil
}

// isTrimmed says whether there is a token, with no space at either end.
func isTrimmed(token string) bool {
	return token != "" && token[0] > ' ' && token[len(token)-1] > ' '
}

// malformedHeader says how to send a token.
func (a *Auth) malformedHeader() *Error {
	return ErrInvalid.saying("The " + a.cfg.Header.Name + " header is malformed. Send: " +
		a.cfg.Header.Name + ": " + a.cfg.Header.Scheme + " <token>")
}

func (a *Auth) fromQuery(r *http.Request) (string, error) {
	values := r.URL.Query()[a.cfg.QueryName]
	if len(values) > 1 {
		return "", ErrAmbiguous
	}
	if len(values) == 0 {
		return "", nil
	}
	return values[0], nil
}

func (a *Auth) fromCookie(r *http.Request, want TokenType) located {
	spec := a.cookies.access
	if want == RefreshToken {
		spec = a.cookies.refresh
	}
	value, stray := a.cookies.read(r, spec.name)
	if value == "" && want == AnyToken {
		var more []string
		value, more = a.cookies.read(r, a.cookies.refresh.name)
		stray = append(stray, more...)
	}
	return located{raw: value, at: InCookie, stray: stray}
}

// fromJSON reads a member of a JSON body, by the rules of encoding/json/v2: names
// match exactly, and a body that has one twice has none.
func fromJSON(r *http.Request, want TokenType) string {
	if !isJSON(r) {
		return ""
	}
	body, ok := readBody(r)
	if !ok {
		return ""
	}
	var members struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal(body, &members) != nil {
		return ""
	}
	if want == RefreshToken || want == AnyToken && members.Access == "" {
		return members.Refresh
	}
	return members.Access
}

// readBody reads a body of at most maxBodyBytes and leaves the request as it was.
// It is false for one that is larger or cannot be read.
func readBody(r *http.Request) ([]byte, bool) {
	if r.Body == nil || r.ContentLength > maxBodyBytes {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBodyBytes+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	return body, err == nil && len(body) <= maxBodyBytes
}

func isJSON(r *http.Request) bool {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && t == "application/json"
}

// knownLocation says whether l is one of the constants.
func knownLocation(l Location) bool {
	return slices.Contains([]Location{InHeader, InCookie, InJSON, InQuery}, l)
}

// connectionAddress is the peer of the connection, without its port.
func connectionAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
