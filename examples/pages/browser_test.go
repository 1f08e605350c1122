package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// browser keeps cookies, and shows redirects.
type browser struct {
	*http.Client
	site *webtest.Site
	t    *testing.T
}

// start runs the app in a directory of its own.
func start(t *testing.T, change func(*app)) (*webtest.Site, *app, *webtest.Clock) {
	t.Helper()
	a, clock := newApp(), webtest.NewClock()
	a.Data, a.Now = t.TempDir()+"/data", clock.Now
	if change != nil {
		change(a)
	}
	return webtest.Start(t, a.handler, a.Wait), a, clock
}

func open(t *testing.T, site *webtest.Site) *browser { return &browser{starting.Browser(), site, t} }

// do sends a form if there is one, else asks for a page.
func (b *browser) do(method, path string, form url.Values, header ...string) webtest.Answer {
	b.t.Helper()
	r, err := http.NewRequest(method, b.site.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return webtest.Answer{Status: resp.StatusCode, Header: resp.Header, Body: string(text)}
}

// follow goes on until there is a page, and says where that is.
func (b *browser) follow(method, path string, form url.Values) (webtest.Answer, string) {
	b.t.Helper()
	got := b.do(method, path, form)
	for range 10 {
		if got.Status != http.StatusFound {
			return got, path
		}
		path = got.Header.Get("Location")
		got = b.do("GET", path, nil)
	}
	b.t.Fatalf("the redirects do not end; the last is to %s", path)
	return got, path
}

// leads fails the test unless the answer is a redirect to this place.
func (b *browser) leads(got webtest.Answer, want string) {
	b.t.Helper()
	if got.Status != http.StatusFound || got.Header.Get("Location") != want {
		b.t.Errorf("%d to %q, want 302 to %q", got.Status, got.Header.Get("Location"), want)
	}
}

// shows fails the test unless the answer is a page with this status and text.
func (b *browser) shows(got webtest.Answer, status int, text string) {
	b.t.Helper()
	if got.Status != status || !strings.Contains(got.Body, text) || got.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		b.t.Errorf("%d %s, want %d with %q", got.Status, got.Body, status, text)
	}
}

var testuser = url.Values{"username": {"testuser"}, "password": {"password123"}}

func (b *browser) login() *browser {
	b.t.Helper()
	b.leads(b.do("POST", "/login", testuser), "/")
	return b
}

// cookie is the value of a cookie that the browser has.
func (b *browser) cookie(name string) string {
	u, _ := url.Parse(b.site.URL + "/token/refresh") // where all are sent
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// plant puts a cookie into the browser.
func (b *browser) plant(name, value, path string) {
	u, _ := url.Parse(b.site.URL + path)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: path}})
}

var four = []string{"access_token_cookie", "csrf_access_token", "csrf_refresh_token", "refresh_token_cookie"}

// names are those of the cookies that an answer sets, or expires.
func names(a webtest.Answer, expired bool) []string {
	all := []string{}
	for name, c := range a.Cookies() {
		if (c.Value == "") == expired {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// sets fails the test unless the answer sets exactly these cookies and expires
// exactly those.
func (b *browser) sets(got webtest.Answer, set, expired []string) {
	b.t.Helper()
	if !slices.Equal(names(got, false), set) || !slices.Equal(names(got, true), expired) {
		b.t.Errorf("the cookies are %q, want %q set and %q expired", got.Header["Set-Cookie"], set, expired)
	}
}

var csrfField = regexp.MustCompile(`<input type="hidden" name="csrf_token" value="([^"]+)">`)

// csrf is the value of the one form of a page that has it.
func (b *browser) csrf(page webtest.Answer) string {
	b.t.Helper()
	found := csrfField.FindAllStringSubmatch(page.Body, -1)
	if len(found) != 1 || strings.Count(page.Body, "<form") != 1 {
		b.t.Fatalf("the page has not one form with the CSRF value: %s", page.Body)
	}
	return found[0][1]
}
