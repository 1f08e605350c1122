package accounthttp_test

import (
	"context"
	"testing"
)

// TestCVE holds us to what befell others, where accounts are concerned.
func TestCVE(t *testing.T) {
	p := newParts(t)
	mux := p.mount(t)
	access, refresh := signUp(t, mux)
	_, me, _ := call(mux, "GET", "/auth/me", access, nil)
	id := me["user"].(map[string]any)["id"].(string)
	if err := p.accounts.Disable(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	t.Run("CVE-2026-43983 refreshing after the account was disabled", func(t *testing.T) {
		if status, answer, _ := call(mux, "POST", "/auth/refresh", refresh, nil); status != 401 || answer["code"] != "session_ended" {
			t.Errorf("%d %v", status, answer)
		}
		if status, _, _ := call(mux, "GET", "/auth/me", access, nil); status != 401 {
			t.Errorf("the access token is answered with %d", status)
		}
	})
	t.Run("CVE-2026-55987 a sign-in that enables a disabled account again", func(t *testing.T) {
		credentials := map[string]string{"username": "ada", "password": password}
		for range 2 {
			if status, answer, _ := call(mux, "POST", "/auth/sign-in", "", credentials); status != 401 || answer["code"] != "invalid_credentials" {
				t.Errorf("%d %v", status, answer)
			}
		}
		if user, err := p.accounts.User(context.Background(), id); err != nil || !user.Disabled() {
			t.Errorf("the user is %+v, %v", user, err)
		}
	})
}
