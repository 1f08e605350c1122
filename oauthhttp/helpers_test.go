package oauthhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/oauthhttp"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

const issuer = "https://app.example.com"

// secrets are those of the clients of a world, by id.
var secrets, clients = makeClients()

func makeClients() (map[string]string, oauthhttp.ClientList) {
	list := oauthhttp.ClientList{
		{ID: "gateway", Introspect: true},
		{ID: "auditor", Introspect: true, IntrospectRefresh: true},
		{ID: "signout", Revoke: true},
	}
	known := map[string]string{}
	for i := range list {
		secret, hash := oauthhttp.NewClientSecret()
		known[list[i].ID], list[i].SecretSHA256 = secret, []string{hash}
	}
	return known, list
}

// world is a program with the endpoints, its clock and its log.
type world struct {
	t    testing.TB
	auth *latchkey.Auth
	keys *jwt.Key
	mux  *http.ServeMux
	log  *lockedBuffer
	now  *atomic.Int64
}

// lockedBuffer is a log that many may write to.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func newWorld(t testing.TB, store session.Store, change ...func(*latchkey.Config)) *world {
	t.Helper()
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, keys: key, log: &lockedBuffer{}, now: &atomic.Int64{}, mux: http.NewServeMux()}
	w.now.Store(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	config := latchkey.Config{Issuer: issuer, Keys: key, Store: store, Now: w.clock, Logger: log}
	for _, f := range change {
		f(&config)
	}
	if w.auth, err = latchkey.New(config); err != nil {
		t.Fatal(err)
	}
	handlers, err := oauthhttp.New(oauthhttp.Config{Auth: w.auth, Clients: clients, Logger: log, JWKSPath: "/.well-known/jwks.json"})
	if err != nil {
		t.Fatal(err)
	}
	handlers.Register(w.mux, "/oauth/")
	w.mux.Handle("/refresh", w.auth.RefreshHandler())
	return w
}

func (w *world) clock() time.Time        { return time.Unix(0, w.now.Load()).UTC() }
func (w *world) advance(d time.Duration) { w.now.Add(int64(d)) }

func openSQLite(t testing.TB) *sqlstore.Store {
	t.Helper()
	store, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "data", "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// onEachStore runs a test on a world in memory and on one in a database.
func onEachStore(t *testing.T, test func(*testing.T, *world)) {
	t.Run("memory", func(t *testing.T) { test(t, newWorld(t, memstore.New())) })
	t.Run("sqlite", func(t *testing.T) { test(t, newWorld(t, openSQLite(t))) })
}

func (w *world) signIn() latchkey.Tokens {
	w.t.Helper()
	tokens, err := w.auth.Issue(httptest.NewRequest("POST", "/", nil), latchkey.Login{Subject: "ada"})
	if err != nil {
		w.t.Fatal(err)
	}
	return tokens
}

// pass says whether a guard lets an access token pass.
func (w *world) pass(access string) bool {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+access)
	_, err := w.auth.Authenticate(r)
	return err == nil
}

// refresh uses a refresh token; the new one is empty if it was refused.
func (w *world) refresh(token string) string {
	body, _ := json.Marshal(map[string]string{"refresh_token": token})
	r := httptest.NewRequest("POST", "/refresh", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	var answer struct {
		Refresh string `json:"refresh_token"`
	}
	_ = json.Unmarshal(w.serve(r).Body.Bytes(), &answer)
	return answer.Refresh
}

func (w *world) serve(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	w.mux.ServeHTTP(answer, r)
	return answer
}

// newRequest is a request with a form; it carries no credentials.
func newRequest(path, body string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// as sends a form as a client that uses Basic.
func (w *world) as(client, path string, pairs ...string) *httptest.ResponseRecorder {
	params := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		params.Add(pairs[i], pairs[i+1])
	}
	r := newRequest(path, params.Encode())
	r.SetBasicAuth(client, secrets[client])
	return w.serve(r)
}

func (w *world) revoke(token string, pairs ...string) *httptest.ResponseRecorder {
	return w.as("signout", "/oauth/revoke", append(pairs, "token", token)...)
}

func (w *world) introspect(client, token string, pairs ...string) *httptest.ResponseRecorder {
	return w.as(client, "/oauth/introspect", append(pairs, "token", token)...)
}

// wantInactive checks for the one answer there is to all that is not good.
func wantInactive(t testing.TB, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code != 200 || answer.Body.String() != `{"active":false}` {
		t.Errorf("%d %s, want inactive", answer.Code, answer.Body)
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
}

// wantError checks an error of RFC 6749, section 5.2.
func wantError(t testing.TB, answer *httptest.ResponseRecorder, status int, code string) {
	t.Helper()
	var body map[string]string
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		t.Errorf("%d %q: %v", answer.Code, answer.Body, err)
	}
	if answer.Code != status || body["error"] != code || body["error_description"] == "" || len(body) != 2 {
		t.Errorf("%d %v, want %d %s", answer.Code, body, status, code)
	}
	if strings.ContainsFunc(body["error_description"], func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		t.Errorf("the description has what RFC 6749 forbids: %q", body["error_description"])
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	if got := answer.Header().Get("Latchkey-Code"); got != code {
		t.Errorf("Latchkey-Code is %q, want %s", got, code)
	}
	if challenged := answer.Header().Get("WWW-Authenticate") != ""; challenged != (status == 401) {
		t.Errorf("%d with WWW-Authenticate %q", status, answer.Header().Get("WWW-Authenticate"))
	}
	if later := answer.Header().Get("Retry-After") != ""; later != (status == 503) {
		t.Errorf("%d with Retry-After %q", status, answer.Header().Get("Retry-After"))
	}
}
