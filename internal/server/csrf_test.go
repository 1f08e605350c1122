package server_test

import (
	"fmt"
	"net/http"
	"testing"
)

// Every combination of method, what the browser says of the page that made the
// request, its origin, and the CSRF value. Only our own page, or a program that
// is no browser, may act with cookies, and only with the session's value.
func TestCSRFTable(t *testing.T) {
	a := start(t)
	b := a.signUp()
	cookies, value := b.cookieHeader(), b.cookie("latchkey_csrf")
	stranger := a.browser()
	stranger.do("POST", "/api/v1/sign-up", m{"username": "eve", "password": "nobody shall know this"}).want(201, "")
	planted := stranger.cookie("latchkey_csrf")

	sites := []string{"", "none", "same-origin", "same-site", "cross-site"}
	origins := []string{"", a.url, "null", "https://evil.example", "http://127.0.0.1:1", "https" + a.url[len("http"):]}
	values := map[string]string{"right": value, "none": "", "of another session": planted, "cut": value[:len(value)-1]}
	for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
		path := "/api/v1/sessions"
		if method == "POST" {
			path = "/api/v1/activity"
		}
		for _, site := range sites {
			for _, origin := range origins {
				for kind, csrf := range values {
					name := fmt.Sprintf("%s site=%s origin=%s value=%s", method, site, origin, kind)
					got := a.program().do(method, path, nil, func(r *http.Request) {
						r.Header.Set("Cookie", cookies)
						setUnlessEmpty(r.Header, "Sec-Fetch-Site", site)
						setUnlessEmpty(r.Header, "Origin", origin)
						setUnlessEmpty(r.Header, "X-CSRF-TOKEN", csrf)
					})
					status, code := expectCSRF(method, site, origin, a.url, kind)
					if got.status/100 != status/100 || code != "" && (got.status != status || got.string("code") != code) {
						t.Errorf("%s: got %d %s, want %d %s", name, got.status, got.body, status, code)
					}
				}
			}
		}
	}
}

// expectCSRF is the rule, said once more in other words than the code's.
func expectCSRF(method, site, origin, own, value string) (status int, code string) {
	if method == "GET" || method == "HEAD" {
		return 200, ""
	}
	fromOwnPage := site == "same-origin" || site == "none" || site == "" && (origin == "" || origin == own ||
		origin == "https"+own[len("http"):]) // without Sec-Fetch-Site only the host can be compared
	switch {
	case !fromOwnPage:
		return 403, "cross_origin"
	case value != "right":
		return 403, "csrf"
	}
	return 200, ""
}

func setUnlessEmpty(h http.Header, name, value string) {
	if value != "" {
		h.Set(name, value)
	}
}

// The routes that need no token are protected too: a page of another site must
// not sign anybody in, up or out, nor refresh.
func TestCrossOriginOnOpenRoutes(t *testing.T) {
	a := start(t)
	b := a.signUp()
	before := a.snapshot(trail...)
	for path, body := range map[string]any{
		"/api/v1/sign-up":  m{"username": "forced", "password": adaPassword},
		"/api/v1/sign-in":  m{"username": ada, "password": adaPassword},
		"/api/v1/refresh":  nil,
		"/api/v1/sign-out": nil,
	} {
		for _, site := range []string{"cross-site", "same-site"} {
			got := b.do("POST", path, body, func(r *http.Request) {
				r.Header.Set("Sec-Fetch-Site", site)
				r.Header.Set("Origin", "https://evil.example")
			}).want(403, "cross_origin")
			if len(got.names) > 0 {
				t.Errorf("%s from %s sets cookies", path, site)
			}
		}
	}
	if a.snapshot(trail...) != before {
		t.Error("a request of another site changed the database")
	}
	b.do("GET", "/api/v1/me", nil).want(200, "")
}

// Sign-out and refresh use a cookie token, so they need the value as well.
func TestCSRFValueOnRefreshAndSignOut(t *testing.T) {
	a := start(t)
	b := a.signUp()
	for _, path := range []string{"/api/v1/refresh", "/api/v1/sign-out"} {
		b.do("POST", path, nil, func(r *http.Request) { r.Header.Del("X-CSRF-TOKEN") }).want(403, "csrf")
	}
	b.do("GET", "/api/v1/me", nil).want(200, "")
}

// A bearer token is never sent unasked, so nothing of this applies to it.
func TestBearerNeedsNoCSRFValue(t *testing.T) {
	a := start(t)
	a.signUp()
	c, _ := a.signInBody()
	c.do("POST", "/api/v1/activity", nil, func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://partner.example")
	}).want(204, "")
}

// Two cookies of one name cannot be told apart: they count as none, the answer
// expires them, and signing in works all the same.
func TestPlantedCookies(t *testing.T) {
	a := start(t)
	b := a.signUp()
	token := b.cookie("latchkey_access")
	for _, header := range []string{
		"latchkey_access=" + token + "; latchkey_access=evil",
		"latchkey_access=evil; latchkey_access=" + token,
		"latchkey_access=" + token + "; Latchkey_Access=evil",
		"LATCHKEY_ACCESS=" + token,
	} {
		victim := a.program()
		victim.headers.Set("Cookie", header)
		got := victim.do("GET", "/api/v1/me", nil).want(401, "token_missing")
		if len(got.names) == 0 || got.names[0].MaxAge >= 0 {
			t.Errorf("%.40s…: the planted cookie is not expired", header)
		}
		victim.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(200, "")
	}
}
