package accounthttp_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// TestAdminUserPages: paging through many users gives each once.
func TestAdminUserPages(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin := w.with("boss", "admin")
		const many = 1000
		for i := range many {
			name := fmt.Sprintf("user%04d", (i*7919)%many)
			err := w.store.CreateUser(t.Context(), &account.User{ID: "id" + name, Username: strings.ToUpper(name), UsernameKey: name, CreatedAt: w.clock()})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			query string
			want  int
		}{
			{"", many + 1}, {"limit=200", many + 1}, {"limit=7&search=USER", many}, {"search=user000", 10}, {"search=user0001", 1},
			{"search=bo&limit=1", 1}, {"search=user%25", 0}, {"search=_", 0}, {"search=%20user09%20", 100},
		} {
			seen := map[string]bool{}
			last, cursor := "", ""
			for page := 0; page == 0 || cursor != ""; page++ {
				got := admin.do("GET", "/api/admin/users?"+c.query+"&cursor="+url.QueryEscape(cursor), nil).want(200, "")
				for _, u := range got.list("users") {
					name := strings.ToLower(u["username"].(string))
					if seen[name] || name <= last {
						t.Fatalf("%s: %s after %s, seen before: %v", c.query, name, last, seen[name])
					}
					seen[name], last = true, name
				}
				cursor, _ = got.body["next_cursor"].(string)
			}
			if len(seen) != c.want {
				t.Errorf("%s: %d users, want %d", c.query, len(seen), c.want)
			}
		}
		if n := len(admin.do("GET", "/api/admin/users", nil).list("users")); n != 50 {
			t.Errorf("a page has %d users", n)
		}
	})
}

// TestAdminBadQueries: what cannot be meant is refused, and nothing of it
// reaches the database.
func TestAdminBadQueries(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin := w.with("boss", "admin")
		for path, queries := range map[string]map[string]string{
			"/api/admin/users": {
				"limit=0": "invalid_input", "limit=-1": "invalid_input", "limit=201": "invalid_input", "limit=x": "invalid_input",
				"limit=99999999999999999999999": "invalid_input", "limit=1e3": "invalid_input", "limit=1&limit=2": "bad_request",
				"cursor=!": "invalid_input", "cursor=YQ==": "invalid_input", "Search=x": "bad_request", "sort=name": "bad_request", "search=%zz": "bad_request",
			},
			"/api/admin/audit": {
				"limit=1000000": "invalid_input", "cursor=0": "invalid_input", "cursor=-5": "invalid_input", "cursor=x": "invalid_input",
				"cursor=99999999999999999999": "invalid_input", "since=yesterday": "invalid_input", "until=2026-13-01T00:00:00Z": "invalid_input",
				"user=a%00b": "invalid_input", "user=" + strings.Repeat("x", 129): "invalid_input", "kind=a,,b": "invalid_input", "kind=%C3%A4": "invalid_input",
				"kind=" + strings.Repeat("a,", 40) + "a": "invalid_input", "kind=a&kind=b": "bad_request", "actor=x": "bad_request",
			},
			"/api/admin/keys": {"private=1": "bad_request"},
		} {
			for query, code := range queries {
				status := map[string]int{"invalid_input": 422, "bad_request": 400}[code]
				admin.do("GET", path+"?"+query, nil).want(status, code)
			}
		}
		// Strange, but they may be asked for: nothing is found.
		for _, query := range []string{"search=%00", "search=%FF", "search=%27%20OR%201=1--", "cursor=_w", "cursor=AA", "cursor=" + strings.Repeat("enp6", 100)} {
			if users := admin.do("GET", "/api/admin/users?"+query, nil).want(200, "").list("users"); len(users) != 0 {
				t.Errorf("%s finds %v", query, users)
			}
		}
		for _, query := range []string{"cursor=1", "cursor=9223372036854775807&kind=none", "user=%27%20OR%201", "since=9999-12-31T23:59:59Z", "until=0000-01-01T00:00:00Z", "kind=x'--"} {
			query = strings.ReplaceAll(query, "%20", "")
			if records := admin.do("GET", "/api/admin/audit?"+query, nil).want(200, "").list("records"); len(records) != 0 {
				t.Errorf("%s finds %v", query, records)
			}
		}
	})
}

// TestBadIDs: an id that is none is 404, whatever it is.
func TestBadIDs(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin := w.with("boss", "admin")
		for _, id := range []string{"x", "%00", "a%00", "%FF", "..%2F..", "%27%3B--", "%C3%A4", "a%20b", "%0A", strings.Repeat("x", 5000), admin.id + "x", strings.ToUpper(admin.id) + "_"} {
			for _, route := range adminRoutes {
				if strings.Contains(route.path, "ID") {
					admin.do(route.method, strings.Replace(route.path, "ID", id, 1), route.body).want(404, "not_found")
				}
			}
			admin.do("DELETE", "/api/sessions/"+id, nil).want(404, "not_found")
		}
	})
}

// TestAdminShowsUser: what there is to see of a user.
func TestAdminShowsUser(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin, ada := w.with("boss", "admin"), w.with("Ada", "b", "a")
		show := func() map[string]any {
			return admin.do("GET", "/api/admin/users/"+ada.id, nil).want(200, "").user()
		}
		now := w.clock().UTC().Format(time.RFC3339)
		want := map[string]any{
			"id": ada.id, "username": "Ada", "name": "", "created_at": now, "scopes": []any{"a", "b"}, "must_change_password": false,
			"disabled": false, "disabled_at": nil, "has_password": true, "password_changed_at": now,
			"locked": false, "sessions": 1.0, "last_sign_in_at": now,
		}
		same := func() {
			t.Helper()
			if got := show(); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		}
		same()
		w.wait(time.Minute)
		if err := w.accounts.Disable(t.Context(), ada.id); err != nil {
			t.Fatal(err)
		}
		want["disabled"], want["disabled_at"], want["sessions"] = true, w.clock().UTC().Format(time.RFC3339), 0.0
		same() // the last sign-in is known from the audit trail
		entry := maps.Clone(want)
		for _, name := range []string{"locked", "sessions", "last_sign_in_at"} {
			delete(entry, name)
		}
		if got := admin.do("GET", "/api/admin/users?search=ada", nil).list("users"); len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(entry) {
			t.Errorf("in the list %v\nwant %v", got, entry)
		}

		none, err := w.accounts.AddUser(t.Context(), account.NewUser{Username: "imported"})
		if err != nil {
			t.Fatal(err)
		}
		got := admin.do("GET", "/api/admin/users/"+none.ID, nil).want(200, "").user()
		if got["has_password"] != false || got["password_changed_at"] != nil || got["last_sign_in_at"] != nil || fmt.Sprint(got["scopes"]) != "[]" {
			t.Errorf("a user without a password: %v", got)
		}
	})
}

// TestAdminSessions: the sessions of others are shown, one's own is marked.
func TestAdminSessions(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin, ada := w.with("boss", "admin"), w.with("ada")
		got := admin.do("GET", "/api/admin/users/"+ada.id+"/sessions", nil).want(200, "").list("sessions")
		if len(got) != 1 || got[0]["current"] != false {
			t.Errorf("of another: %v", got)
		}
		own := admin.do("GET", "/api/admin/users/"+admin.id+"/sessions", nil).want(200, "").list("sessions")
		if len(own) != 1 || own[0]["current"] != true || own[0]["id"] == got[0]["id"] {
			t.Errorf("one's own: %v", own)
		}
		if n := admin.do("POST", "/api/admin/users/"+ada.id+"/end-sessions", nil).want(200, "").body["ended"]; n != 1.0 {
			t.Errorf("%v ended", n)
		}
		ada.do("GET", "/api/me", nil).want(401, "session_ended")
		if got := admin.do("GET", "/api/admin/users/"+ada.id+"/sessions", nil).want(200, "").list("sessions"); len(got) != 0 {
			t.Errorf("after they ended: %v", got)
		}
	})
}

// TestAdminLocked: a locked account is shown as such and can be unlocked.
func TestAdminLocked(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		admin, ada := w.with("boss", "admin"), w.add("ada")
		for range 3 {
			_, err := w.accounts.Authenticate(context.Background(), account.Credentials{Username: "ada", Password: "wrong"})
			if !errors.Is(err, account.ErrInvalidCredentials) {
				t.Fatal(err)
			}
			w.wait(time.Minute)
		}
		path := "/api/admin/users/" + ada.ID
		if admin.do("GET", path, nil).want(200, "").user()["locked"] != true {
			t.Error("not locked")
		}
		if admin.do("POST", path+"/unlock", nil).want(200, "").user()["locked"] != false {
			t.Error("still locked")
		}
		w.signIn(ada, password)
	})
}

// TestAdminKeys: the state of the keys, and nothing of the keys.
func TestAdminKeys(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		got := w.with("boss", "admin").do("GET", "/api/admin/keys", nil).want(200, "").list("keys")
		if len(got) != 1 {
			t.Fatalf("keys %v", got)
		}
		want := []string{"active_at", "algorithm", "created_at", "forget_at", "id", "retired_at", "state"}
		if names := slices.Sorted(maps.Keys(got[0])); !slices.Equal(names, want) {
			t.Errorf("members %q, want %q", names, want)
		}
		key := w.keys.Keys()[0]
		if got[0]["id"] != key.ID || got[0]["state"] != "active" || got[0]["algorithm"] != "EdDSA" || got[0]["retired_at"] != nil ||
			got[0]["created_at"] != key.CreatedAt.Format(time.RFC3339) {
			t.Errorf("key %v", got[0])
		}
	})
}
