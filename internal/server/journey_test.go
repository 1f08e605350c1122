package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/server"
)

// The whole journey of a person in a browser.
func TestJourneyWithCookies(t *testing.T) {
	a := start(t)
	b := a.browser()
	b.do("GET", "/api/v1/me", nil).want(401, "token_missing")

	up := b.do("POST", "/api/v1/sign-up", m{"username": ada, "name": "Ada", "password": adaPassword}).want(201, "")
	checkSignedIn(t, up)
	for _, secret := range []string{"access_token", "refresh_token", "token_type"} {
		if up.at(secret) != nil {
			t.Errorf("a browser was told its %s", secret)
		}
	}
	checkTokenCookies(t, up)

	me := b.do("GET", "/api/v1/me", nil).want(200, "")
	if me.string("user", "username") != ada || me.string("user", "name") != "Ada" {
		t.Errorf("me is %s", me.body)
	}
	if me.string("session", "id") != up.string("session", "id") || me.string("csrf_token") != up.string("csrf_token") {
		t.Error("me tells of another session than sign-up")
	}

	renewed := b.do("POST", "/api/v1/refresh", nil).want(200, "")
	if renewed.string("session", "id") != up.string("session", "id") {
		t.Error("a refresh changed the session")
	}
	if renewed.string("csrf_token") != up.string("csrf_token") {
		t.Error("a refresh changed the CSRF value: other tabs would fail")
	}

	again := b.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(200, "")
	if again.string("session", "id") == up.string("session", "id") {
		t.Error("re-authentication kept the session id")
	}
	b.do("POST", "/api/v1/activity", nil).want(204, "")

	changed := b.do("POST", "/api/v1/password",
		m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	if changed.string("session", "id") == again.string("session", "id") {
		t.Error("a password change kept the session id")
	}
	b.do("GET", "/api/v1/me", nil).want(200, "")

	out := b.do("POST", "/api/v1/sign-out", nil).want(200, "")
	if out.header.Get("Clear-Site-Data") == "" {
		t.Error("signing out leaves what the browser has cached")
	}
	for _, name := range []string{"latchkey_access", "latchkey_refresh", "latchkey_csrf"} {
		if b.cookie(name) != "" {
			t.Errorf("signing out leaves the cookie %s", name)
		}
	}
	b.do("GET", "/api/v1/me", nil).want(401, "token_missing")
	b.do("POST", "/api/v1/sign-out", nil).want(200, "") // twice is no mistake

	b.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(401, "invalid_credentials")
	b.do("POST", "/api/v1/sign-in", m{"username": strings.ToUpper(ada), "password": newPassword}).want(200, "")
	b.do("GET", "/api/v1/me", nil).want(200, "")
}

// The whole journey of a program that keeps its tokens itself.
func TestJourneyWithBearerTokens(t *testing.T) {
	a := start(t)
	c := a.program()
	up := c.do("POST", "/api/v1/sign-up", m{"username": ada, "password": adaPassword, "delivery": "body"}).want(201, "")
	checkSignedIn(t, up)
	checkBodyTokens(t, up)

	c.bearer = up.string("access_token")
	c.do("GET", "/api/v1/me", nil).want(200, "")
	c.do("POST", "/api/v1/activity", nil).want(204, "")

	renewed := a.program().do("POST", "/api/v1/refresh", m{"refresh_token": up.string("refresh_token")}).want(200, "")
	checkBodyTokens(t, renewed)
	c.bearer = renewed.string("access_token")
	c.do("GET", "/api/v1/me", nil).want(200, "")

	again := c.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(200, "")
	checkBodyTokens(t, again)
	c.do("GET", "/api/v1/me", nil).want(401, "session_ended") // the old token is dead at once
	c.bearer = again.string("access_token")

	changed := c.do("POST", "/api/v1/password",
		m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	checkBodyTokens(t, changed)
	c.bearer = changed.string("access_token")

	c.do("POST", "/api/v1/sign-out", nil).want(200, "")
	c.do("GET", "/api/v1/me", nil).want(401, "session_ended")
	a.program().do("POST", "/api/v1/refresh", m{"refresh_token": changed.string("refresh_token")}).want(401, "session_ended")
}

// checkSignedIn checks what every sign-in answers.
func checkSignedIn(t *testing.T, got *answer) {
	t.Helper()
	for _, path := range [][]string{
		{"user", "id"}, {"user", "username"}, {"user", "created_at"}, {"session", "id"},
		{"session", "auth_time"}, {"session", "ends_at"}, {"csrf_token"},
	} {
		if got.string(path...) == "" {
			t.Errorf("%s is missing in %s", strings.Join(path, "."), got.body)
		}
	}
	if _, ok := got.at("user", "scopes").([]any); !ok {
		t.Errorf("user.scopes is not a list in %s", got.body)
	}
	// Tokens expire at whole seconds, so up to one of the 900 is lost.
	lasts, _ := got.at("expires_in").(float64)
	if lasts != 899 && lasts != 900 || got.header.Get("Latchkey-Expires-In") != fmt.Sprint(lasts) {
		t.Errorf("the access token lasts %v seconds, header %q", lasts, got.header.Get("Latchkey-Expires-In"))
	}
	if got.header.Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep the answer")
	}
	if _, err := time.Parse(time.RFC3339, got.string("session", "ends_at")); err != nil {
		t.Error(err)
	}
}

func checkBodyTokens(t *testing.T, got *answer) {
	t.Helper()
	for _, name := range []string{"access_token", "refresh_token"} {
		if strings.Count(got.string(name), ".") != 2 {
			t.Errorf("%s is no token in %s", name, got.body)
		}
	}
	if got.string("token_type") != "Bearer" || got.at("refresh_expires_in") == nil {
		t.Errorf("token_type or refresh_expires_in is wrong in %s", got.body)
	}
	if len(got.names) > 0 {
		t.Errorf("a program was sent cookies: %v", got.names)
	}
	if got.header.Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep the answer")
	}
}

func checkTokenCookies(t *testing.T, got *answer) {
	t.Helper()
	httpOnly := map[string]bool{"latchkey_access": true, "latchkey_refresh": true, "latchkey_csrf": false, "latchkey_device": true}
	for _, c := range got.names {
		want, known := httpOnly[c.Name]
		if !known {
			t.Errorf("a cookie that nobody asked for: %s", c.Name)
			continue
		}
		delete(httpOnly, c.Name)
		if c.HttpOnly != want || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge <= 0 {
			t.Errorf("the cookie is made wrong: %s", c.Raw)
		}
	}
	if len(httpOnly) > 0 {
		t.Errorf("cookies are missing: %v", httpOnly)
	}
}

func TestCookiesOverHTTPS(t *testing.T) {
	a := start(t, func(c *server.Config) { c.BaseURL = "https://app.example.com" })
	got := a.program().do("POST", "/api/v1/sign-up", m{"username": ada, "password": adaPassword}).want(201, "")
	if len(got.names) != 4 {
		t.Errorf("%d cookies, want 4", len(got.names))
	}
	for _, c := range got.names {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("over https the cookie must be __Host- and Secure: %s", c.Raw)
		}
	}
	if got.header.Get("Strict-Transport-Security") == "" {
		t.Error("HSTS is missing over https")
	}
	config := a.program().do("GET", "/api/v1/config", nil).want(200, "")
	if config.string("csrf_cookie") != "__Host-latchkey_csrf" {
		t.Errorf("the app would look for the CSRF value in %q", config.string("csrf_cookie"))
	}
}

func TestConfig(t *testing.T) {
	a := start(t, func(c *server.Config) { c.IdlePrompt = 5 * time.Minute })
	got := a.program().do("GET", "/api/v1/config", nil).want(200, "")
	for name, want := range map[string]any{
		"sign_up": true, "password_min_length": 15.0, "dev": false, "idle_seconds": 300.0, "csrf_cookie": "latchkey_csrf",
	} {
		if got.at(name) != want {
			t.Errorf("%s is %v, want %v", name, got.at(name), want)
		}
	}
}

func TestWellKnown(t *testing.T) {
	a := start(t)
	change := a.program().do("GET", "/.well-known/change-password", nil).want(302, "")
	if change.header.Get("Location") != "/account" {
		t.Errorf("password managers are sent to %q", change.header.Get("Location"))
	}
	keys := a.program().do("GET", "/.well-known/jwks.json", nil).want(200, "")
	list, _ := keys.at("keys").([]any)
	if len(list) != 1 {
		t.Fatalf("%d keys are published, want 1", len(list))
	}
	key := list[0].(map[string]any)
	if key["kty"] != "OKP" || key["crv"] != "Ed25519" || key["d"] != nil {
		t.Errorf("the published key is %v", key)
	}
	a.program().do("GET", "/.well-known/openid-configuration", nil).want(404, "not_found")
}
