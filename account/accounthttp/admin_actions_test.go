package accounthttp_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// TestAdminActions: what each change does to the person, and what the trail says.
func TestAdminActions(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin, ada := w.with("boss", "admin"), w.with("ada")
		user := w.add("unused")
		user.ID, user.Username = ada.id, "ada"
		act := func(path string, body any) reply {
			t.Helper()
			return admin.do(map[bool]string{true: "POST", false: "PUT"}[body == nil], "/api/admin/users/"+ada.id+path, body).want(200, "")
		}
		if act("/disable", nil).user()["disabled"] != true {
			t.Error("not disabled")
		}
		ada.do("GET", "/api/me", nil).want(401, "session_ended")
		w.call("POST", "/api/sign-in", "", map[string]string{"username": "ada", "password": password}).want(401, "invalid_credentials")
		admin.do("POST", "/api/admin/users/"+ada.id+"/reset-link", nil).want(409, "user_disabled")
		if act("/enable", nil).user()["disabled"] != false {
			t.Error("not enabled")
		}
		ada = w.signIn(user, password)
		if got := act("/scopes", map[string]any{"scopes": []string{"z", "reports", "z"}}).user()["scopes"]; fmt.Sprint(got) != "[reports z]" {
			t.Errorf("scopes %v", got)
		}
		ada.do("GET", "/reports", nil).want(401, "session_ended")
		ada = w.signIn(user, password)
		ada.do("GET", "/reports", nil).want(200, "")
		act("/scopes", map[string]any{"scopes": []string{}})
		w.signIn(user, password).do("GET", "/reports", nil).want(403, "insufficient_scope")
		act("/unlock", nil)

		link := act("/reset-link", nil).body
		token, _ := link["token"].(string)
		if len(token) != 43 || link["expires_at"] != w.clock().Add(10*time.Minute).UTC().Format(time.RFC3339) {
			t.Errorf("link %v", link)
		}
		if _, err := w.accounts.ResetPassword(t.Context(), token, "an entirely different phrase"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.ResetPassword(t.Context(), token, "a third one, different again"); err == nil {
			t.Error("a link works twice")
		}
		if act("/require-password-change", nil).user()["must_change_password"] != true {
			t.Error("no change is required")
		}
		act("/end-sessions", nil)

		trail := admin.do("GET", "/api/admin/audit?user="+ada.id+"&limit=200", nil).want(200, "").list("records")
		var kinds []string
		for _, record := range trail {
			if record["actor"] == "" {
				continue
			}
			kinds = append(kinds, strings.TrimSpace(fmt.Sprint(record["kind"], " ", record["reason"])))
			if record["actor"] != admin.id || record["actor_username"] != "boss" || record["username"] != "ada" || record["address"] != "192.0.2.1" {
				t.Errorf("record %v", record)
			}
			if strings.Contains(fmt.Sprint(record), token) {
				t.Errorf("the token is in the trail: %v", record)
			}
		}
		want := "sessions_ended, password_change_required, password_reset_requested, unlocked, scope_revoked z, " +
			"scope_revoked reports, scope_granted z, scope_granted reports, user_enabled, user_disabled"
		if got := strings.Join(kinds, ", "); got != want {
			t.Errorf("the trail has\n%s, want\n%s", got, want)
		}
	})
}

// TestAdminSelf: administrators do not lock themselves out.
func TestAdminSelf(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin := w.with("boss", "admin", "reports")
		own := "/api/admin/users/" + admin.id
		for _, path := range []string{"/disable", "/reset-link"} {
			admin.do("POST", own+path, nil).want(409, "own_account")
		}
		for _, scopes := range [][]string{{}, {"reports"}, {"admin"}, {"admin", "more"}} {
			admin.do("PUT", own+"/scopes", map[string]any{"scopes": scopes}).want(409, "own_account")
		}
		admin.do("GET", own, nil).want(200, "")
		admin.do("POST", own+"/end-sessions", nil).want(200, "")
		admin.do("GET", own, nil).want(401, "session_ended")
	})
}

// TestAdminBadBodies: scopes that cannot be, and bodies where none belongs.
func TestAdminBadBodies(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin, ada := w.with("boss", "admin"), w.with("ada", "reports")
		path := "/api/admin/users/" + ada.id
		many := make([]string, 33)
		for i := range many {
			many[i] = "s" + strconv.Itoa(i)
		}
		for _, c := range []struct {
			body   any
			status int
		}{
			{nil, 400}, {map[string]any{}, 400}, {map[string]any{"scopes": nil}, 400}, {map[string]any{"scopes": "admin"}, 400},
			{map[string]any{"scopes": []any{1}}, 400}, {map[string]any{"scopes": []any{nil}}, 400}, {map[string]any{"scopes": [][]string{{"a"}}}, 400},
			{map[string]any{"scopes": []string{"a"}, "admin": true}, 400}, {map[string]any{"scopes": []string{""}}, 422},
			{map[string]any{"scopes": []string{"a b"}}, 422}, {map[string]any{"scopes": []string{"ä"}}, 422}, {map[string]any{"scopes": []string{"a\x00"}}, 422},
			{map[string]any{"scopes": []string{strings.Repeat("x", 65)}}, 422}, {map[string]any{"scopes": many}, 422},
		} {
			if got := admin.do("PUT", path+"/scopes", c.body); got.status != c.status {
				t.Errorf("%v: %d %v, want %d", c.body, got.status, got.body, c.status)
			}
		}
		for _, route := range []string{"/disable", "/enable", "/unlock", "/require-password-change", "/end-sessions", "/reset-link"} {
			admin.do("POST", path+route, map[string]any{"force": true}).want(400, "bad_request")
			admin.do("POST", path+route, []string{}).want(400, "bad_request")
		}
		ada.do("GET", "/reports", nil).want(200, "") // nothing happened
		admin.do("POST", path+"/disable", map[string]any{}).want(200, "")
	})
}

// TestAdminAudit: the trail by user, kind, time and page.
func TestAdminAudit(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin, ada := w.with("boss", "admin"), w.add("ada")
		start := w.clock()
		for range 5 {
			w.wait(time.Second)
			if err := w.accounts.Unlock(t.Context(), ada.ID); err != nil {
				t.Fatal(err)
			}
		}
		count := func(query string, want int) {
			t.Helper()
			if got := admin.do("GET", "/api/admin/audit?"+query, nil).want(200, "").list("records"); len(got) != want {
				t.Errorf("%s: %d records, want %d: %v", query, len(got), want, got)
			}
		}
		moment := func(d time.Duration) string { return url.QueryEscape(start.Add(d).Format(time.RFC3339)) }
		count("user="+ada.ID, 7) // added, password set, five times unlocked
		count("kind=unlocked", 5)
		count("kind=unlocked,user_added&user="+ada.ID, 6)
		count("kind=nothing", 0)
		own := account.AuditRecord{Kind: "invoice_sent", UserID: ada.ID, At: w.clock()}
		if err := w.store.AppendAudit(t.Context(), []account.AuditRecord{own}); err != nil {
			t.Fatal(err)
		}
		count("kind=invoice_sent,nothing", 1) // a kind of the program's own
		count("kind=unlocked&since="+moment(2*time.Second), 4)
		count("kind=unlocked&since="+moment(2*time.Second)+"&until="+moment(4*time.Second), 2)
		count("user=ghost", 0)
		last, cursor, n := 1e18, "", 0
		for page := 0; page == 0 || cursor != ""; page++ {
			got := admin.do("GET", "/api/admin/audit?limit=2&kind=unlocked&cursor="+cursor, nil).want(200, "")
			for _, record := range got.list("records") {
				if number := record["number"].(float64); number >= last {
					t.Errorf("%v after %v", number, last)
				} else {
					last = number
				}
				n++
			}
			cursor, _ = got.body["next_cursor"].(string)
		}
		if n != 5 {
			t.Errorf("%d records on all pages", n)
		}
	})
}

// TestMustChangePassword: nothing but a new password, and signing out.
func TestMustChangePassword(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		user := w.add("ada", "admin", "reports")
		if err := w.accounts.RequirePasswordChange(t.Context(), user.ID); err != nil {
			t.Fatal(err)
		}
		got := w.call("POST", "/api/sign-in", "", map[string]string{"username": "ada", "password": password, "delivery": "body"}).want(200, "")
		if got.user()["must_change_password"] != true {
			t.Errorf("the sign-in answers %v", got.body)
		}
		ada := person{w, user.ID, "ada", got.body["access_token"].(string)}
		if me := ada.do("GET", "/api/me", nil).want(200, ""); me.user()["must_change_password"] != true {
			t.Errorf("/me answers %v", me.body)
		}
		for _, route := range []string{
			"GET /reports", "GET /api/sessions", "DELETE /api/sessions", "DELETE /api/sessions/x", "GET /api/activity",
			"GET /api/admin/users", "POST /api/admin/users/x/disable", "GET /api/admin/keys",
		} {
			method, path, _ := strings.Cut(route, " ")
			ada.do(method, path, nil).want(403, "password_change_required")
		}
		refresh, _ := got.body["refresh_token"].(string)
		got = w.call("POST", "/api/refresh", "", map[string]string{"refresh_token": refresh}).want(200, "")
		ada.access, _ = got.body["access_token"].(string)
		ada.do("GET", "/reports", nil).want(403, "password_change_required")

		change := map[string]string{"current_password": password, "new_password": password}
		ada.do("POST", "/api/password", change).want(422, "invalid_input")
		change["new_password"] = "an entirely different phrase"
		got = ada.do("POST", "/api/password", change).want(200, "")
		if got.user()["must_change_password"] != false {
			t.Errorf("the change answers %v", got.body)
		}
		ada.access, _ = got.body["access_token"].(string)
		ada.do("GET", "/reports", nil).want(200, "")
		ada.do("GET", "/api/admin/users", nil).want(200, "")
		ada.do("POST", "/api/sign-out", nil).want(200, "")
	})
}
