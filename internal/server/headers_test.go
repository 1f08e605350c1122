package server_test

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Every answer, whatever its status, has the security headers.
func TestSecurityHeadersOnEveryStatus(t *testing.T) {
	a := start(t)
	b := a.signUp()
	etag := b.do("GET", "/", nil).want(200, "").header.Get("Etag")
	for _, c := range []struct {
		status int
		got    *answer
	}{
		{200, b.do("GET", "/", nil)},
		{200, b.do("GET", "/api/v1/me", nil)},
		{200, b.do("GET", "/healthz", nil)},
		{200, b.do("GET", "/.well-known/jwks.json", nil)},
		{204, b.do("POST", "/api/v1/activity", nil)},
		{302, b.do("GET", "/.well-known/change-password", nil)},
		{304, b.do("GET", "/", nil, func(r *http.Request) { r.Header.Set("If-None-Match", etag) })},
		{400, b.do("POST", "/api/v1/sign-in", "{")},
		{401, a.program().do("GET", "/api/v1/me", nil)},
		{403, b.do("POST", "/api/v1/activity", nil, func(r *http.Request) { r.Header.Del("X-CSRF-TOKEN") })},
		{404, b.do("GET", "/api/v1/none", nil)},
		{404, b.do("GET", "/assets/none.js", nil)},
		{404, b.do("GET", "/a/../b", nil)},
		{405, b.do("PUT", "/", nil)},
		{405, b.do("PUT", "/api/v1/me", nil)},
		{409, b.do("POST", "/api/v1/sign-up", m{"username": ada, "password": adaPassword})},
		{413, b.do("POST", "/api/v1/sign-in", badBodies["large"])},
		{415, b.do("POST", "/api/v1/sign-in", "{}", func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") })},
		{422, b.do("POST", "/api/v1/sign-in", "{}")},
		{429, a.throttled()},
		{503, a.unavailable()},
	} {
		if c.got.status != c.status {
			t.Errorf("got %d %.100s, want %d", c.got.status, c.got.body, c.status)
		}
		checkSecurityHeaders(t, c.got)
	}
}

func checkSecurityHeaders(t *testing.T, got *answer) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security":    "", // only over https
	} {
		if values := got.header.Values(name); strings.Join(values, "|") != want {
			t.Errorf("%d: %s is %q, want %q", got.status, name, values, want)
		}
	}
	if got.header.Get("X-Request-Id") == "" {
		t.Errorf("%d: no request id", got.status)
	}
	if got.header.Get("Server") != "" {
		t.Errorf("%d: the answer tells what it runs on", got.status)
	}
	for _, cors := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
		if got.header.Get(cors) != "" {
			t.Errorf("%d: %s is %q", got.status, cors, got.header.Get(cors))
		}
	}
}

// throttled guesses from an address whose attempts are used up.
func (a *app) throttled() *answer {
	a.t.Helper()
	guess := m{"username": "nobody", "password": "guess after guess"}
	a.program().do("POST", "/api/v1/sign-in", guess).want(401, "invalid_credentials")
	// The row tells when all 50 attempts are there again, at one in 30 seconds.
	// To make 50 guesses would take too long: each costs a hash.
	a.exec("UPDATE latchkey_attempts SET at = at + 1480 * 1000000 WHERE key LIKE 'client/%'")
	got := a.program().do("POST", "/api/v1/sign-in", guess).want(429, "throttled")
	if seconds, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || seconds < 1 {
		a.t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
	}
	return got
}

// unavailable breaks the table of users under the running server.
func (a *app) unavailable() *answer {
	a.t.Helper()
	a.exec("ALTER TABLE latchkey_users RENAME TO latchkey_users_gone")
	defer a.exec("ALTER TABLE latchkey_users_gone RENAME TO latchkey_users")
	return a.program().do("POST", "/api/v1/sign-up",
		m{"username": "bob", "password": adaPassword}).want(503, "unavailable")
}

// exec changes the database behind the server's back.
func (a *app) exec(query string) {
	a.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(a.data, "latchkey.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(query); err != nil {
		a.t.Fatal(err)
	}
}

// A store that does not answer is never read as yes, and is told to operators.
func TestStoreFailure(t *testing.T) {
	a := start(t)
	b := a.signUp()
	a.exec("ALTER TABLE latchkey_users RENAME TO latchkey_users_gone")
	for _, got := range []*answer{
		b.do("GET", "/api/v1/me", nil),
		b.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}),
		b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}),
		b.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}),
	} {
		got.want(503, "unavailable")
		if got.header.Get("Retry-After") == "" || len(got.names) > 0 {
			t.Errorf("the answer has Retry-After %q and cookies %v", got.header.Get("Retry-After"), got.names)
		}
		if strings.Contains(string(got.body), "latchkey_users") {
			t.Errorf("the client is told of the database: %s", got.body)
		}
	}
	if !strings.Contains(a.log.String(), "no such table") {
		t.Error("the log does not say what is wrong with the database")
	}
	a.exec("ALTER TABLE latchkey_users_gone RENAME TO latchkey_users")
	b.do("GET", "/api/v1/me", nil).want(200, "")

	a.exec(`CREATE TRIGGER broken BEFORE UPDATE ON latchkey_sessions BEGIN SELECT RAISE(ABORT, 'broken'); END`)
	b.do("POST", "/api/v1/sign-out", nil).want(503, "unavailable")
	if b.cookie("latchkey_refresh") == "" {
		t.Error("a sign-out that failed took the cookies: the person cannot try again")
	}
	a.exec(`DROP TRIGGER broken`)
	b.do("POST", "/api/v1/sign-out", nil).want(200, "")
}

// readyz tells a load balancer the truth.
func TestReadiness(t *testing.T) {
	a := start(t)
	a.program().do("GET", "/readyz", nil).want(200, "")
	a.program().do("GET", "/healthz", nil).want(200, "")
	a.exec("ALTER TABLE latchkey_state RENAME TO latchkey_state_gone")
	a.program().do("GET", "/readyz", nil).want(503, "not_ready")
	a.program().do("GET", "/healthz", nil).want(200, "")
	a.exec("ALTER TABLE latchkey_state_gone RENAME TO latchkey_state")
}

// No cache keeps what belongs to one person, and answers differ by who asks.
func TestCacheHeaders(t *testing.T) {
	a := start(t)
	b := a.signUp()
	for _, got := range []*answer{
		b.do("GET", "/api/v1/me", nil).want(200, ""),
		b.do("GET", "/api/v1/sessions", nil).want(200, ""),
		b.do("POST", "/api/v1/refresh", nil).want(200, ""),
		b.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(200, ""),
		b.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(200, ""),
		b.do("POST", "/api/v1/activity", nil).want(204, ""),
		b.do("GET", "/api/v1/none", nil).want(404, ""),
		b.do("GET", "/api/v1/me/x.css", nil).want(404, ""),
		a.program().do("GET", "/api/v1/me", nil).want(401, ""),
		b.do("POST", "/api/v1/sign-out", nil).want(200, ""),
	} {
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %.60s: Cache-Control is %q", got.status, got.body, got.header.Get("Cache-Control"))
		}
	}
	vary := strings.Join(a.signUpAs("bob").do("GET", "/api/v1/me", nil).header.Values("Vary"), ", ")
	for _, name := range []string{"Authorization", "Cookie"} {
		if !strings.Contains(vary, name) {
			t.Errorf("Vary is %q and lacks %s", vary, name)
		}
	}
}

func (a *app) signUpAs(username string) *client {
	a.t.Helper()
	b := a.browser()
	b.do("POST", "/api/v1/sign-up", m{"username": username, "password": adaPassword}).want(201, "")
	return b
}
