package server_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
	"github.com/latchkey-go/latchkey/oauthhttp"
)

// clientsFile writes the file of --oauth-clients.
func clientsFile(t *testing.T, text string) func(*server.Config) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clients.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(c *server.Config) { c.OAuthClients = path }
}

// ask posts a form as a service.
func (a *app) ask(path, id, secret, token string) *answer {
	return a.program().do("POST", path, "token="+token, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(id, secret)
	})
}

// Another service finds the endpoints, asks about a token and revokes it, as far
// as its entry in the file allows.
func TestOtherServices(t *testing.T) {
	secret, hash := oauthhttp.NewClientSecret()
	file := clientsFile(t, fmt.Sprintf(`[{"id":"gateway","secret_sha256":[%q],"introspect":true},
		{"id":"desk","secret_sha256":[%q],"revoke":true}]`, hash, hash))
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		a := start(t, database, file, withMetrics)
		a.signUp()
		phone, refresh := a.signInBody()

		found := a.program().do("GET", "/.well-known/oauth-authorization-server", nil).want(200, "")
		for member, want := range map[string]string{
			"introspection_endpoint": "/oauth/introspect", "revocation_endpoint": "/oauth/revoke", "jwks_uri": "/.well-known/jwks.json",
		} {
			if found.string(member) != a.url+want {
				t.Errorf("%s is %q", member, found.string(member))
			}
		}
		if got := a.ask("/oauth/introspect", "gateway", secret, phone.bearer).want(200, ""); got.at("active") != true {
			t.Errorf("a good token: %s", got.body)
		}
		if got := a.ask("/oauth/introspect", "gateway", secret, refresh).want(200, ""); got.at("active") != false {
			t.Errorf("a refresh token, which the gateway must not take: %s", got.body)
		}
		a.moves(func() { a.ask("/oauth/introspect", "gateway", "wrong", phone.bearer).want(401, "") },
			moved{1, "latchkey_refusals_total", []string{"code", "invalid_client"}})
		a.ask("/oauth/introspect", "desk", secret, phone.bearer).want(400, "")
		a.ask("/oauth/revoke", "gateway", secret, phone.bearer).want(400, "")
		phone.do("GET", "/api/v1/me", nil).want(200, "")
		a.ask("/oauth/revoke", "desk", secret, refresh).want(200, "")
		phone.do("GET", "/api/v1/me", nil).want(401, "session_ended")
		if got := a.ask("/oauth/introspect", "gateway", secret, phone.bearer).want(200, ""); string(got.body) != "{\"active\":false}" {
			t.Errorf("a revoked token: %q", got.body)
		}
		a.program().do("GET", "/oauth/else", nil).want(404, "not_found")
		a.stop()
		for _, canary := range []string{secret, phone.bearer, refresh} {
			if strings.Contains(a.log.String(), canary) {
				t.Error("the log has a secret")
			}
		}
	})
}

// Without clients the endpoints are not there.
func TestNoOtherServices(t *testing.T) {
	a := start(t)
	a.program().do("GET", "/.well-known/oauth-authorization-server", nil).want(404, "not_found")
	for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
		a.ask(path, "gateway", "x", "x").want(404, "not_found")
	}
}

// What is wrong with the file is told at start, without what is in it.
func TestBadOAuthClients(t *testing.T) {
	_, hash := oauthhttp.NewClientSecret()
	for name, c := range map[string]struct{ text, want string }{
		"empty":      {"", "must be a JSON list"},
		"object":     {`{"id":"x"}`, "must be a JSON list"},
		"cut off":    {`[{"id":"canary"`, "not valid JSON"},
		"misspelt":   {`[{"id":"a","secret_sha256":["` + hash + `"],"introspekt":true}]`, "/0/introspekt is not known"},
		"wrong kind": {`[{"id":"a","secret_sha256":"canary"}]`, "/0/secret_sha256 is of the wrong kind"},
		"no hash":    {`[{"id":"a","secret_sha256":["canary"],"introspect":true}]`, "oauthhttp"},
		"no id":      {`[{"secret_sha256":["` + hash + `"],"introspect":true}]`, "oauthhttp"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := server.Config{Addr: "127.0.0.1:0", DataDir: filepath.Join(t.TempDir(), "data"), Logger: slog.New(slog.DiscardHandler)}
			clientsFile(t, c.text)(&cfg)
			_, err := server.New(context.Background(), cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "--oauth-clients") || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	cfg := server.Config{Addr: "127.0.0.1:0", DataDir: t.TempDir(), OAuthClients: "/no/such/file", Logger: slog.New(slog.DiscardHandler)}
	if _, err := server.New(context.Background(), cfg); err == nil || !strings.Contains(err.Error(), "--oauth-clients /no/such/file cannot be used: no such file") {
		t.Errorf("got %v", err)
	}
}
