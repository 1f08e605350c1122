package latchkeytest

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/latchkey-go/latchkey"
)

// Client returns a client of the server whose requests are those of somebody
// who has just signed in, as [Harness.SignedIn] says. It is the server's own
// client besides, and sends tokens to that server only.
//
// Cookies are kept as a browser keeps them: what the application renews or
// clears is renewed or cleared, and the CSRF value is read from its cookie for
// every request. They also pass where a browser would want https and the
// Issuer's host, so that a plain httptest.NewServer will do. A token in a
// header or the query stays the same. A request that has the header already is
// left alone.
func (h *Harness) Client(t testing.TB, server *httptest.Server, l latchkey.Login) *http.Client {
	t.Helper()
	site, err := url.Parse(server.URL)
	if err != nil {
		t.Fatalf("latchkeytest: the server's address: %v", err)
	}
	like := httptest.NewRequest(http.MethodPost, "/", nil)
	like.Header.Set("User-Agent", "Go-http-client/1.1") // what the client says
	c := *server.Client()
	s := h.signIn(t, like, l, h.Now())
	j := newJar(t, site.Host)
	c.Jar = j
	if s.at == latchkey.InCookie {
		j.SetCookies(site, s.answer.Cookies())
		c.Transport = &csrfCarrier{c.Transport, s.csrfCookie(), h.csrfHeader()}
	} else {
		h.mustCarry(t, s.at)
		c.Transport = &tokenCarrier{c.Transport, site.Host, s}
	}
	return &c
}

// csrfCookie names the cookie that scripts read the CSRF value from.
func (s signedIn) csrfCookie() string {
	for _, c := range s.answer.Cookies() {
		if !c.HttpOnly && c.Value == s.tokens.CSRF {
			return c.Name
		}
	}
	return ""
}

// csrfCarrier repeats the CSRF value of the cookie in the header, as the scripts
// of a page do.
type csrfCarrier struct {
	next           http.RoundTripper
	cookie, header string
}

// RoundTrip implements http.RoundTripper.
func (c *csrfCarrier) RoundTrip(r *http.Request) (*http.Response, error) {
	if value, err := r.Cookie(c.cookie); err == nil && r.Header.Get(c.header) == "" {
		r = r.Clone(r.Context())
		r.Header.Set(c.header, value.Value)
	}
	return c.next.RoundTrip(r)
}

// tokenCarrier adds the access token to the header or the query.
type tokenCarrier struct {
	next http.RoundTripper
	host string
	s    signedIn
}

// RoundTrip implements http.RoundTripper.
func (c *tokenCarrier) RoundTrip(r *http.Request) (*http.Response, error) {
	name, _ := c.s.header()
	if r.URL.Host == c.host && r.Header.Get(name) == "" {
		r = r.Clone(r.Context())
		c.s.addToken(r)
	}
	return c.next.RoundTrip(r)
}

// jar keeps the cookies of one server of a test, which has neither https nor the
// name that the cookies are for. Unlike a browser's it tells ports apart.
type jar struct {
	*cookiejar.Jar
	host string
}

func newJar(t testing.TB, host string) jar {
	t.Helper()
	j, err := cookiejar.New(nil)
	if err != nil {
		t.Fatalf("latchkeytest: %v", err)
	}
	return jar{j, host}
}

// Cookies implements http.CookieJar.
func (j jar) Cookies(u *url.URL) []*http.Cookie {
	if u.Host != j.host {
		return nil
	}
	return j.Jar.Cookies(u)
}

// SetCookies implements http.CookieJar.
func (j jar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	if u.Host != j.host {
		return
	}
	own := make([]*http.Cookie, len(cookies))
	for i, c := range cookies {
		plain := *c
		plain.Secure, plain.Domain = false, ""
		own[i] = &plain
	}
	j.Jar.SetCookies(u, own)
}
