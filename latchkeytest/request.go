package latchkeytest

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/session"
)

// SignedIn returns a copy of r as somebody sends it who has just signed in: in
// a session of its own, with the access token where the configuration has it
// (cookies, if tokens are delivered so; else the header, else the query). With
// cookies it repeats the CSRF value in the header, as scripts do.
//
// The Login says who and how. For a person who signed in an hour ago:
//
//	latchkey.Login{Subject: "ada", AuthTime: lk.Now().Add(-time.Hour)}
//
// It fails the test if the sign-in is refused, for example by Hooks.Claims.
func (h *Harness) SignedIn(t testing.TB, r *http.Request, l latchkey.Login) *http.Request {
	t.Helper()
	return h.signIn(t, r, l, h.Now()).request(t, r)
}

// Expired is SignedIn with an access token that has just expired, in a session
// that lives. It fails the test if tokens never expire.
func (h *Harness) Expired(t testing.TB, r *http.Request, l latchkey.Login) *http.Request {
	t.Helper()
	life := cmp.Or(h.cfg.AccessTTL, session.DefaultAccessTTL) + h.cfg.Leeway
	s := h.signIn(t, r, l, h.Now().Add(-life-time.Second))
	if end := s.tokens.AccessExpiresAt; end.IsZero() || end.After(h.Now()) {
		t.Fatal("latchkeytest: the configuration makes access tokens that do not expire")
	}
	return s.request(t, r)
}

// Tokens signs somebody in and returns the tokens, for what [Harness.SignedIn]
// does not do: to send a refresh token, or to fill the storage of a browser.
func (h *Harness) Tokens(t testing.TB, l latchkey.Login) latchkey.Tokens {
	t.Helper()
	return h.signIn(t, httptest.NewRequest(http.MethodPost, "/", nil), l, h.Now()).tokens
}

// signedIn is what a sign-in handed out.
type signedIn struct {
	h      *Harness
	at     latchkey.Location
	tokens latchkey.Tokens
	answer *http.Response
}

// signIn signs in at a moment, for requests like r. The Auth that does so is
// another one, on the same store and keys: its clock may differ, and events
// stay those of the application.
func (h *Harness) signIn(t testing.TB, r *http.Request, l latchkey.Login, at time.Time) signedIn {
	t.Helper()
	cfg := h.cfg
	cfg.Now = func() time.Time { return at }
	cfg.Hooks.Event = nil
	s := signedIn{h: h, at: h.location(l.Deliver)}
	l.Deliver = latchkey.InHeader
	if s.at == latchkey.InCookie {
		l.Deliver = latchkey.InCookie
	}
	// Like r in what tells the device and the tenant, but made by no browser.
	like := httptest.NewRequest(http.MethodPost, "/", nil).WithContext(r.Context())
	like.RemoteAddr = cmp.Or(r.RemoteAddr, like.RemoteAddr)
	like.Header.Set("User-Agent", r.UserAgent())

	w := httptest.NewRecorder()
	var err error
	if s.tokens, err = newAuth(t, cfg).SignIn(w, like, l); err != nil {
		t.Fatalf("latchkeytest: signing in %q: %v", l.Subject, err)
	}
	s.answer = w.Result()
	return s
}

// location is where requests carry the access token that was delivered so.
func (h *Harness) location(deliver latchkey.Location) latchkey.Location {
	looked := h.cfg.Locations
	if len(looked) == 0 {
		looked = []latchkey.Location{latchkey.InHeader, latchkey.InCookie}
	}
	inCookie := slices.Contains(looked, latchkey.InCookie)
	switch cmp.Or(deliver, h.cfg.Deliver) {
	case latchkey.InCookie, "":
		if inCookie {
			return latchkey.InCookie
		}
	}
	for _, l := range []latchkey.Location{latchkey.InHeader, latchkey.InQuery, latchkey.InCookie} {
		if slices.Contains(looked, l) {
			return l
		}
	}
	return latchkey.InJSON
}

// mustCarry fails the test if SignedIn cannot put a token there.
func (h *Harness) mustCarry(t testing.TB, at latchkey.Location) {
	t.Helper()
	if at == latchkey.InJSON {
		t.Fatal("latchkeytest: guards look for tokens in JSON bodies only; put the one of Harness.Tokens into the body yourself")
	}
}

// request returns a copy of r that carries the access token.
func (s signedIn) request(t testing.TB, r *http.Request) *http.Request {
	t.Helper()
	s.h.mustCarry(t, s.at)
	r = r.Clone(r.Context())
	if s.at != latchkey.InCookie {
		s.addToken(r)
		return r
	}
	s.addCookies(t, r)
	if s.tokens.CSRF != "" {
		r.Header.Set(s.h.csrfHeader(), s.tokens.CSRF)
	}
	return r
}

// addToken adds the access token to the header or the query.
func (s signedIn) addToken(r *http.Request) {
	if s.at == latchkey.InHeader {
		r.Header.Set(s.header())
		return
	}
	q := r.URL.Query()
	q.Set(cmp.Or(s.h.cfg.QueryName, "access_token"), s.tokens.Access)
	r.URL.RawQuery = q.Encode()
}

// header is the request header with the access token.
func (s signedIn) header() (name, value string) {
	name = cmp.Or(s.h.cfg.Header.Name, "Authorization")
	return name, s.answer.Header.Get(name)
}

func (h *Harness) csrfHeader() string {
	return cmp.Or(h.cfg.CSRF.HeaderName, "X-CSRF-TOKEN")
}

// addCookies adds those cookies that a browser would send to this path, in
// place of others of the same names.
func (s signedIn) addCookies(t testing.TB, r *http.Request) {
	t.Helper()
	site := &url.URL{Scheme: "http", Host: cmp.Or(r.URL.Host, r.Host, "localhost"), Path: r.URL.Path}
	j := newJar(t, site.Host)
	j.SetCookies(site, s.answer.Cookies())
	others := r.Cookies()
	r.Header.Del("Cookie")
	for _, c := range others {
		if !slices.ContainsFunc(s.answer.Cookies(), func(ours *http.Cookie) bool { return ours.Name == c.Name }) {
			r.AddCookie(c)
		}
	}
	for _, c := range j.Cookies(site) {
		r.AddCookie(c)
	}
}
