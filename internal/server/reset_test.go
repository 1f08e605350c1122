package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/server"
)

// resetToken is what an operator's command makes: a token for ada, made by
// another process on the same database.
func (a *app) resetToken() string {
	a.t.Helper()
	operator, err := account.New(account.Config{Store: a.store()})
	if err != nil {
		a.t.Fatal(err)
	}
	ctx := context.Background()
	user, err := operator.UserByUsername(ctx, ada)
	if err != nil {
		a.t.Fatal(err)
	}
	token, err := operator.NewResetToken(ctx, user.ID)
	if err != nil {
		a.t.Fatal(err)
	}
	return token.Token
}

// Somebody who has forgotten their password and whose account is being guessed
// at gets in with the operator's link, and thieves are thrown out by it.
func TestResetLink(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		a := start(t, database)
		thief := a.signUp()
		for range 7 {
			a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": "a guess of a password"}).want(401, "")
		}
		token, second := a.resetToken(), a.resetToken()
		b := a.browser()
		page := b.do("GET", "/reset", nil).want(200, "")
		if page.header.Get("Referrer-Policy") != "no-referrer" || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
			t.Errorf("the page has %v", page.header)
		}
		if got := b.do("POST", "/api/v1/password/reset/check", m{"token": token}).want(200, ""); got.string("username") != ada {
			t.Errorf("got %s", got.body)
		}
		b.do("POST", "/api/v1/password/reset", m{"token": token, "new_password": "password"}).want(422, "invalid_input")
		done := b.do("POST", "/api/v1/password/reset", m{"token": token, "new_password": newPassword}).want(200, "")
		if len(done.names) > 0 {
			t.Errorf("the link signs in: %v", done.names)
		}
		thief.do("GET", "/api/v1/me", nil).want(401, "session_ended")
		if got := thief.do("POST", "/api/v1/refresh", nil).want(401, "session_ended"); got.string("reason") != "password_changed" {
			t.Errorf("got %s", got.body)
		}
		for _, used := range []string{token, second} {
			b.do("POST", "/api/v1/password/reset", m{"token": used, "new_password": adaPassword}).want(410, "reset_expired")
			b.do("POST", "/api/v1/password/reset/check", m{"token": used}).want(410, "reset_expired")
		}
		b.do("POST", "/api/v1/sign-in", m{"username": ada, "password": newPassword}).want(200, "")
		b.do("POST", "/api/v1/password/forgot", m{"username": ada}).want(404, "no_reset_mail")
		a.stop()

		said := a.log.String() + fmt.Sprintf("%+v", a.trail())
		for _, secret := range []string{token, second, newPassword} {
			if strings.Contains(said, secret) {
				t.Errorf("the log or the audit trail has %.8s…", secret)
			}
		}
		if !strings.Contains(said, "password_reset") {
			t.Error("the reset is recorded nowhere")
		}
	})
}
