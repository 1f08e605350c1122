package latchkeytest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/latchkeytest"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

var ada = latchkey.Login{Subject: "ada"}

func get(path string) *http.Request  { return httptest.NewRequest("GET", path, nil) }
func post(path string) *http.Request { return httptest.NewRequest("POST", path, nil) }

// configurations carry the token in every place that SignedIn knows.
var configurations = map[string]latchkey.Config{
	"zero":         {},
	"https":        {Issuer: "https://app.example.com"},
	"header":       {Locations: []latchkey.Location{latchkey.InHeader}},
	"other header": {Locations: []latchkey.Location{latchkey.InHeader}, Header: latchkey.HeaderConfig{Name: "X-Token", Scheme: "Token"}},
	"in headers":   {Deliver: latchkey.InHeader},
	"in the body":  {Deliver: latchkey.InJSON},
	"query":        {Locations: []latchkey.Location{latchkey.InQuery}, QueryName: "t"},
	"other names": {
		Issuer: "https://app.example.com", Cookie: latchkey.CookieConfig{AccessName: "a", RefreshName: "b", CSRFName: "c", Domain: "example.com"},
		CSRF: latchkey.CSRFConfig{HeaderName: "X-Mine"},
	},
	"path":        {Cookie: latchkey.CookieConfig{AccessPath: "/app"}},
	"origin only": {CSRF: latchkey.CSRFConfig{OriginOnly: true}},
	"renewal":     {RenewWithin: 5 * time.Minute},
	"stateless":   {Store: latchkey.Stateless},
	"claims": {Hooks: latchkey.Hooks{Claims: func(context.Context, string) (map[string]any, error) {
		return map[string]any{"role": "editor"}, nil
	}}},
}

func TestSignedInPassesGuards(t *testing.T) {
	for name, cfg := range configurations {
		t.Run(name, func(t *testing.T) {
			lk := latchkeytest.New(t, cfg)
			for _, r := range []*http.Request{get("/app/orders?page=2"), post("/app/orders")} {
				if _, err := lk.Auth.Authenticate(r); !errors.Is(err, latchkey.ErrMissing) {
					t.Fatalf("%s as nobody: %v", r.Method, err)
				}
				before := len(r.Header)
				token, err := lk.Auth.Authenticate(lk.SignedIn(t, r, ada))
				if err != nil {
					t.Fatalf("%s: %v", r.Method, err)
				}
				if token.Subject != "ada" || !token.AuthTime.Equal(lk.Now().Truncate(time.Second)) {
					t.Errorf("%s: %+v", r.Method, token)
				}
				if len(r.Header) != before {
					t.Errorf("the request itself was changed: %v", r.Header)
				}
			}
		})
	}
}

func TestCookiesStayWithinTheirPath(t *testing.T) {
	lk := latchkeytest.New(t, latchkey.Config{Cookie: latchkey.CookieConfig{AccessPath: "/app"}})
	if _, err := lk.Auth.Authenticate(lk.SignedIn(t, get("/elsewhere"), ada)); !errors.Is(err, latchkey.ErrMissing) {
		t.Errorf("a cookie of /app at /elsewhere: %v", err)
	}
}

func TestSignedInTwiceIsTheSecondPerson(t *testing.T) {
	lk := latchkeytest.New(t, latchkey.Config{})
	r := get("/")
	r.AddCookie(&http.Cookie{Name: "theme", Value: "dark"})
	r = lk.SignedIn(t, lk.SignedIn(t, r, ada), latchkey.Login{Subject: "eve"})
	if token, err := lk.Auth.Authenticate(r); err != nil || token.Subject != "eve" {
		t.Errorf("%+v, %v", token, err)
	}
	if _, err := r.Cookie("theme"); err != nil {
		t.Error("the cookie of the application is gone")
	}
}

func TestSignedInIsAsTheLoginSays(t *testing.T) {
	lk := latchkeytest.New(t, latchkey.Config{Issuer: "https://app.example.com"})
	r := lk.SignedIn(t, get("/"), latchkey.Login{Subject: "ada", Deliver: latchkey.InHeader})
	if len(r.Cookies()) > 0 || !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		t.Errorf("asked for the header: %v", r.Header)
	}

	stale := lk.SignedIn(t, get("/"), latchkey.Login{Subject: "ada", AuthTime: lk.Now().Add(-time.Hour)})
	w := httptest.NewRecorder()
	lk.Auth.Fresh(time.Hour)(http.NotFoundHandler()).ServeHTTP(w, stale)
	if w.Code != http.StatusUnauthorized || w.Header().Get("Latchkey-Code") != "not_fresh" {
		t.Errorf("an hour old: %d %v", w.Code, w.Header())
	}
}

func TestSessionsShowTheDeviceOfTheRequest(t *testing.T) {
	lk := latchkeytest.New(t, latchkey.Config{})
	r := get("/")
	r.RemoteAddr = "203.0.113.7:4711"
	r.Header.Set("User-Agent", "Lynx")
	lk.SignedIn(t, r, ada)
	list, err := lk.Auth.Sessions().List(t.Context(), "ada")
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if got, want := list[0].Client, (session.Client{Address: "203.0.113.7", UserAgent: "Lynx"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The hooks of applications with many tenants read the request's context.
func TestSignInHasTheContextOfTheRequest(t *testing.T) {
	type tenant struct{}
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	lk := latchkeytest.New(t, latchkey.Config{Hooks: latchkey.Hooks{Keys: func(ctx context.Context) (jwt.KeySource, error) {
		if ctx.Value(tenant{}) != "blue" {
			return nil, errors.New("no tenant")
		}
		return key, nil
	}}})
	r := get("/").WithContext(context.WithValue(t.Context(), tenant{}, "blue"))
	if _, err := lk.Auth.Authenticate(lk.SignedIn(t, r, ada)); err != nil {
		t.Error(err)
	}
}

func TestExpired(t *testing.T) {
	for name, cfg := range configurations {
		t.Run(name, func(t *testing.T) {
			lk := latchkeytest.New(t, cfg)
			before := lk.Now()
			r := lk.Expired(t, get("/app/orders"), ada)
			if _, err := lk.Auth.Authenticate(r); !errors.Is(err, latchkey.ErrExpired) {
				t.Errorf("got %v, want ErrExpired", err)
			}
			if !lk.Now().Equal(before) {
				t.Error("the clock moved")
			}
		})
	}
}

// A session that an expired token belongs to can be refreshed.
func TestTokens(t *testing.T) {
	lk := latchkeytest.New(t, latchkey.Config{Locations: []latchkey.Location{latchkey.InHeader}})
	tokens := lk.Tokens(t, ada)
	lk.Advance(tokens.ExpiresIn)
	r := post("/refresh")
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	if _, err := lk.Auth.Authenticate(r); !errors.Is(err, latchkey.ErrExpired) {
		t.Errorf("the access token: %v", err)
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Refresh)
	w := httptest.NewRecorder()
	lk.Auth.RefreshHandler().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("the refresh token: %d %s", w.Code, w.Body)
	}
}

func TestClockStandsStill(t *testing.T) {
	begin := time.Date(2026, 2, 28, 23, 59, 50, 0, time.UTC)
	lk := latchkeytest.New(t, latchkey.Config{Now: func() time.Time { return begin }})
	if !lk.Now().Equal(begin) {
		t.Errorf("begins at %v", lk.Now())
	}
	lk.Advance(10 * time.Second)
	if want := begin.Add(10 * time.Second); !lk.Now().Equal(want) {
		t.Errorf("%v, want %v", lk.Now(), want)
	}
	if s := lk.Tokens(t, ada).Session; !s.CreatedAt.Equal(lk.Now()) {
		t.Errorf("a session begins at %v, now is %v", s.CreatedAt, lk.Now())
	}
}

func TestEvents(t *testing.T) {
	var told []session.Event
	lk := latchkeytest.New(t, latchkey.Config{Hooks: latchkey.Hooks{
		Event: func(_ context.Context, e session.Event) { told = append(told, e) },
	}})
	r := lk.SignedIn(t, post("/sign-out"), ada)
	if got := lk.Events(); len(got) != 0 {
		t.Fatalf("SignedIn made events: %v", got)
	}
	lk.Auth.SignOutHandler().ServeHTTP(httptest.NewRecorder(), r)
	if _, err := lk.Auth.Issue(post("/sign-in"), ada); err != nil {
		t.Fatal(err)
	}
	all := lk.Events()
	if len(all) != 2 || all[0].Reason != session.EndedBySignOut || all[1].Kind != session.EventStarted {
		t.Errorf("%+v", all)
	}
	if started := lk.Events(session.EventStarted); len(started) != 1 || started[0] != all[1] {
		t.Errorf("%+v", started)
	}
	if len(told) != 2 {
		t.Errorf("the hook of the application was told %d events, want 2", len(told))
	}
}

func TestMisuse(t *testing.T) {
	refusing := latchkey.Config{Hooks: latchkey.Hooks{Claims: func(context.Context, string) (map[string]any, error) {
		return nil, errors.New("no such user")
	}}}
	inJSON := latchkey.Config{Locations: []latchkey.Location{latchkey.InJSON}}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for name, c := range map[string]struct {
		f    func(t testing.TB)
		want string
	}{
		"mistakes": {func(t testing.TB) {
			latchkeytest.New(t, latchkey.Config{Issuer: "http://app.example.com", Store: memstore.New()})
		}, "this machine"},
		"nobody":          {func(t testing.TB) { latchkeytest.New(t, latchkey.Config{}).SignedIn(t, get("/"), latchkey.Login{}) }, "Login.Subject is empty"},
		"refused":         {func(t testing.TB) { latchkeytest.New(t, refusing).SignedIn(t, get("/"), ada) }, `signing in "ada"`},
		"refused client":  {func(t testing.TB) { latchkeytest.New(t, refusing).Client(t, server, ada) }, `signing in "ada"`},
		"in JSON":         {func(t testing.TB) { latchkeytest.New(t, inJSON).SignedIn(t, get("/"), ada) }, "put the one of Harness.Tokens into the body"},
		"client in JSON":  {func(t testing.TB) { latchkeytest.New(t, inJSON).Client(t, server, ada) }, "put the one of Harness.Tokens into the body"},
		"expired in JSON": {func(t testing.TB) { latchkeytest.New(t, inJSON).Expired(t, get("/"), ada) }, "put the one of Harness.Tokens into the body"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := failure(c.f); !strings.Contains(got, c.want) {
				t.Errorf("failed with %q, want %q in it", got, c.want)
			}
		})
	}
}

func TestRefusesToWorkInAProgram(t *testing.T) {
	out, err := exec.Command("go", "run", "./testdata/production").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "it works in tests only") {
		t.Errorf("%v: %s", err, out)
	}
}

// failing is a test that keeps why it failed.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Helper() {}

func (f *failing) Fatal(args ...any) {
	f.message = fmt.Sprint(args...)
	runtime.Goexit()
}

func (f *failing) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

// failure runs f as a test and returns why it failed, or "".
func failure(f func(t testing.TB)) string {
	var t failing
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(&t)
	}()
	<-done
	return t.message
}
