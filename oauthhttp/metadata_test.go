package oauthhttp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/oauthhttp"
	"github.com/latchkey-go/latchkey/session"
)

func TestMetadata(t *testing.T) {
	methods := []any{"client_secret_basic", "client_secret_post"}
	for _, c := range []struct {
		name, issuer, prefix, at string
		store                    session.Store
		config                   oauthhttp.Config
		want                     map[string]any
	}{
		{
			name: "all there is", issuer: "https://app.example.com", prefix: "/oauth", at: "/.well-known/oauth-authorization-server",
			store: memstore.New(), config: oauthhttp.Config{JWKSPath: "/.well-known/jwks.json"},
			want: map[string]any{
				"issuer":                 "https://app.example.com",
				"jwks_uri":               "https://app.example.com/.well-known/jwks.json",
				"introspection_endpoint": "https://app.example.com/oauth/introspect",
				"introspection_endpoint_auth_methods_supported": methods,
				"revocation_endpoint":                           "https://app.example.com/oauth/revoke",
				"revocation_endpoint_auth_methods_supported":    methods,
				"response_types_supported":                      []any{},
				"grant_types_supported":                         []any{},
			},
		},
		{
			name: "stateless, below a path, at another address", issuer: "https://example.com/auth/", prefix: "/",
			at: "/.well-known/oauth-authorization-server/auth", store: latchkey.Stateless,
			config: oauthhttp.Config{BaseURL: "https://internal.example.com:8443/auth/"},
			want: map[string]any{
				"issuer":                 "https://example.com/auth/",
				"introspection_endpoint": "https://internal.example.com:8443/auth/introspect",
				"introspection_endpoint_auth_methods_supported": methods,
				"response_types_supported":                      []any{},
				"grant_types_supported":                         []any{},
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, c.store, func(config *latchkey.Config) { config.Issuer = c.issuer })
			c.config.Auth, c.config.Clients = w.auth, clients
			h, err := oauthhttp.New(c.config)
			if err != nil {
				t.Fatal(err)
			}
			w.mux = http.NewServeMux()
			h.Register(w.mux, c.prefix)
			answer := w.serve(httptest.NewRequest("GET", c.at, nil))
			var got map[string]any
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != 200 || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%d %s\nwant %v", answer.Code, answer.Body, c.want)
			}
			if kind := answer.Header().Get("Content-Type"); kind != "application/json" {
				t.Errorf("Content-Type is %q", kind)
			}
			if answer := w.serve(httptest.NewRequest("HEAD", c.at, nil)); answer.Code != 200 {
				t.Errorf("HEAD: %d", answer.Code)
			}
			answer = w.serve(httptest.NewRequest("POST", c.at, nil))
			wantError(t, answer, 405, "invalid_request")
			if allow := answer.Header().Get("Allow"); allow != "GET, HEAD" {
				t.Errorf("Allow is %q", allow)
			}
			// The endpoints are where the metadata say.
			path := strings.TrimPrefix(got["introspection_endpoint"].(string), strings.TrimSuffix(c.config.BaseURL, "/"))
			path = strings.TrimPrefix(path, "https://app.example.com")
			r := newRequest(path, "token=x")
			r.SetBasicAuth("gateway", secrets["gateway"])
			wantInactive(t, w.serve(r))
		})
	}
}

// TestNewReportsAllMistakes: at once, each with what to do, and without a secret
// that somebody put where the hash belongs.
func TestNewReportsAllMistakes(t *testing.T) {
	_, err := oauthhttp.New(oauthhttp.Config{})
	wantMistakes(t, err, "Config.Auth is required", "Config.Clients is required")

	w := newWorld(t, memstore.New())
	secret, hash := oauthhttp.NewClientSecret()
	good := []string{hash}
	_, err = oauthhttp.New(oauthhttp.Config{Auth: w.auth, BaseURL: "app.example.com", JWKSPath: "jwks.json", Clients: oauthhttp.ClientList{
		{ID: "a", SecretSHA256: good, Introspect: true},
		{ID: "a", SecretSHA256: good, Introspect: true},
		{ID: "with space", SecretSHA256: good, Introspect: true},
		{ID: strings.Repeat("a", 101), SecretSHA256: good, Introspect: true},
		{ID: "b", Revoke: true},
		{ID: "c", SecretSHA256: []string{secret}, Revoke: true},
		{ID: "d", SecretSHA256: []string{hash[:62]}, Revoke: true},
		{ID: "e", SecretSHA256: good},
		{ID: "f", SecretSHA256: good, Revoke: true, IntrospectRefresh: true},
	}})
	wantMistakes(t, err, "Config.BaseURL must be", "Config.JWKSPath must begin",
		`client 2 of Config.Clients ("a"): there is another`, "client 3 ", "client 4 ", "client 5 ", "client 6 ", "client 7 ",
		"client 8 ", "client 9 ")
	if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "client 1 ")) {
		t.Errorf("the error repeats a secret or blames the good one: %v", err)
	}
	_, err = oauthhttp.New(oauthhttp.Config{Auth: w.auth, Clients: oauthhttp.ClientList{}})
	wantMistakes(t, err, "Config.Clients is empty")
}

func wantMistakes(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Errorf("%d mistakes, want %d:\n%v", len(lines), len(want), err)
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("no mistake %q in:\n%v", text, err)
		}
	}
}

// TestNewRefusesADialect: tokens of Flask-JWT-Extended are not read here, and
// that is said at the start.
func TestNewRefusesADialect(t *testing.T) {
	manager, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": "Vh3pQ9xTz1LrKc8sWn5yEb7uGd2mJa4f"}, flaskjwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := latchkey.New(manager.Config())
	if err != nil {
		t.Fatal(err)
	}
	_, err = oauthhttp.New(oauthhttp.Config{Auth: auth, Clients: clients})
	wantMistakes(t, err, "Config.Auth speaks the tokens of Flask-JWT-Extended")
}
