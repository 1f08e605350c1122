package flaskjwt_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/session"
)

// secret is random; nobody else uses it.
const secret = "9t0vB7Yk3hQw1Zr8LxCm5Nf2Sg6Jd4PaUe+oIiTzXVs="

var start = time.Unix(1800000000, 0)

// app is an application in the dialect, with a clock of its own.
type app struct {
	*testing.T
	manager *flaskjwt.Manager
	auth    *latchkey.Auth
	now     time.Time
	mux     *http.ServeMux
}

// newApp starts an application. A nil store makes it stateless.
func newApp(t *testing.T, s flaskjwt.Settings, o flaskjwt.Options, store session.Store) *app {
	t.Helper()
	a := &app{T: t, now: start, mux: http.NewServeMux()}
	all := flaskjwt.Settings{"JWT_SECRET_KEY": secret}
	maps.Copy(all, s)
	o.Now = func() time.Time { return a.now }
	var err error
	if a.manager, err = flaskjwt.New(all, o); err != nil {
		t.Fatal(err)
	}
	cfg := a.manager.Config()
	if store != nil {
		cfg.Store = store
	}
	if a.auth, err = latchkey.New(cfg); err != nil {
		t.Fatal(err)
	}
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tok, _ := latchkey.FromContext(r.Context())
		_, _ = w.Write([]byte(tok.Subject))
	})
	a.mux.Handle("POST /login", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := a.auth.SignIn(w, r, latchkey.Login{Subject: "ada"}); err != nil {
			a.auth.WriteError(w, r, err)
		}
	}))
	a.mux.Handle("/protected", a.auth.Required(who))
	a.mux.Handle("/fresh", a.auth.Require(latchkey.Policy{MaxAge: flaskjwt.AnyAge})(who))
	a.mux.Handle("/recent", a.auth.Fresh(time.Minute)(who))
	a.mux.Handle("/by-refresh", a.auth.Refresh(who))
	a.mux.Handle("POST /refresh", a.auth.RefreshHandler())
	a.mux.Handle("POST /logout", a.auth.SignOutHandler())
	return a
}

// do sends a request with a bearer token and gives status and body.
func (a *app) do(method, path, token string) (int, string) {
	a.Helper()
	r := httptest.NewRequest(method, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	a.mux.ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

func (a *app) wants(method, path, token string, status int, body string) {
	a.Helper()
	if code, got := a.do(method, path, token); code != status || got != body {
		a.Errorf("%s %s answers %d %s, not %d %s", method, path, code, got, status, body)
	}
}

// tokens signs in or refreshes and gives the tokens of the answer.
func (a *app) tokens(path, token string) (access, refresh string) {
	a.Helper()
	code, body := a.do("POST", path, token)
	var answer struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	if err := json.Unmarshal([]byte(body), &answer); code != http.StatusOK || err != nil {
		a.Fatalf("%s answers %d %s", path, code, body)
	}
	return answer.Access, answer.Refresh
}

// claims reads a token that must be good.
func (a *app) claims(token string) map[string]any {
	a.Helper()
	_, payload, err := a.manager.DecodeToken(context.Background(), token, flaskjwt.DecodeOptions{})
	if err != nil {
		a.Fatal(err)
	}
	return payload
}

// names are the claims of a token in the order in which they stand in it.
func (a *app) names(token string) []string {
	a.Helper()
	d := json.NewDecoder(strings.NewReader(claimText(a.T, token)))
	_, _ = d.Token()
	var all []string
	for d.More() {
		name, _ := d.Token()
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			a.Fatal(err)
		}
		all = append(all, name.(string))
	}
	return all
}

func TestStatelessShape(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	access, refresh := a.tokens("/login", "")
	shape := strings.Fields("fresh iat jti type sub nbf csrf exp")
	for _, token := range []string{access, refresh} {
		if got := a.names(token); !slices.Equal(got, shape) {
			t.Errorf("the claims are %v, not %v", got, shape)
		}
		header, err := flaskjwt.UnverifiedHeader(token)
		if err != nil || len(header) != 2 || header["alg"] != "HS256" || header["typ"] != "JWT" {
			t.Errorf("the header is %v, %v", header, err)
		}
	}
	if c := a.claims(access); c["fresh"] != true || c["type"] != "access" || c["exp"] != json.Number("1800000900") {
		t.Errorf("the access token says %v", c)
	}
	if c := a.claims(refresh); c["fresh"] != false || c["type"] != "refresh" || c["exp"] != json.Number("1802592000") {
		t.Errorf("the refresh token says %v", c)
	}
}

func TestStatelessRefresh(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	access, refresh := a.tokens("/login", "")
	a.wants("GET", "/fresh", access, 200, "ada")
	a.now = start.Add(time.Hour)
	a.wants("GET", "/protected", access, 401, `{"msg":"Token has expired"}`)
	renewed, none := a.tokens("/refresh", refresh)
	if none != "" {
		t.Error("a stateless refresh gives out another refresh token")
	}
	a.wants("GET", "/protected", renewed, 200, "ada")
	a.wants("GET", "/fresh", renewed, 401, `{"msg":"Fresh token required"}`)
	a.wants("POST", "/refresh", renewed, 422, `{"msg":"Only refresh tokens are allowed"}`)
	a.wants("GET", "/protected", refresh, 422, `{"msg":"Only non-refresh tokens are allowed"}`)
	if again, _ := a.tokens("/refresh", refresh); again == "" {
		t.Error("the refresh token works only once")
	}
}

func TestStatelessSignOutRevokes(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	access, refresh := a.tokens("/login", "")
	a.wants("POST", "/logout", access, 200, `{"msg":"Signed out."}`)
	a.wants("GET", "/protected", access, 401, `{"msg":"Token has been revoked"}`)
	a.wants("GET", "/by-refresh", refresh, 200, "ada") // it did not come along
	a.wants("POST", "/logout", refresh, 200, `{"msg":"Signed out."}`)
	a.wants("POST", "/refresh", refresh, 401, `{"msg":"Token has been revoked"}`)
}

// A token that never expires stays revoked for ever, others as long as they
// could be used.
func TestRevocationsAreKeptLongEnough(t *testing.T) {
	kept := map[string]time.Time{}
	o := flaskjwt.Options{
		TokenInBlocklist: func(_ context.Context, _, payload map[string]any) (bool, error) {
			_, listed := kept[payload["jti"].(string)]
			return listed, nil
		},
		RevokeToken: func(_ context.Context, jti string, until time.Time) error {
			kept[jti] = until
			return nil
		},
	}
	for _, c := range []struct {
		expires any
		until   time.Time
	}{{900, start.Add(15 * time.Minute)}, {false, time.Time{}}, {0, time.Time{}}} {
		clear(kept)
		a := newApp(t, flaskjwt.Settings{"JWT_ACCESS_TOKEN_EXPIRES": c.expires}, o, nil)
		access, _ := a.tokens("/login", "")
		a.do("POST", "/logout", access)
		a.wants("GET", "/protected", access, 401, `{"msg":"Token has been revoked"}`)
		if until := kept[a.claims(access)["jti"].(string)]; !until.Equal(c.until) {
			t.Errorf("expires %v: revoked until %v, not %v", c.expires, until, c.until)
		}
	}
}

func TestRecentlyFresh(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	access, _ := a.tokens("/login", "")
	a.wants("GET", "/recent", access, 200, "ada")
	a.now = start.Add(time.Minute)
	a.wants("GET", "/recent", access, 401, `{"msg":"Fresh token required"}`)
	a.wants("GET", "/fresh", access, 200, "ada")
}

func TestHooksSpeakTheDialect(t *testing.T) {
	user, verified := any("Ada"), true
	a := newApp(t, nil, flaskjwt.Options{
		UserLookup:        func(context.Context, map[string]any, map[string]any) (any, error) { return user, nil },
		TokenVerification: func(context.Context, map[string]any, map[string]any) (bool, error) { return verified, nil },
	}, nil)
	access, refresh := a.tokens("/login", "")
	a.wants("GET", "/protected", access, 200, "ada")
	user = nil
	a.wants("GET", "/protected", access, 401, `{"msg":"Error loading the user ada"}`)
	a.wants("POST", "/refresh", refresh, 401, `{"msg":"Error loading the user ada"}`)
	verified = false
	a.wants("GET", "/protected", access, 400, `{"msg":"User claims verification failed"}`)
}

// A browser's request that another site caused is refused before anything else
// that a cookie could do.
func TestOriginsStillCount(t *testing.T) {
	a := newApp(t, flaskjwt.Settings{"JWT_TOKEN_LOCATION": "cookies", "JWT_COOKIE_CSRF_PROTECT": false}, flaskjwt.Options{}, nil)
	token, err := a.manager.CreateAccessToken(context.Background(), "ada", flaskjwt.TokenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for site, status := range map[string]int{"same-origin": 200, "cross-site": 403, "same-site": 403, "": 200} {
		r := httptest.NewRequest("POST", "/protected", nil)
		r.AddCookie(&http.Cookie{Name: "access_token_cookie", Value: token})
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		w := httptest.NewRecorder()
		a.mux.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("Sec-Fetch-Site %q: %d, not %d", site, w.Code, status)
		}
	}
}
