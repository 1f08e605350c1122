package server_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/server"
)

// trail is the audit trail in the database, the earliest record first, without
// what servers say of themselves.
func (a *app) trail() []account.AuditRecord {
	a.t.Helper()
	records, err := a.store().QueryAudit(context.Background(), account.AuditQuery{Limit: 1000})
	if err != nil {
		a.t.Fatal(err)
	}
	slices.Reverse(records)
	return slices.DeleteFunc(records, func(r account.AuditRecord) bool { return strings.HasPrefix(r.Actor, "serve ") })
}

// What happens to accounts and sessions is in the store once the server has
// stopped, and says nothing that lets anybody in.
func TestAuditTrail(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		a := start(t, database)
		b := a.signUp()
		phone, refresh := a.signInBody()
		secrets := []string{adaPassword, newPassword, "canary", phone.bearer, refresh, b.cookie("latchkey_csrf")}
		for _, name := range []string{"latchkey_access", "latchkey_refresh"} {
			secrets = append(secrets, b.cookie(name))
		}
		a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": "canary password for nobody"}).want(401, "")
		a.program().do("POST", "/api/v1/sign-in", m{"username": "canary password, in the wrong field", "password": "x"}).want(401, "")
		id := phone.do("GET", "/api/v1/me", nil).string("session", "id")
		b.do("DELETE", "/api/v1/sessions/"+id, nil).want(200, "")
		b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
		b.do("POST", "/api/v1/sign-out", nil).want(200, "")
		a.stop()

		var got []string
		for _, r := range a.trail() {
			got = append(got, r.Kind+" "+r.Reason)
			if r.At.IsZero() || r.Client.Address != "127.0.0.1" || !strings.HasPrefix(r.Client.UserAgent, "Go-http-client") {
				t.Errorf("%s: at %v from %+v", r.Kind, r.At, r.Client)
			}
			if r.Kind == "session_ended" && (r.UserID == "" || r.Username != ada) {
				t.Errorf("whose session ended? %s of %q, %q", r.Reason, r.UserID, r.Username)
			}
			for _, secret := range secrets {
				if secret == "" || strings.Contains(fmt.Sprintf("%+v", r), secret) {
					t.Errorf("%s has the secret %.10q…", r.Kind, secret)
				}
			}
		}
		for _, want := range []string{
			"signed_up ", "session_started ", "signed_in ", "sign_in_failed wrong_password", "sign_in_failed unknown_user",
			"session_ended ended_by_user", "password_changed ", "session_ended replaced", "session_ended sign_out",
		} {
			if !slices.Contains(got, want) {
				t.Errorf("there is no record %q in %q", want, got)
			}
		}
	})
}

// A failed guess is stored soon, while the server runs.
func TestAuditWhileServing(t *testing.T) {
	a := start(t)
	a.signUp()
	a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": "some other password"}).want(401, "")
	for {
		if slices.ContainsFunc(a.trail(), func(r account.AuditRecord) bool { return r.Kind == "sign_in_failed" }) {
			return
		}
	}
}

// A server removes what is too old when it starts.
func TestAuditRetention(t *testing.T) {
	a := start(t)
	a.signUp()
	a.stop()
	kept := len(a.trail())
	old := account.AuditRecord{Kind: "signed_in", At: time.Now().Add(-25 * time.Hour)}
	if err := a.store().AppendAudit(context.Background(), []account.AuditRecord{old}); err != nil {
		t.Fatal(err)
	}
	again := start(t, func(c *server.Config) { c.DataDir, c.AuditRetention = a.data, 24*time.Hour })
	for len(again.trail()) > kept {
	}
	if got := again.trail(); len(got) != kept || kept == 0 {
		t.Errorf("%d records are left of %d", len(got), kept)
	}
}

func TestHistory(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		a := start(t, database)
		b := a.signUp()
		eve := a.browser()
		eve.do("POST", "/api/v1/sign-up", m{"username": "eve", "password": "nobody shall know this"}).want(201, "")
		a.signInBody()
		b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
		// That the session was replaced is stored a moment later.
		for !slices.ContainsFunc(a.trail(), func(r account.AuditRecord) bool { return r.Kind == "session_ended" }) {
		}

		kinds, pages := []string{}, 0
		for query := "?limit=2"; query != ""; pages++ {
			page := b.do("GET", "/api/v1/activity"+query, nil).want(200, "")
			events, _ := page.at("events").([]any)
			if len(events) > 2 {
				t.Fatalf("%d events on one page", len(events))
			}
			for _, e := range events {
				one := e.(m)
				kinds = append(kinds, one["kind"].(string))
				if one["device"] != "A Go program" || one["address"] != "127.0.0.1" || one["at"] == "" || one["by_operator"] != false {
					t.Errorf("got %v", one)
				}
			}
			query = ""
			if next, ok := page.at("next").(float64); ok {
				query = fmt.Sprintf("?limit=2&before=%.0f", next)
			}
		}
		if want := []string{"session_ended", "password_changed", "signed_in", "signed_up"}; !slices.Equal(kinds, want) || pages != 2 {
			t.Errorf("got %v on %d pages, want %v on 2", kinds, pages, want)
		}
		for _, query := range []string{"?limit=0", "?limit=101", "?limit=x", "?before=0", "?before=-1", "?before=x", "?before=99999999999999999999",
			"?limit=1&limit=2", "?Limit=1", "?cursor=1", "?limit=%zz", "?limit=1;before=2"} {
			b.do("GET", "/api/v1/activity"+query, nil).want(400, "bad_request")
		}
		a.program().do("GET", "/api/v1/activity", nil).want(401, "token_missing")
	})
}
