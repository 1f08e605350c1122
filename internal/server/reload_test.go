package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/server"
	"github.com/latchkey-go/latchkey/jwt"
)

const frontEnd = "https://www.example.com"

// preflight is the status and the headers of a preflight from an origin.
func (a *app) preflight(origin string) http.Header {
	a.t.Helper()
	r, err := http.NewRequest(http.MethodOptions, a.url+"/api/v1/sign-in", nil)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", "POST")
	r.Header.Set("Access-Control-Request-Headers", "content-type")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.Header
}

// signInFrom signs in as a page of an origin would.
func (a *app) signInFrom(origin string) (int, http.Header) {
	a.t.Helper()
	body := `{"username":"` + ada + `","password":"` + adaPassword + `"}`
	r, err := http.NewRequest(http.MethodPost, a.url+"/api/v1/sign-in", strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", origin)
	r.Header.Set("Sec-Fetch-Site", "same-site")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.StatusCode, response.Header
}

func TestCORS(t *testing.T) {
	a := start(t, func(c *server.Config) { c.CORSOrigins = []string{frontEnd} })
	a.signUp()
	if h := a.preflight(frontEnd); h.Get("Access-Control-Allow-Origin") != frontEnd || h.Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("the preflight of our front end: %v", h)
	}
	if status, h := a.signInFrom(frontEnd); status != http.StatusOK || h.Get("Access-Control-Allow-Origin") != frontEnd {
		t.Errorf("our front end signs in: %d %v", status, h)
	}
	for _, origin := range []string{"https://evil.example", "https://www.example.com.evil.example", "http://www.example.com", "null"} {
		if h := a.preflight(origin); h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("the preflight of %s: %v", origin, h)
		}
		if status, h := a.signInFrom(origin); status != http.StatusForbidden || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s signs in: %d %v", origin, status, h)
		}
	}
}

// TestReload changes what can change, between two requests.
func TestReload(t *testing.T) {
	a := start(t, func(c *server.Config) { c.CORSOrigins = []string{frontEnd} })
	running := a.server
	a.signUp()

	ring, err := jwt.OpenKeyring(filepath.Join(a.data, "keys.json"), jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.RetireNow(ring.KeySet().SigningKey().ID()); err != nil {
		t.Fatal(err)
	}
	before := a.jwks()
	cfg := a.cfg
	cfg.CORSOrigins = []string{"https://other.example.com"}
	cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	cfg.AccessTTL = time.Minute
	if err := running.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(before, a.jwks()) {
		t.Error("the keys are not read again")
	}
	if status, _ := a.signInFrom(frontEnd); status != http.StatusForbidden {
		t.Errorf("an origin that was removed signs in: %d", status)
	}
	if status, _ := a.signInFrom("https://other.example.com"); status != http.StatusOK {
		t.Errorf("a new origin signs in: %d", status)
	}
	for _, want := range []string{`"msg":"reloaded`, `"settings":"--access-ttl"`} {
		if !strings.Contains(a.log.String(), want) {
			t.Errorf("the log does not say %s", want)
		}
	}

	// With a mistake nothing changes.
	cfg.CORSOrigins = []string{"www.example.com"}
	if err := running.Reload(cfg); err == nil || !strings.Contains(err.Error(), "--cors-origin") {
		t.Errorf("a wrong origin: %v", err)
	}
	cfg.CORSOrigins = []string{frontEnd}
	if err := os.WriteFile(filepath.Join(a.data, "keys.json"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := running.Reload(cfg); err == nil {
		t.Error("keys that cannot be read are taken")
	}
	if status, _ := a.signInFrom("https://other.example.com"); status != http.StatusOK {
		t.Errorf("after mistakes the settings are others: %d", status)
	}
}

// TestReloadLimits: limits of guessing change for the next attempt.
func TestReloadLimits(t *testing.T) {
	a := start(t)
	guess := func() *answer {
		return a.program().do("POST", "/api/v1/sign-in", m{"username": "nobody@example.com", "password": newPassword})
	}
	guess().want(401, "invalid_credentials")
	cfg := a.cfg
	cfg.Throttle.ClientBurst, cfg.Throttle.ClientRefill = 1, time.Hour
	if err := a.server.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	guess().want(429, "throttled")
	cfg.Throttle.ClientBurst = 20_000
	if err := a.server.Reload(cfg); err == nil || !strings.Contains(err.Error(), "--sign-in-burst") {
		t.Errorf("a limit that is none: %v", err)
	}
	guess().want(429, "throttled")
}

// TestReloadAccountLimits: so do those of one account. Locked and waiting
// accounts are answered like a wrong password.
func TestReloadAccountLimits(t *testing.T) {
	a := start(t)
	a.signUp()
	try := func(password string, status int) {
		t.Helper()
		a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": password, "delivery": "body"}).want(status, "")
	}
	try(newPassword, 401)
	try(adaPassword, 200)
	cfg := a.cfg
	cfg.Throttle.DelayFrom, cfg.Throttle.FirstDelay, cfg.Throttle.MaxDelay, cfg.Throttle.Stop = 1, time.Hour, time.Hour, 2
	if err := a.server.Reload(cfg); err != nil {
		t.Fatal(err)
	}
	try(newPassword, 401)
	try(adaPassword, 401) // for an hour
	if err := a.server.Reload(a.cfg); err != nil {
		t.Fatal(err)
	}
	try(adaPassword, 200)
	cfg.Throttle.Stop = 101
	if err := a.server.Reload(cfg); err == nil || !strings.Contains(err.Error(), "--account-lock-after") {
		t.Errorf("an account that is never locked: %v", err)
	}
}

func (a *app) jwks() []byte {
	a.t.Helper()
	response, err := http.Get(a.url + "/.well-known/jwks.json")
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}
