package latchkey_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/latchkey-go/latchkey"
)

// fuzzed is an Auth with the tokens of two people, for fuzz targets to place
// where they like: ADA and EVE in a text become their access tokens.
func fuzzed(f *testing.F) (*latchkey.Auth, func(string) string) {
	f.Helper()
	cfg := goodConfig(f)
	auth, err := latchkey.New(cfg)
	if err != nil {
		f.Fatal(err)
	}
	var pairs []string
	for _, name := range []string{"ada", "eve"} {
		tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: name})
		if err != nil {
			f.Fatal(err)
		}
		pairs = append(pairs, strings.ToUpper(name), tokens.Access)
	}
	return auth, strings.NewReplacer(pairs...).Replace
}

// Wherever tokens stand in a request, it is of one person or refused: never of
// one for one reader and of another for the next.
func FuzzHeaderLocations(f *testing.F) {
	f.Add("Bearer ADA", "", "", "")
	f.Add("Bearer ADA", "__Host-latchkey_access=EVE", "", "")
	f.Add("Bearer ADA", "", "access_token=EVE", "")
	f.Add("", "", "access_token=ADA", `{"access_token":"EVE"}`)
	f.Add("bearer  ADA ", "", "access_token=ADA&access_token=EVE", `{"access_token":"ADA","access_token":"EVE"}`)
	f.Add("Basic ADA", "__Host-latchkey_access=ADA; __host-latchkey_access=EVE", "", "")
	f.Add("Bearer ADA, Bearer EVE", "", "", "")
	auth, fill := fuzzed(f)
	guard := auth.Require(latchkey.Policy{Locations: []latchkey.Location{
		latchkey.InHeader, latchkey.InCookie, latchkey.InQuery, latchkey.InJSON}})
	f.Fuzz(func(t *testing.T, header, cookie, query, body string) {
		r := newRequest("GET")
		r.URL.RawQuery = fill(query)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(fill(body))), int64(len(fill(body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header["Authorization"] = []string{fill(header)}
		r.Header["Cookie"] = []string{fill(cookie)}
		if header == "" {
			r.Header.Del("Authorization")
		}
		w := httptest.NewRecorder()
		var who string
		guard(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			token, _ := latchkey.FromContext(r.Context())
			who = strings.ToUpper(token.Subject)
			if !strings.Contains(header+cookie+query+body, who) {
				t.Errorf("%s is nowhere in the request", who)
			}
			rest, _ := io.ReadAll(r.Body)
			if string(rest) != fill(body) {
				t.Errorf("the handler reads %q", rest)
			}
		})).ServeHTTP(w, r)
		if who == "" && w.Code != 400 && w.Code != 401 {
			t.Errorf("refused with %d", w.Code)
		}
		if who != "" && strings.HasPrefix(header, "Bearer ") && !strings.HasPrefix(textproto.TrimString(header[7:]), who) {
			t.Errorf("the header %q loses to another place, of %s", header, who)
		}
	})
}

// A cookie is believed only if it is the one of its name, in any case.
func FuzzCookieHeader(f *testing.F) {
	const name = "__Host-latchkey_access"
	for _, seed := range []string{name + "=ADA", name + "=ADA; " + name + "=EVE", "__host-latchkey_access=EVE; " + name + "=ADA",
		name + `="ADA"`, name + "=ADA;" + name + "=ADA", " " + name + " = ADA", "a=b; " + name + "=ADA; c", name, "=ADA", "a,b=" + name + "=ADA"} {
		f.Add(seed)
	}
	auth, fill := fuzzed(f)
	f.Fuzz(func(t *testing.T, cookie string) {
		if !utf8.ValidString(cookie) {
			return
		}
		r := newRequest("GET")
		r.Header["Cookie"] = []string{fill(cookie)}
		_, err := auth.Authenticate(r)
		if err != nil {
			return
		}
		named := 0
		for pair := range strings.SplitSeq(cookie, ";") {
			key, _, _ := strings.Cut(pair, "=")
			if strings.EqualFold(textproto.TrimString(key), name) {
				named++
			}
		}
		if named != 1 {
			t.Errorf("%d cookies of the name, and one was believed: %q", named, cookie)
		}
	})
}

// What ReturnTo accepts must lead a browser nowhere but to this site.
func FuzzNextURL(f *testing.F) {
	for _, seed := range []string{"/", "/a?b#c", "//x", `/\x`, "/a/../..//x", "/\u2028", "/:80", "/a:b@c", "/.//x", "/%2f%2fx", "/..//x"} {
		f.Add(seed)
	}
	site, _ := url.Parse("https://app.example.com/sign-in")
	f.Fuzz(func(t *testing.T, next string) {
		got := latchkey.ReturnTo(&http.Request{Method: "GET", URL: &url.URL{RawQuery: "next=" + url.QueryEscape(next)}}, "/home")
		if got != next && got != "/home" {
			t.Fatalf("%q became %q", next, got)
		}
		// Browsers drop tabs and line ends, and read backslashes as slashes.
		as := strings.NewReplacer("\t", "", "\n", "", "\r", "", `\`, "/").Replace(got)
		target, err := site.Parse(as)
		if err != nil || target.Scheme != "https" || target.Host != "app.example.com" || strings.HasPrefix(as, "//") {
			t.Fatalf("%q leads to %v, %v", next, target, err)
		}
	})
}
