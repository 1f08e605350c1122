package server_test

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

const grace = "grace@example.com"

// addAdmin does what "latchkey user add --admin" does: another process, on the
// same database.
func (a *app) addAdmin() {
	a.t.Helper()
	ctx := account.WithActor(context.Background(), "cli")
	store, err := sqlite.Open(ctx, filepath.Join(a.data, "latchkey.db"))
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			a.t.Error(err)
		}
	}()
	accounts, err := account.New(account.Config{Store: store})
	if err != nil {
		a.t.Fatal(err)
	}
	u, err := accounts.AddUser(ctx, account.NewUser{Username: grace, Scopes: []string{account.ScopeAdmin}})
	if err == nil {
		var link account.ResetToken
		if link, err = accounts.NewResetToken(ctx, u.ID); err == nil {
			_, err = accounts.ResetPassword(ctx, link.Token, adaPassword)
		}
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

// TestAdmin: an administrator in the browser ends what a person does in another.
func TestAdmin(t *testing.T) {
	a := start(t)
	person := a.signUp()
	a.addAdmin()
	admin := a.browser()
	admin.do("POST", "/api/v1/sign-in", m{"username": grace, "password": adaPassword}).want(200, "")

	person.do("GET", "/api/v1/admin/users", nil).want(403, "insufficient_scope")
	a.program().do("GET", "/api/v1/admin/users", nil).want(401, "token_missing")
	users, _ := admin.do("GET", "/api/v1/admin/users?search=ada", nil).want(200, "").at("users").([]any)
	if len(users) != 1 {
		t.Fatalf("found %v", users)
	}
	id, _ := users[0].(map[string]any)["id"].(string)
	path := "/api/v1/admin/users/" + id
	admin.do("POST", path+"/disable", nil, func(r *http.Request) { r.Header.Del("X-CSRF-TOKEN") }).want(403, "csrf")
	if got := admin.do("POST", path+"/require-password-change", nil).want(200, ""); got.at("user", "must_change_password") != true {
		t.Errorf("answered %s", got.body)
	}
	person.do("GET", "/api/v1/me", nil).want(401, "session_ended")
	person.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(200, "")
	person.do("GET", "/api/v1/sessions", nil).want(403, "password_change_required")
	person.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	person.do("GET", "/api/v1/sessions", nil).want(200, "")

	records, _ := admin.do("GET", "/api/v1/admin/audit?kind=password_change_required", nil).want(200, "").at("records").([]any)
	if len(records) != 1 || records[0].(map[string]any)["actor_username"] != grace {
		t.Errorf("the trail has %v", records)
	}
	keys := admin.do("GET", "/api/v1/admin/keys", nil).want(200, "")
	if text := string(keys.body); !strings.Contains(text, `"active"`) || strings.Contains(text, `"d"`) || strings.Contains(text, `"x"`) {
		t.Errorf("keys: %s", text)
	}
	token := admin.do("POST", path+"/reset-link", nil).want(200, "").string("token")
	if token == "" || strings.Contains(a.log.String(), token) {
		t.Error("no token, or one in the log")
	}
	// A letter in the wrong place is answered by the API, and not by the app.
	admin.do("GET", "/api/v1/admin/nothing", nil).want(404, "not_found")
	admin.do("GET", "/api/v1/admin/", nil).want(404, "not_found")
}
