package accounthttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// adminRoutes are all routes of RegisterAdmin; ID is a user's id.
var adminRoutes = []struct {
	method, path string
	body         any
}{
	{"GET", "/api/admin/users", nil},
	{"GET", "/api/admin/users/ID", nil},
	{"GET", "/api/admin/users/ID/sessions", nil},
	{"PUT", "/api/admin/users/ID/scopes", map[string]any{"scopes": []string{}}},
	{"POST", "/api/admin/users/ID/disable", nil},
	{"POST", "/api/admin/users/ID/enable", nil},
	{"POST", "/api/admin/users/ID/unlock", nil},
	{"POST", "/api/admin/users/ID/require-password-change", nil},
	{"POST", "/api/admin/users/ID/end-sessions", nil},
	{"POST", "/api/admin/users/ID/reset-link", nil},
	{"GET", "/api/admin/audit", nil},
	{"GET", "/api/admin/keys", nil},
}

// TestAdminAccess: who gets in where.
func TestAdminAccess(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		target := w.add("target")
		admin, other := w.with("boss", "admin"), w.with("other", "administrator", "reports")
		for _, route := range adminRoutes {
			path := strings.Replace(route.path, "ID", target.ID, 1)
			w.call(route.method, path, "", route.body).want(401, "token_missing")
			w.call(route.method, path, "x.y.z", route.body).want(401, "token_invalid")
			refused := other.do(route.method, path, route.body).want(403, "insufficient_scope")
			challenge := refused.header.Get("WWW-Authenticate")
			if !strings.HasPrefix(challenge, "Bearer ") || !strings.Contains(challenge, `error="insufficient_scope"`) || !strings.Contains(challenge, `scope="admin"`) {
				t.Errorf("%s: WWW-Authenticate is %q", refused.what, challenge)
			}
			passed := admin.do(route.method, path, route.body).want(200, "")
			if got := passed.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s: Cache-Control is %q", passed.what, got)
			}
			wrong := admin.do("PATCH", path, nil).want(405, "method_not_allowed")
			if !strings.Contains(wrong.header.Get("Allow"), route.method) {
				t.Errorf("%s: Allow is %q", wrong.what, wrong.header.Get("Allow"))
			}
		}
		w.wait(10 * time.Minute)
		for _, route := range adminRoutes {
			path := strings.Replace(route.path, "ID", target.ID, 1)
			if route.method == "GET" {
				admin.do(route.method, path, route.body).want(200, "")
				continue
			}
			stale := admin.do(route.method, path, route.body).want(401, "not_fresh")
			if got := stale.header.Get("WWW-Authenticate"); !strings.Contains(got, `max_age="600"`) {
				t.Errorf("%s: WWW-Authenticate is %q", stale.what, got)
			}
			// Who may not do it anyway is not asked for the password.
			other.do(route.method, path, route.body).want(403, "insufficient_scope")
		}
	})
}

// TestAdminNoMore: whatever ends an administrator's rights, the next request is
// refused.
func TestAdminNoMore(t *testing.T) {
	for name, end := range map[string]struct {
		act    func(w *world, id string) error
		status int
		code   string
		after  int // the status of a sign-in afterwards
	}{
		"scope revoked": {func(w *world, id string) error {
			return w.accounts.RevokeScope(context.Background(), id, account.ScopeAdmin)
		}, 401, "session_ended", 200},
		"disabled": {func(w *world, id string) error { return w.accounts.Disable(context.Background(), id) }, 401, "session_ended", 401},
		"deleted":  {func(w *world, id string) error { return w.accounts.Delete(context.Background(), id) }, 401, "session_ended", 401},
		"scope gone from the row, sessions left": {func(w *world, id string) error {
			_, err := w.store.DB().Exec(`UPDATE latchkey_users SET scopes = '' WHERE id = $1`, id)
			return err
		}, 403, "insufficient_scope", 200},
		"disabled in the row, sessions left": {func(w *world, id string) error {
			_, err := w.store.DB().Exec(`UPDATE latchkey_users SET disabled_at = 1 WHERE id = $1`, id)
			return err
		}, 401, "user_gone", 401},
		"must change the password, sessions left": {func(w *world, id string) error {
			_, err := w.store.DB().Exec(`UPDATE latchkey_users SET must_change_password = 1 WHERE id = $1`, id)
			return err
		}, 403, "password_change_required", 200},
	} {
		t.Run(name, func(t *testing.T) {
			eachWorld(t, func(t *testing.T, w *world) {
				admin := w.with("boss", "admin")
				admin.do("GET", "/api/admin/users", nil).want(200, "")
				if err := end.act(w, admin.id); err != nil {
					t.Fatal(err)
				}
				for _, route := range adminRoutes {
					admin.do(route.method, strings.Replace(route.path, "ID", admin.id, 1), route.body).want(end.status, end.code)
				}
				got := w.call("POST", "/api/sign-in", "", map[string]string{"username": "boss", "password": password, "delivery": "body"})
				if got.status != end.after {
					t.Fatalf("sign-in: %d %v, want %d", got.status, got.body, end.after)
				}
				if got.status == 200 {
					again := person{w, admin.id, "boss", got.body["access_token"].(string)}
					if got := again.do("GET", "/api/admin/users", nil); got.status != 403 {
						t.Fatalf("signed in again: %d %v", got.status, got.body)
					}
				}
			})
		})
	}
}

// TestScopesAreNotForTheAsking: nothing that people send gives them a scope.
func TestScopesAreNotForTheAsking(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		w.call("POST", "/api/sign-up", "", map[string]any{"username": "mallory", "password": password,
			"delivery": "body", "scopes": []string{"admin"}}).want(400, "bad_request")
		got := w.call("POST", "/api/sign-up", "", map[string]any{"username": "mallory", "password": password, "delivery": "body"}).want(201, "")
		if scopes, _ := got.user()["scopes"].([]any); len(scopes) != 0 {
			t.Fatalf("scopes %v", scopes)
		}
	})
}

// TestAdminCookies: with the token in a cookie, other sites' pages and requests
// without the CSRF value change nothing.
func TestAdminCookies(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		target := w.add("target")
		w.add("boss", "admin")
		sign := httptest.NewRequest("POST", "/api/sign-in", strings.NewReader(`{"username":"boss","password":"`+password+`"}`))
		sign.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, sign)
		cookies := answer.Result().Cookies()
		csrf := ""
		for _, cookie := range cookies {
			if strings.HasSuffix(cookie.Name, "csrf") && csrf == "" {
				csrf = cookie.Value
			}
		}
		if answer.Code != 200 || csrf == "" {
			t.Fatalf("sign-in: %d, cookies %v", answer.Code, cookies)
		}
		send := func(method, path, site, value string) reply {
			return w.call(method, path, "", nil, func(r *http.Request) {
				for _, cookie := range cookies {
					r.AddCookie(cookie)
				}
				r.Header.Set("Sec-Fetch-Site", site)
				if value != "" {
					r.Header.Set("X-CSRF-TOKEN", value)
				}
			})
		}
		for _, route := range adminRoutes {
			if route.method == "GET" || route.body != nil {
				continue
			}
			path := strings.Replace(route.path, "ID", target.ID, 1)
			send(route.method, path, "cross-site", csrf).want(403, "cross_origin")
			send(route.method, path, "same-site", csrf).want(403, "cross_origin")
			send(route.method, path, "same-origin", "").want(403, "csrf")
			send(route.method, path, "same-origin", "wrong").want(403, "csrf")
			send(route.method, path, "same-origin", csrf).want(200, "")
		}
	})
}

// TestAdminsDisableEachOther: of two at the same moment one remains.
func TestAdminsDisableEachOther(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		for round := range 5 {
			suffix := string(rune('0' + round))
			a, b := w.with("left"+suffix, "admin"), w.with("right"+suffix, "admin")
			statuses := make([]int, 2)
			var both sync.WaitGroup
			both.Go(func() { statuses[0] = a.do("POST", "/api/admin/users/"+b.id+"/disable", nil).status })
			both.Go(func() { statuses[1] = b.do("POST", "/api/admin/users/"+a.id+"/disable", nil).status })
			both.Wait()
			if (statuses[0] == 200) == (statuses[1] == 200) {
				t.Fatalf("round %d: answered %v", round, statuses)
			}
			left := 0
			for _, id := range []string{a.id, b.id} {
				u, err := w.accounts.User(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				if !u.Disabled() {
					left++
				}
			}
			if left != 1 {
				t.Fatalf("round %d: %d administrators are left", round, left)
			}
		}
	})
}
