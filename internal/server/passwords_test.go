package server_test

import (
	"crypto/sha1"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/server"
)

// passwordHash is what the database keeps of ada's password.
func (a *app) passwordHash() string {
	a.t.Helper()
	u, err := a.store().UserByUsernameKey(a.t.Context(), account.NormalizeUsername(ada))
	if err != nil {
		a.t.Fatal(err)
	}
	return u.PasswordHash
}

// TestHashSettings: passwords are hashed as configured, and those from before at
// the next sign-in.
func TestHashSettings(t *testing.T) {
	a := start(t)
	a.signUp()
	if hash := a.passwordHash(); !strings.Contains(hash, "$m=19456,t=2,p=1$") {
		t.Errorf("by default: %s", hash)
	}
	a.stop()

	again := start(t, func(c *server.Config) {
		c.DataDir = a.data
		c.Passwords.Hash = account.HashParams{Memory: 20 << 10, Time: 3, Parallelism: 2}
		c.HashWorkers = 3
	})
	again.signIn()
	if hash := again.passwordHash(); !strings.Contains(hash, "$m=20480,t=3,p=2$") {
		t.Errorf("after a sign-in: %s", hash)
	}
	again.signIn() // with the new hash
}

// TestBreachedPasswords: a listed password cannot be chosen, at sign-up or later.
func TestBreachedPasswords(t *testing.T) {
	list := filepath.Join(t.TempDir(), "breached")
	if err := os.WriteFile(list, fmt.Appendf(nil, "%X:3\n", sha1.Sum([]byte(newPassword))), 0o600); err != nil {
		t.Fatal(err)
	}
	a := start(t, func(c *server.Config) { c.Passwords.Breached = list })
	refused := a.browser().do("POST", "/api/v1/sign-up", m{"username": "bob@example.com", "name": "Bob", "password": newPassword})
	if refused.want(422, ""); !strings.Contains(string(refused.body), "breach") {
		t.Errorf("the refusal does not say why: %s", refused.body)
	}
	b := a.signUp() // with another
	changed := b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword})
	if changed.want(422, ""); !strings.Contains(string(changed.body), "breach") {
		t.Errorf("the refusal does not say why: %s", changed.body)
	}
}
