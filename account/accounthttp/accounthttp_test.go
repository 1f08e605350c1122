package accounthttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

const password = "correct horse battery staple"

// parts are the two things that handlers work on, over a real database.
type parts struct {
	auth     *latchkey.Auth
	accounts *account.Service
	event    account.Event // the last one

	config account.Config
}

// reconfigure makes the accounts anew with another configuration.
func (p *parts) reconfigure(t testing.TB, change func(*account.Config)) {
	t.Helper()
	change(&p.config)
	var err error
	if p.accounts, err = account.New(p.config); err != nil {
		t.Fatal(err)
	}
}

func newParts(t testing.TB, change ...func(*latchkey.Config)) *parts {
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
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	cfg := latchkey.Config{Issuer: "http://127.0.0.1", Keys: key, Store: store}
	for _, f := range change {
		f(&cfg)
	}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var ended func(...string)
	if auth.Sessions() != nil {
		ended = auth.Sessions().Ended
	}
	p := &parts{auth: auth}
	var mu sync.Mutex
	p.config = account.Config{
		Store: store, OnSessionsEnded: ended, Workers: 1, Queue: 1,
		OnEvent: func(_ context.Context, e account.Event) {
			mu.Lock()
			defer mu.Unlock()
			p.event = e
		},
	}
	p.reconfigure(t, func(*account.Config) {})
	return p
}

// mount returns a mux with the handlers below /auth, as a program would make it.
func (p *parts) mount(t testing.TB, change ...func(*accounthttp.Config)) *http.ServeMux {
	t.Helper()
	cfg := accounthttp.Config{Auth: p.auth, Accounts: p.accounts}
	for _, f := range change {
		f(&cfg)
	}
	handlers, err := accounthttp.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	handlers.Register(mux, "/auth/")
	return mux
}

// call sends a request as a program without cookies.
func call(mux http.Handler, method, path, bearer string, body any, change ...func(*http.Request)) (status int, answer map[string]any, header http.Header) {
	text := ""
	if body != nil {
		encoded, _ := json.Marshal(body) // maps of strings
		text = string(encoded)
	}
	r := httptest.NewRequest(method, path, strings.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	_ = json.Unmarshal(w.Body.Bytes(), &answer) // 204 has none
	return w.Code, answer, w.Header()
}

func signUp(t testing.TB, mux http.Handler) (access, refresh string) {
	t.Helper()
	status, answer, _ := call(mux, "POST", "/auth/sign-up", "", map[string]string{
		"username": "ada", "password": password, "delivery": "body"})
	if status != http.StatusCreated {
		t.Fatalf("sign-up: %d %v", status, answer)
	}
	return answer["access_token"].(string), answer["refresh_token"].(string)
}

func TestNewReportsAllMistakes(t *testing.T) {
	_, err := accounthttp.New(accounthttp.Config{FreshFor: -time.Second, DeviceCookie: "a b"})
	for _, want := range []string{"Auth", "Accounts", "FreshFor", "DeviceCookie"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	p := newParts(t, func(c *latchkey.Config) { c.Store = latchkey.Stateless })
	if _, err := accounthttp.New(accounthttp.Config{Auth: p.auth, Accounts: p.accounts}); err == nil || !strings.Contains(err.Error(), "stateless") {
		t.Errorf("a stateless Auth: %v", err)
	}
}

// Each handler works by itself, mounted under any path.
func TestHandlersByThemselves(t *testing.T) {
	p := newParts(t)
	h, err := accounthttp.New(accounthttp.Config{Auth: p.auth, Accounts: p.accounts})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for pattern, handler := range map[string]http.Handler{
		"POST /join": h.SignUp(), "POST /enter": h.SignIn(), "POST /renew": h.Refresh(), "POST /leave": h.SignOut(),
		"GET /who": h.Me(), "GET /devices": h.Sessions(), "DELETE /devices": h.EndOtherSessions(), "DELETE /devices/{id}": h.EndSession(),
		"POST /secret": h.ChangePassword(), "POST /prove": h.Reauthenticate(), "POST /here": h.Activity(),
	} {
		mux.Handle(pattern, handler)
	}
	credentials := map[string]string{"username": "ada", "password": password, "delivery": "body"}
	_, joined, _ := call(mux, "POST", "/join", "", credentials)
	_, entered, _ := call(mux, "POST", "/enter", "", credentials)
	access, _ := entered["access_token"].(string)
	refresh, _ := joined["refresh_token"].(string)
	joinedSession, _ := joined["session"].(map[string]any)["id"].(string)
	for _, c := range []struct {
		method, path string
		bearer       string
		body         any
		status       int
	}{
		{"GET", "/who", access, nil, 200},
		{"GET", "/devices", access, nil, 200},
		{"POST", "/here", access, nil, 204},
		{"POST", "/renew", "", map[string]string{"refresh_token": refresh}, 200},
		{"DELETE", "/devices/" + joinedSession, access, nil, 200},
		{"DELETE", "/devices/" + joinedSession, access, nil, 404},
		{"DELETE", "/devices", access, nil, 200},
		{"POST", "/leave", access, nil, 200},
		{"GET", "/who", access, nil, 401},
	} {
		if status, answer, _ := call(mux, c.method, c.path, c.bearer, c.body); status != c.status {
			t.Errorf("%s %s: got %d %v, want %d", c.method, c.path, status, answer, c.status)
		}
	}
}

func TestSignUpClosed(t *testing.T) {
	p := newParts(t)
	mux := p.mount(t, func(c *accounthttp.Config) { c.SignUpClosed = true })
	status, answer, _ := call(mux, "POST", "/auth/sign-up", "", map[string]string{"username": "ada", "password": password})
	if status != 403 || answer["code"] != "sign_up_closed" {
		t.Errorf("got %d %v", status, answer)
	}
}

// Whoever was disabled after the token was issued is out.
func TestDisabledAndDeletedUsers(t *testing.T) {
	for name, end := range map[string]func(*account.Service, string) error{
		"disabled": func(s *account.Service, id string) error { return s.Disable(context.Background(), id) },
		"deleted":  func(s *account.Service, id string) error { return s.Delete(context.Background(), id) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newParts(t)
			mux := p.mount(t)
			access, refresh := signUp(t, mux)
			user, err := p.accounts.UserByUsername(context.Background(), "ada")
			if err != nil {
				t.Fatal(err)
			}
			if err := end(p.accounts, user.ID); err != nil {
				t.Fatal(err)
			}
			if status, answer, _ := call(mux, "GET", "/auth/me", access, nil); status != 401 || answer["code"] != "session_ended" {
				t.Errorf("me: %d %v", status, answer)
			}
			if status, answer, _ := call(mux, "POST", "/auth/refresh", "", map[string]string{"refresh_token": refresh}); status != 401 {
				t.Errorf("refresh: %d %v", status, answer)
			}
			if status, answer, _ := call(mux, "POST", "/auth/sign-in", "", map[string]string{"username": "ada", "password": password}); status != 401 || answer["code"] != "invalid_credentials" {
				t.Errorf("sign-in: %d %v", status, answer)
			}
		})
	}
}

// More people at once than can be served are told when to come back.
func TestBusy(t *testing.T) {
	p := newParts(t) // one hash at a time, one caller waiting
	mux := p.mount(t)
	const people = 12
	type result struct {
		status     int
		code, wait string
	}
	results := make(chan result, people)
	for range people {
		go func() {
			status, answer, header := call(mux, "POST", "/auth/sign-in", "", map[string]string{"username": "nobody", "password": password})
			code, _ := answer["code"].(string)
			results <- result{status, code, header.Get("Retry-After")}
		}()
	}
	busy := 0
	for range people {
		switch r := <-results; r.status {
		case 401:
		case 503:
			busy++
			if r.code != "busy" || r.wait == "" || r.wait == "0" {
				t.Errorf("got %+v", r)
			}
		default:
			t.Errorf("got %+v", r)
		}
	}
	if busy == 0 {
		t.Error("nobody was sent away")
	}
}

// Another origin is let in only where the Auth trusts it.
func TestTrustedOrigins(t *testing.T) {
	const partner = "https://www.example.com"
	trusting := newParts(t, func(c *latchkey.Config) { c.TrustedOrigins = []string{partner} })
	fromPartner := func(r *http.Request) {
		r.Header.Set("Origin", partner)
		r.Header.Set("Sec-Fetch-Site", "same-site")
	}
	credentials := map[string]string{"username": "ada", "password": password}
	status, answer, _ := call(newParts(t).mount(t), "POST", "/auth/sign-up", "", credentials, fromPartner)
	if status != 403 || answer["code"] != "cross_origin" {
		t.Errorf("untrusted: %d %v", status, answer)
	}
	if status, answer, _ := call(trusting.mount(t), "POST", "/auth/sign-up", "", credentials, fromPartner); status != 201 {
		t.Errorf("trusted: %d %v", status, answer)
	}
}

// Attempts are counted by, and events tell of, the address that the program
// says is the client's.
func TestClientAddress(t *testing.T) {
	from := func(*http.Request) string { return "192.0.2.9" }
	p := newParts(t, func(c *latchkey.Config) { c.ClientAddress = from })
	mux := p.mount(t)
	access, _ := signUp(t, mux)
	if got := p.event.Client.Address; got != "192.0.2.9" {
		t.Errorf("the sign-up is from %q", got)
	}
	_, answer, _ := call(mux, "GET", "/auth/sessions", access, nil)
	session := answer["sessions"].([]any)[0].(map[string]any)
	if session["address"] != "192.0.2.9" {
		t.Errorf("the session is from %v", session["address"])
	}
	call(mux, "POST", "/auth/sign-in", "", map[string]string{"username": "ada", "password": "not the right one"})
	if got := p.event; got.Kind != account.EventSignInFailed || got.Client.Address != "192.0.2.9" {
		t.Errorf("the failed sign-in is told as %+v", got)
	}
	call(mux, "POST", "/auth/reauthenticate", access, map[string]string{"password": "not the right one"})
	if got := p.event; got.Kind != account.EventConfirmFailed || got.Client.Address != "192.0.2.9" {
		t.Errorf("the failed re-authentication is told as %+v", got)
	}
}

// Two changes of one password at a time do not both win.
func TestPasswordChangedMeanwhile(t *testing.T) {
	p := newParts(t)
	mux := p.mount(t)
	access, _ := signUp(t, mux)
	results := make(chan int, 2)
	for _, chosen := range []string{"the first of two new phrases", "the second of two new phrases"} {
		go func() {
			status, _, _ := call(mux, "POST", "/auth/password", access, map[string]string{"current_password": password, "new_password": chosen})
			results <- status
		}()
	}
	won := 0
	for range 2 {
		switch status := <-results; status {
		case 200:
			won++
		case 401, 409, 503: // refused before or after the other won
		default:
			t.Errorf("got %d", status)
		}
	}
	if won != 1 {
		t.Errorf("%d of 2 changes won", won)
	}
}
