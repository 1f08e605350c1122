// Package routers tests the starters that differ in their router alone.
package routers

import (
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// Check goes through all routes of such a starter, which runs at base: guards
// let pass and refuse, and a handler behind a refusal does not run.
func Check(t *testing.T, base string) {
	t.Helper()
	site := webtest.At(t, base)
	signIn := func(password string) webtest.Answer {
		return site.Do("POST", "/sign-in", "name=ada&password="+password, "Content-Type", "application/x-www-form-urlencoded")
	}
	if wrong := signIn("guess"); wrong.Status != 401 {
		t.Errorf("a wrong password is answered with %d", wrong.Status)
	}
	tokens := signIn("analytical+engine").Members()
	access, _ := tokens["access_token"].(string)
	refresh, _ := tokens["refresh_token"].(string)

	for _, c := range []struct {
		method, path, token string
		status              int
		body                string // or the code of an error
	}{
		{"GET", "/notes/7", "", 401, "token_missing"},
		{"GET", "/notes/7", refresh, 401, "wrong_type"},
		{"GET", "/notes/7", access, 200, "note 7 of user 1"},
		{"DELETE", "/account", "", 401, "token_missing"},
		{"DELETE", "/account", access, 200, "account deleted"},
		{"POST", "/refresh", access, 401, "wrong_type"},
		{"POST", "/refresh", refresh, 200, ""},
		{"POST", "/sign-out", access, 200, ""},
		{"GET", "/notes/7", access, 401, "session_ended"},
	} {
		var header []string
		if c.token != "" {
			header = []string{"Authorization", "Bearer " + c.token}
		}
		a := site.Do(c.method, c.path, "", header...)
		got := strings.TrimSpace(a.Body)
		// If the handler ran after a refusal, the body would not be JSON.
		if c.status == 401 {
			got, _ = a.Members()["code"].(string)
		}
		if a.Status != c.status || c.body != "" && got != c.body {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, a.Status, a.Body, c.status, c.body)
		}
	}
}
