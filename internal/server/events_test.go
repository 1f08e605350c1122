package server_test

import (
	"strings"
	"testing"
)

// Operators see in the log what happens to accounts and sessions.
func TestEventsAreLogged(t *testing.T) {
	a := start(t)
	b := a.signUp()
	b.do("POST", "/api/v1/sign-in", m{"username": ada, "password": "not the one it is now"}).want(401, "")
	b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	b.do("POST", "/api/v1/sign-out", nil).want(200, "")
	a.stop()
	log := a.log.String()
	for _, kind := range []string{
		`"kind":"signed_up"`, `"kind":"session_started"`, `"kind":"sign_in_failed","reason":"wrong_password"`,
		`"kind":"password_changed"`, `"kind":"session_ended","reason":"replaced"`, `"kind":"session_ended","reason":"sign_out"`,
	} {
		if !strings.Contains(log, kind) {
			t.Errorf("the log lacks %s", kind)
		}
	}
	if strings.Contains(log, ada) {
		t.Error("the log names a person")
	}
}
