package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// change is the operator's change to a user.
func change(userID string, at time.Time, log ...account.AuditRecord) account.UserChange {
	return account.UserChange{UserID: userID, At: at, Log: log}
}

// by is the same in the name of a user who needs the scope "admin".
func by(actor string, c account.UserChange) account.UserChange {
	c.By = account.Authority{UserID: actor, Scope: account.ScopeAdmin}
	return c
}

func testSearchUsers(t *testing.T, s accounts) {
	keys := []string{"", "a", "a%", "a_b", "aa", "ab", "abc", "ab\U0010FFFE", "ac", "b", "ä"}
	for i, key := range keys {
		s.add(&account.User{ID: fmt.Sprint(i), UsernameKey: key, CreatedAt: epoch0})
	}
	for _, c := range []struct {
		prefix, after string
		limit         int
		want          []string
	}{
		{"", "", 100, keys[1:]}, // as with ListUsers nothing is above itself
		{"", "ac", 100, []string{"b", "ä"}},
		{"a", "", 100, []string{"a", "a%", "a_b", "aa", "ab", "abc", "ab\U0010FFFE", "ac"}},
		{"a%", "", 100, []string{"a%"}},
		{"a_", "", 100, []string{"a_b"}},
		{"ab", "", 2, []string{"ab", "abc"}},
		{"ab", "abc", 2, []string{"ab\U0010FFFE"}},
		{"ab", "b", 2, nil},
		{"b", "a", 2, []string{"b"}},
		{"x", "", 2, nil},
		{"' OR 1=1 --", "", 2, nil},
	} {
		users, err := s.st.SearchUsers(s.ctx, c.prefix, c.after, c.limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range users {
			got = append(got, u.UsernameKey)
			s.same(u)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("SearchUsers(%q, %q, %d) = %q, want %q", c.prefix, c.after, c.limit, got, c.want)
		}
	}
}

func testSetScopes(t *testing.T, s accounts) {
	want := s.withSessions()
	at := epoch0.Add(time.Hour)
	for _, old := range [][]string{nil, {"admin"}, {"a b,\"c\"", "admin"}} {
		ids, err := s.st.SetScopes(s.ctx, change("u", at, line("no", "u", at)), old, []string{"x"})
		if !errors.Is(err, account.ErrUserChanged) || len(ids) != 0 {
			t.Errorf("SetScopes with the old scopes %q: %q, %v; want ErrUserChanged", old, ids, err)
		}
	}
	s.same(want)
	s.alive("keep", "other", "stranger")

	granted := line("granted", "u", at)
	s.ended(s.st.SetScopes(s.ctx, change("u", at, granted), want.Scopes, []string{"b", "c"}))("keep", "other")
	want.Scopes = []string{"b", "c"}
	s.same(want)
	s.dead("keep", session.EndedByAdmin, at)
	s.alive("stranger")
	s.published(0, "keep", "other")
	s.ended(s.st.SetScopes(s.ctx, change("u", at), want.Scopes, nil))()
	want.Scopes = nil
	s.same(want)
	s.same(person("v"))
	s.trail(account.AuditQuery{}, granted)
}

func testRequirePasswordChange(t *testing.T, s accounts) {
	want := s.withSessions()
	s.reset("reset", "u", epoch0.Add(time.Hour))
	at := epoch0.Add(time.Hour)
	required := line("required", "u", at)
	s.ended(s.st.RequirePasswordChange(s.ctx, change("u", at, required)))("keep", "other")
	want.MustChangePassword = true
	s.same(want)
	s.dead("other", session.EndedByAdmin, at)
	s.alive("stranger")
	s.published(0, "keep", "other")
	s.trail(account.AuditQuery{}, required)
	s.resets([]string{"reset"}, "reset") // a way to choose another
	s.ended(s.st.RequirePasswordChange(s.ctx, change("u", at)))()
	s.same(want)

	// A rehash is no other password.
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: want.PasswordHash, NewHash: "$rehash", Rehash: true, At: at}))()
	want.PasswordHash = "$rehash"
	s.same(want)
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$rehash", NewHash: "$new", At: at}))()
	want.PasswordHash, want.PasswordChangedAt, want.MustChangePassword = "$new", at, false
	s.same(want)

	from := person("from")
	from.MustChangePassword = true
	s.same(s.add(from))
}

func testEndSessions(t *testing.T, s accounts) {
	want := s.withSessions()
	at := epoch0.Add(time.Hour)
	ended := line("ended", "u", at)
	s.ended(s.st.EndSessions(s.ctx, change("u", at, ended)))("keep", "other")
	s.same(want)
	s.dead("keep", session.EndedByAdmin, at)
	s.alive("stranger")
	s.published(0, "keep", "other")
	s.ended(s.st.EndSessions(s.ctx, change("u", at)))()
	s.trail(account.AuditQuery{}, ended)
}

// changes are all changes that can be made in somebody's name.
func (s accounts) changes() map[string]func(account.UserChange) ([]string, error) {
	return map[string]func(account.UserChange) ([]string, error){
		"disable": func(c account.UserChange) ([]string, error) { return s.st.SetDisabled(s.ctx, c, true) },
		"enable":  func(c account.UserChange) ([]string, error) { return s.st.SetDisabled(s.ctx, c, false) },
		"scopes": func(c account.UserChange) ([]string, error) {
			return s.st.SetScopes(s.ctx, c, person("").Scopes, person("").Scopes)
		},
		"password": func(c account.UserChange) ([]string, error) { return s.st.RequirePasswordChange(s.ctx, c) },
		"sessions": func(c account.UserChange) ([]string, error) { return s.st.EndSessions(s.ctx, c) },
		"delete":   func(c account.UserChange) ([]string, error) { return s.st.DeleteUser(s.ctx, c) },
	}
}

func testAuthority(t *testing.T, s accounts) {
	want := s.withSessions()
	s.add(person("admin"))
	plain := person("plain")
	plain.Scopes = []string{"administrator", "Admin"}
	s.add(plain)
	disabled := person("disabled")
	disabled.DisabledAt = epoch0
	s.add(disabled)
	for name, call := range s.changes() {
		for _, actor := range []string{"plain", "disabled", "nobody", ""} {
			ids, err := call(by(actor, change("u", epoch0, line("no", "u", epoch0))))
			if !errors.Is(err, account.ErrNotAllowed) || len(ids) != 0 {
				t.Errorf("%s by %q: %q, %v; want ErrNotAllowed", name, actor, ids, err)
			}
		}
		if _, err := call(by("admin", change("ghost", epoch0))); !errors.Is(err, account.ErrUserNotFound) {
			t.Errorf("%s of nobody: %v, want ErrUserNotFound", name, err)
		}
	}
	s.same(want)
	s.alive("keep", "other", "stranger")
	s.trail(account.AuditQuery{})
	for name, call := range s.changes() {
		target := s.add(person("of " + name)).ID
		s.create(row(name, target))
		ids, err := call(by("admin", change(target, epoch0)))
		if err != nil || name != "enable" && len(ids) != 1 {
			t.Errorf("%s by an administrator: %q, %v", name, ids, err)
		}
	}
	s.same(person("admin"))
}

// testConcurrentAuthority: of users who take from each other what they need for
// it, one always keeps it.
func testConcurrentAuthority(t *testing.T, s accounts) {
	for round := range 10 {
		var names []string
		for i := range 4 {
			names = append(names, s.add(person(fmt.Sprint(round, "-", i))).ID)
		}
		var made atomic.Int64
		together(12, func(i int) {
			actor, target := names[i%4], names[(i%4+1+i/4)%4]
			var err error
			if i%2 == 0 {
				_, err = s.st.SetDisabled(s.ctx, by(actor, change(target, epoch0)), true)
			} else {
				_, err = s.st.SetScopes(s.ctx, by(actor, change(target, epoch0)), person("").Scopes, nil)
			}
			switch {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, account.ErrNotAllowed) && !errors.Is(err, account.ErrUserChanged):
				t.Error(err)
			}
		})
		left := 0
		for _, name := range names {
			if u := s.user(name); !u.Disabled() && u.HasScope(account.ScopeAdmin) {
				left++
			}
		}
		if left != 1 || made.Load() < 3 {
			t.Fatalf("round %d: %d administrators are left after %d changes, want 1 after at least 3", round, left, made.Load())
		}
	}
}
