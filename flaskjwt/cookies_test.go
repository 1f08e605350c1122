package flaskjwt_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// post sends a request with the cookies of an answer before, if there was one.
func (a *app) post(path string, before *http.Response, header http.Header) *http.Response {
	r := httptest.NewRequest("POST", path, nil)
	maps.Copy(r.Header, header)
	if before != nil {
		for _, c := range before.Cookies() {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
	}
	w := httptest.NewRecorder()
	a.mux.ServeHTTP(w, r)
	return w.Result()
}

func cookieNames(resp *http.Response) []string {
	var names []string
	for _, c := range resp.Cookies() {
		names = append(names, c.Name)
	}
	return names
}

func value(resp *http.Response, name string) string {
	for _, c := range resp.Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestCookiesOfAuth(t *testing.T) {
	four := strings.Fields("access_token_cookie csrf_access_token refresh_token_cookie csrf_refresh_token")
	for name, store := range map[string]session.Store{"stateless": nil, "sessions": memstore.New()} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, flaskjwt.Settings{"JWT_TOKEN_LOCATION": "cookies", "JWT_COOKIE_SAMESITE": "Lax"}, flaskjwt.Options{}, store)
			in := a.post("/login", nil, nil)
			if got := cookieNames(in); !slices.Equal(got, four) {
				t.Fatalf("signing in sets %v", got)
			}
			for _, c := range in.Cookies() {
				if c.MaxAge != 0 || c.Path != "/" || c.Secure || c.SameSite != http.SameSiteLaxMode ||
					c.HttpOnly != strings.HasSuffix(c.Name, "_cookie") {
					t.Errorf("the cookie is %v", c)
				}
			}
			if a.claims(value(in, "access_token_cookie"))["csrf"] != value(in, "csrf_access_token") {
				t.Error("the CSRF cookie is not the claim")
			}

			if resp := a.post("/refresh", in, nil); resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("a refresh without the CSRF value answers %d", resp.StatusCode)
			}
			csrf := http.Header{"X-Csrf-Token": {value(in, "csrf_refresh_token")}}
			renewed := a.post("/refresh", in, csrf)
			want := four
			if store == nil {
				want = four[:2] // the refresh token stays as it is
			}
			if got := cookieNames(renewed); renewed.StatusCode != http.StatusOK || !slices.Equal(got, want) {
				t.Errorf("a refresh answers %d and sets %v", renewed.StatusCode, got)
			}

			if resp := a.post("/logout", in, nil); resp.StatusCode != http.StatusUnauthorized || len(resp.Cookies()) > 0 {
				t.Errorf("signing out without the CSRF value answers %d", resp.StatusCode)
			}
			csrf = http.Header{"X-Csrf-Token": {value(in, "csrf_access_token")}}
			out := a.post("/logout", in, csrf)
			if got := cookieNames(out); out.StatusCode != http.StatusOK || !slices.Equal(got, four) {
				t.Errorf("signing out answers %d and sets %v", out.StatusCode, got)
			}
			for _, c := range out.Cookies() {
				if c.Value != "" || c.RawExpires != "Thu, 01 Jan 1970 00:00:00 GMT" {
					t.Errorf("the cookie is not expired: %v", c)
				}
			}
			if resp := a.post("/protected", in, csrf); resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("after signing out: %d", resp.StatusCode)
			}
		})
	}
}

// TestPlantedCookiesGo: what expires a cookie that is there twice has our own
// SameSite, or a browser would not obey an answer to another site.
func TestPlantedCookiesGo(t *testing.T) {
	for _, c := range []struct {
		sameSite string
		secure   bool
		want     http.SameSite
	}{
		{"None", true, http.SameSiteNoneMode},
		{"None", false, http.SameSiteLaxMode}, // browsers refuse None then
		{"Strict", false, http.SameSiteStrictMode},
		{"Lax", true, http.SameSiteLaxMode},
	} {
		m, err := flaskjwt.New(flaskjwt.Settings{
			"JWT_SECRET_KEY": "4f1c0a9e8b7d6c5f4e3d2c1b0a9f8e7d", "JWT_TOKEN_LOCATION": "cookies",
			"JWT_COOKIE_SAMESITE": c.sameSite, "JWT_COOKIE_SECURE": c.secure,
		}, flaskjwt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		auth, err := latchkey.New(m.Config())
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", "access_token_cookie=a; access_token_cookie=b")
		w := httptest.NewRecorder()
		auth.Required(http.NotFoundHandler()).ServeHTTP(w, r)
		given := w.Result().Cookies()
		if len(given) != 1 || given[0].MaxAge != -1 || given[0].SameSite != c.want {
			t.Errorf("%+v: %v", c, w.Header()["Set-Cookie"])
		}
	}
}

// TestCookiePaths: a path stands in the cookie as browsers write it in requests.
func TestCookiePaths(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/a b": "/a%20b", "/é": "/%C3%A9", "/a;b": "/a%3Bb", "/a,b:c@d=e~f": "/a,b:c@d=e~f",
		"/%20": "/%20", "/a?b#c": "/a%3Fb%23c", `/"a"`: "/%22a%22",
	} {
		a := newApp(t, flaskjwt.Settings{"JWT_ACCESS_COOKIE_PATH": path, "JWT_TOKEN_LOCATION": "cookies"}, flaskjwt.Options{}, nil)
		w := httptest.NewRecorder()
		if err := a.manager.UnsetAccessCookies(w, ""); err != nil {
			t.Error(err)
		}
		if got := w.Result().Cookies()[0].Path; got != want {
			t.Errorf("%s is written %s, not %s", path, got, want)
		}
	}
}

// TestImpossibleCookies: settings of which no cookie can be made are mistakes from
// the start, not when somebody signs in.
func TestImpossibleCookies(t *testing.T) {
	for key, value := range map[string]string{
		"JWT_COOKIE_DOMAIN": "exa mple", "JWT_ACCESS_COOKIE_NAME": "a b", "JWT_REFRESH_COOKIE_NAME": "a;b",
		"JWT_REFRESH_CSRF_COOKIE_NAME": "ü",
	} {
		_, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, key: value}, flaskjwt.Options{})
		if err == nil || !strings.Contains(err.Error(), "cookie") {
			t.Errorf("%s=%q: got %v", key, value, err)
		}
	}
}
