package latchkey_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
)

// serve runs one request through a handler without a network.
func serve(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func signInHandler(auth *latchkey.Auth) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, latchkey.Login{Subject: "ada"}); err != nil {
			auth.WriteError(w, r, err)
		}
	})
}

func TestCookieAttributes(t *testing.T) {
	long := 30 * 24 * 60 * 60
	for name, c := range map[string]struct {
		change func(*latchkey.Config)
		want   []http.Cookie // without values
	}{
		"https": {nil, []http.Cookie{
			{Name: "__Host-latchkey_access", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
			{Name: "__Host-latchkey_refresh", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
			{Name: "__Host-latchkey_csrf", Path: "/", Secure: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
		}},
		"http on this machine": {func(c *latchkey.Config) { c.Issuer = "http://localhost:8080" }, []http.Cookie{
			{Name: "latchkey_access", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
			{Name: "latchkey_refresh", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
			{Name: "latchkey_csrf", Path: "/", SameSite: http.SameSiteLaxMode, MaxAge: long},
		}},
		"a path of its own for refreshing": {func(c *latchkey.Config) { c.Cookie.RefreshPath = "/refresh" }, []http.Cookie{
			{Name: "__Host-latchkey_access", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
			{Name: "__Secure-latchkey_refresh", Path: "/refresh", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
			{Name: "__Host-latchkey_csrf", Path: "/", Secure: true, SameSite: http.SameSiteLaxMode, MaxAge: long},
		}},
		"names, domain, SameSite, until the browser closes": {func(c *latchkey.Config) {
			c.Cookie = latchkey.CookieConfig{AccessName: "a", RefreshName: "r", CSRFName: "c", RefreshCSRFName: "d",
				Domain: "example.com", SameSite: http.SameSiteStrictMode, SessionOnly: true}
		}, []http.Cookie{
			{Name: "a", Path: "/", Domain: "example.com", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode},
			{Name: "r", Path: "/", Domain: "example.com", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode},
			{Name: "c", Path: "/", Domain: "example.com", Secure: true, SameSite: http.SameSiteStrictMode},
			{Name: "d", Path: "/", Domain: "example.com", Secure: true, SameSite: http.SameSiteStrictMode},
		}},
		"cross-site front end on localhost": {func(c *latchkey.Config) {
			c.Issuer, c.CSRF.OriginOnly = "http://localhost:5000", true
			c.Cookie = latchkey.CookieConfig{AccessName: "a", RefreshName: "r", SameSite: http.SameSiteNoneMode, ForceSecure: true, SessionOnly: true}
		}, []http.Cookie{
			{Name: "a", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode},
			{Name: "r", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode},
		}},
		"a life beyond what browsers keep": {func(c *latchkey.Config) {
			c.SessionTTL, c.RefreshTTL, c.CSRF.OriginOnly = 1000*24*time.Hour, 500*24*time.Hour, true
		}, []http.Cookie{
			{Name: "__Host-latchkey_access", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 400 * 24 * 60 * 60},
			{Name: "__Host-latchkey_refresh", Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 400 * 24 * 60 * 60},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := goodConfig(t)
			if c.change != nil {
				c.change(&cfg)
			}
			auth, err := latchkey.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			w := serve(signInHandler(auth), "POST", "/")
			got := w.Result().Cookies()
			if len(got) != len(c.want) {
				t.Fatalf("%d cookies: %v", len(got), w.Header()["Set-Cookie"])
			}
			for i, cookie := range got {
				if cookie.Value == "" {
					t.Errorf("cookie %s is empty", cookie.Name)
				}
				cookie.Value, cookie.Raw = "", ""
				if cookie.String() != c.want[i].String() {
					t.Errorf("cookie %d is\n%s, want\n%s", i, cookie, &c.want[i])
				}
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("the answer may be cached")
			}
		})
	}
}

func TestCookiesThatCannotBeToldApart(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	good := c.cookie("latchkey_access")
	nobody := &client{&http.Client{}, a}
	for name, header := range map[string]string{
		"twice":                 "latchkey_access=" + good + "; latchkey_access=planted",
		"twice, the other way":  "latchkey_access=planted; latchkey_access=" + good,
		"twice the same":        "latchkey_access=" + good + "; latchkey_access=" + good,
		"in another case":       "latchkey_access=" + good + "; Latchkey_Access=planted",
		"only in another case":  "LATCHKEY_ACCESS=" + good,
		"another case in front": "Latchkey_access=planted; latchkey_access=" + good,
	} {
		t.Run(name, func(t *testing.T) {
			got := nobody.do("GET", "/me", "", "Cookie", header)
			got.is(t, 401, "token_missing")
			for sent := range strings.SplitSeq(header, "; ") {
				name, _, _ := strings.Cut(sent, "=")
				if !expires(got.Response, name) {
					t.Errorf("the answer does not expire %s: %v", name, got.Header["Set-Cookie"])
				}
			}
			in := nobody.do("POST", "/sign-in/ada", "", "Cookie", header)
			in.is(t, 200, "")
			last := in.Cookies()[len(in.Cookies())-3]
			if last.Name != "latchkey_access" || last.Value == "" {
				t.Errorf("signing in does not end with a good cookie: %v", in.Header["Set-Cookie"])
			}
		})
	}
}

func expires(r *http.Response, name string) bool {
	for _, c := range r.Cookies() {
		if c.Name == name && c.MaxAge < 0 {
			return true
		}
	}
	return false
}

func TestStrayCookiesExpireAtEveryPathAndDomain(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Cookie = latchkey.CookieConfig{Domain: "example.com", RefreshPath: "/refresh"}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := serve(auth.Required(http.NotFoundHandler()), "GET", "/", "Cookie", "__Secure-latchkey_access=a; __Secure-latchkey_access=b")
	got := map[string]bool{}
	for _, c := range w.Result().Cookies() {
		got[c.Name+" "+c.Domain+" "+c.Path] = c.MaxAge < 0
	}
	for _, want := range []string{" /", " /refresh", "example.com /", "example.com /refresh"} {
		if !got["__Secure-latchkey_access "+want] {
			t.Errorf("not expired at %q: %v", want, got)
		}
	}
}

// TestStrayCookiesExpireAFewAtATime: whoever can plant cookies cannot make
// answers whose headers no proxy takes.
func TestStrayCookiesExpireAFewAtATime(t *testing.T) {
	auth, err := latchkey.New(goodConfig(t))
	if err != nil {
		t.Fatal(err)
	}
	const name = "__Host-latchkey_access"
	expired := func(header string) []*http.Cookie {
		t.Helper()
		w := serve(auth.Required(http.NotFoundHandler()), "GET", "/", "Cookie", header)
		if w.Code != 401 {
			t.Errorf("got %d", w.Code)
		}
		return w.Result().Cookies()
	}
	if got := expired(strings.Repeat(name+"=x; ", 500)); len(got) != 1 || got[0].Name != name {
		t.Errorf("one name, twice and more, is expired as %v", got)
	}
	var many []string
	for i := range len(name) {
		many = append(many, name[:i]+strings.ToUpper(name[i:])+"=x")
	}
	if got := len(expired(strings.Join(many, "; "))); got == 0 || got > 8 {
		t.Errorf("%d cookies are set at once", got)
	}
}

func TestATokenTooLargeForACookieIsAnError(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.Claims = hookClaims(map[string]any{"roles": strings.Repeat("x", 4000)})
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := serve(signInHandler(auth), "POST", "/")
	if w.Code != 500 || len(w.Result().Cookies()) != 0 {
		t.Errorf("%d with cookies %v", w.Code, w.Header()["Set-Cookie"])
	}
}

func newRequest(method string) *http.Request {
	return httptest.NewRequest(method, "https://app.example.com/", nil)
}

var ok = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})

func cookieHeader(cookies []*http.Cookie) string {
	var pairs []string
	for _, c := range cookies {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	return strings.Join(pairs, "; ")
}

func body(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// discard is a response nobody looks at.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
