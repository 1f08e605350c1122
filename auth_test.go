package latchkey_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

// clock is a time that tests move.
type clock struct{ offset atomic.Int64 }

var begin = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func (c *clock) now() time.Time          { return begin.Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// app is a small application on a real server: an Auth, its routes, a clock.
type app struct {
	*latchkey.Auth
	*clock
	url string
	t   *testing.T
}

// newApp serves the routes that the tests of this package use. change may
// alter the configuration.
func newApp(t *testing.T, change func(*latchkey.Config)) *app {
	t.Helper()
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{clock: &clock{}, t: t}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	a.url = server.URL
	cfg := latchkey.Config{Issuer: server.URL, Keys: key, Store: memstore.New(), Now: a.now,
		Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	if a.Auth, err = latchkey.New(cfg); err != nil {
		t.Fatal(err)
	}
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		tok, ok := latchkey.FromContext(r.Context())
		if !ok {
			io.WriteString(w, `{"sub":""}`)
			return
		}
		json.NewEncoder(w).Encode(map[string]any{"sub": tok.Subject, "at": tok.Location, "csrf": tok.CSRF})
	})
	mux.HandleFunc("POST /sign-in/{user}", func(w http.ResponseWriter, r *http.Request) {
		l := latchkey.Login{Subject: r.PathValue("user"), AMR: []string{"pwd"}, Deliver: latchkey.Location(r.FormValue("deliver"))}
		if _, err := a.SignIn(w, r, l); err != nil {
			a.WriteError(w, r, err)
		}
	})
	mux.Handle("POST /refresh", a.RefreshHandler())
	mux.Handle("POST /sign-out", a.SignOutHandler())
	mux.Handle("/me", a.Required(echo))
	mux.Handle("/maybe", a.Optional(echo))
	mux.Handle("/fresh", a.Fresh(10*time.Minute)(echo))
	mux.Handle("/refresh-guard", a.Refresh(echo))
	mux.Handle("/query", a.Require(latchkey.Policy{Locations: []latchkey.Location{latchkey.InQuery}})(echo))
	mux.Handle("/body", a.Require(latchkey.Policy{Locations: []latchkey.Location{latchkey.InHeader, latchkey.InQuery, latchkey.InJSON}})(echo))
	mux.Handle("/jwks", a.JWKSHandler())
	return a
}

// answer is a response, read to its end.
type answer struct {
	*http.Response
	body string
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatalf("the answer is no JSON object: %q", a.body)
	}
	return m
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	code, _ := a.json(t)["code"].(string)
	return code
}

// client is one browser or one API client.
type client struct {
	*http.Client
	app *app
}

func (a *app) browser() *client {
	jar, _ := cookiejar.New(nil) // never fails
	return &client{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}, a}
}

// do sends a request; header lists names and values in turn.
func (c *client) do(method, path, body string, header ...string) answer {
	c.app.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.app.url+path, strings.NewReader(body))
	if err != nil {
		c.app.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		c.app.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.app.t.Fatal(err)
	}
	return answer{resp, string(text)}
}

func (c *client) cookie(name string) string {
	u, _ := url.Parse(c.app.url)
	for _, have := range c.Jar.Cookies(u) {
		if have.Name == name {
			return have.Value
		}
	}
	return ""
}

func (c *client) plant(cookies ...*http.Cookie) {
	u, _ := url.Parse(c.app.url)
	c.Jar.SetCookies(u, cookies)
}

func (a answer) is(t *testing.T, status int, code string) {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d; body %s", a.StatusCode, status, a.body)
	}
	if code != "" && a.code(t) != code {
		t.Fatalf("code %q, want %q; body %s", a.code(t), code, a.body)
	}
}
