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

// Accounts tests an account.Store, the sessions included. open returns an empty
// store of its own for each call, and closes it with t.Cleanup.
func Accounts(t *testing.T, open func(t *testing.T) account.Store) {
	Sessions(t, func(t *testing.T) session.Store { return open(t) })
	for _, c := range []struct {
		name string
		test func(*testing.T, accounts)
	}{
		{"CreateUser", testCreateUser},
		{"ListUsers", testListUsers},
		{"SetPassword", testSetPassword},
		{"SetPasswordRefused", testSetPasswordRefused},
		{"SetDisabled", testSetDisabled},
		{"DeleteUser", testDeleteUser},
		{"SearchUsers", testSearchUsers},
		{"SetScopes", testSetScopes},
		{"RequirePasswordChange", testRequirePasswordChange},
		{"EndSessions", testEndSessions},
		{"Authority", testAuthority},
		{"NoSuchUser", testNoSuchUser},
		{"CreateBasis", testCreateBasis},
		{"ConcurrentCreateBasis", testConcurrentCreateBasis},
		{"ConcurrentCreateUser", testConcurrentCreateUser},
		{"ConcurrentSetPassword", testConcurrentSetPassword},
		{"ConcurrentAuthority", testConcurrentAuthority},
		{"ConcurrentSignInAndDisable", testConcurrentSignInAndDisable},
		{"Attempts", testAttempts},
		{"PurgeAttempts", testPurgeAttempts},
		{"ConcurrentAttempts", testConcurrentAttempts},
		{"Resets", testResets},
		{"ConcurrentReset", testConcurrentReset},
		{"Devices", testDevices},
		{"Audit", testAudit},
		{"AuditKinds", testAuditKinds},
		{"PurgeAudit", testPurgeAudit},
		{"AuditOfChanges", testAuditOfChanges},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := open(t)
			c.test(t, accounts{suite{t, st, t.Context()}, st})
		})
	}
}

type accounts struct {
	suite
	st account.Store
}

// person is a user with something in every field that a new one may have.
func person(id string) *account.User {
	return &account.User{
		ID:                id,
		Username:          "Näme " + id,
		UsernameKey:       "näme " + id,
		Name:              "'; DROP TABLE latchkey_users; --",
		PasswordHash:      "$argon2id$old",
		PasswordChangedAt: epoch0.Add(-time.Hour),
		Scopes:            []string{"admin", "a b,\"c\""},
		CreatedAt:         epoch0,
	}
}

func (s accounts) add(u *account.User) *account.User {
	s.t.Helper()
	if err := s.st.CreateUser(s.ctx, u); err != nil {
		s.t.Fatal(err)
	}
	return u
}

// user reads a user by both ways.
func (s accounts) user(id string) *account.User {
	s.t.Helper()
	u, err := s.st.UserByID(s.ctx, id)
	if err != nil {
		s.t.Fatalf("UserByID(%s): %v", id, err)
	}
	byKey, err := s.st.UserByUsernameKey(s.ctx, u.UsernameKey)
	if err != nil || !reflect.DeepEqual(u, byKey) {
		s.t.Fatalf("UserByUsernameKey(%s) = %+v, %v; UserByID has %+v", u.UsernameKey, byKey, err, u)
	}
	return u
}

func (s accounts) same(want *account.User) {
	s.t.Helper()
	if got := s.user(want.ID); !reflect.DeepEqual(got, want) {
		s.t.Fatalf("user differs:\n got %+v\nwant %+v", got, want)
	}
}

// ended checks the answer of a call that ends sessions.
func (s accounts) ended(ids []string, err error) func(want ...string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	return func(want ...string) {
		s.t.Helper()
		s.suite.same("ended", ids, want)
	}
}

func testCreateUser(t *testing.T, s accounts) {
	full := s.add(person("a"))
	s.same(full)
	s.same(s.add(&account.User{ID: "b", Username: "b", UsernameKey: "b", CreatedAt: epoch0}))
	disabled := person("c")
	disabled.DisabledAt = epoch0.Add(time.Second)
	s.same(s.add(disabled))

	twin := person("d")
	twin.UsernameKey = full.UsernameKey
	if err := s.st.CreateUser(s.ctx, twin); !errors.Is(err, account.ErrUsernameTaken) {
		t.Errorf("CreateUser with a taken name: %v", err)
	}
	if _, err := s.st.UserByID(s.ctx, "d"); !errors.Is(err, account.ErrUserNotFound) {
		t.Errorf("CreateUser with a taken name stored the user: %v", err)
	}
	again := person("a")
	again.UsernameKey = "another"
	if err := s.st.CreateUser(s.ctx, again); err == nil || errors.Is(err, account.ErrUsernameTaken) {
		t.Errorf("CreateUser with a taken ID: %v; want an error that is not ErrUsernameTaken", err)
	}
	s.same(full)
	if _, err := s.st.UserByUsernameKey(s.ctx, "NÄME A"); !errors.Is(err, account.ErrUserNotFound) {
		t.Errorf("keys are not compared byte by byte: %v", err)
	}
}

func testListUsers(t *testing.T, s accounts) {
	// Byte order, which is not the order of any language.
	keys := []string{"B", "Z", "_", "a", "a b", "aa", "b", "z", "ä", "é", "🐙"}
	for i := range keys {
		n := (i*7 + 3) % len(keys)
		s.add(&account.User{ID: fmt.Sprint(n), Username: "x", UsernameKey: keys[n], CreatedAt: epoch0})
	}
	list := func(after string, limit int, want ...string) {
		t.Helper()
		users, err := s.st.ListUsers(s.ctx, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range users {
			got = append(got, u.UsernameKey)
			s.same(u)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("ListUsers(%q, %d) = %q, want %q", after, limit, got, want)
		}
	}
	list("", 100, keys...)
	list("", 3, keys[:3]...)
	list("Z", 3, keys[2:5]...)
	list("az", 2, "b", "z")
	list("🐙", 5)
}

// withSessions adds a user with sessions keep and other, and one of another
// user.
func (s accounts) withSessions() *account.User {
	u := s.add(person("u"))
	s.add(person("v"))
	s.create(row("keep", "u"))
	s.create(row("other", "u"))
	s.create(row("stranger", "v"))
	return u
}

func testSetPassword(t *testing.T, s accounts) {
	want := s.withSessions()
	at := epoch0.Add(time.Hour)
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$argon2id$old", NewHash: "$new", Rehash: true, At: at}))()
	want.PasswordHash = "$new"
	s.same(want)
	s.alive("keep", "other", "stranger")

	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$new", NewHash: "$newer", Keep: "keep", At: at}))("other")
	want.PasswordHash, want.PasswordChangedAt = "$newer", at
	s.same(want)
	s.alive("keep", "stranger")
	s.dead("other", session.EndedByPasswordChange, at)
	s.published(0, "other")

	// The clock stands still, and is set back: each change has its moment.
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$newer", NewHash: "", At: at}))("keep")
	s.ended(s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "", NewHash: "$back", At: at.Add(-time.Hour)}))()
	want.PasswordHash, want.PasswordChangedAt = "$back", at.Add(2*time.Microsecond)
	s.same(want)
	s.alive("stranger")
	s.published(0, "other", "keep")
}

func testSetPasswordRefused(t *testing.T, s accounts) {
	want := s.withSessions()
	for _, rehash := range []bool{false, true} {
		ids, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$wrong", NewHash: "$new", Rehash: rehash, At: epoch0})
		if !errors.Is(err, account.ErrUserChanged) || len(ids) != 0 {
			t.Errorf("SetPassword with another old hash = %q, %v; want ErrUserChanged", ids, err)
		}
	}
	s.same(want)
	s.alive("keep", "other", "stranger")
	s.published(0)
}

func testSetDisabled(t *testing.T, s accounts) {
	want := s.withSessions()
	at := epoch0.Add(time.Hour)
	s.ended(s.st.SetDisabled(s.ctx, change("u", at), false))()
	s.same(want)
	s.ended(s.st.SetDisabled(s.ctx, change("u", at), true))("keep", "other")
	want.DisabledAt = at
	s.same(want)
	s.dead("keep", session.EndedByDisable, at)
	s.dead("other", session.EndedByDisable, at)
	s.alive("stranger")

	// Again: the moment stays, and what began in between ends too.
	s.create(row("late", "u"))
	s.ended(s.st.SetDisabled(s.ctx, change("u", at.Add(time.Hour)), true))("late")
	s.same(want)
	s.ended(s.st.SetDisabled(s.ctx, change("u", at), false))()
	want.DisabledAt = time.Time{}
	s.same(want)
	s.published(0, "keep", "other", "late")
}

func testDeleteUser(t *testing.T, s accounts) {
	u := s.withSessions()
	at := epoch0.Add(time.Hour)
	s.ended(s.st.DeleteUser(s.ctx, change("u", at)))("keep", "other")
	s.dead("keep", session.EndedByDisable, at)
	s.published(0, "keep", "other")
	if _, err := s.st.UserByUsernameKey(s.ctx, u.UsernameKey); !errors.Is(err, account.ErrUserNotFound) {
		t.Errorf("UserByUsernameKey of a deleted user: %v", err)
	}
	s.same(person("v"))
	s.alive("stranger")
	// The name is free again; the sessions of before stay dead.
	next := person("w")
	next.UsernameKey = u.UsernameKey
	s.same(s.add(next))
}

func testNoSuchUser(t *testing.T, s accounts) {
	s.create(row("a", "ghost")) // sessions do not make a user
	for name, call := range map[string]func() error{
		"UserByID":          func() error { _, err := s.st.UserByID(s.ctx, "ghost"); return err },
		"UserByUsernameKey": func() error { _, err := s.st.UserByUsernameKey(s.ctx, ""); return err },
		"SetPassword": func() error {
			_, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "ghost", NewHash: "x", At: epoch0})
			return err
		},
		"Rehash": func() error {
			_, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "ghost", NewHash: "x", Rehash: true, At: epoch0})
			return err
		},
		"Disable": func() error { _, err := s.st.SetDisabled(s.ctx, change("ghost", epoch0), true); return err },
		"Enable":  func() error { _, err := s.st.SetDisabled(s.ctx, change("ghost", epoch0), false); return err },
		"Scopes":  func() error { _, err := s.st.SetScopes(s.ctx, change("ghost", epoch0), nil, nil); return err },
		"Require": func() error { _, err := s.st.RequirePasswordChange(s.ctx, change("ghost", epoch0)); return err },
		"End":     func() error { _, err := s.st.EndSessions(s.ctx, change("ghost", epoch0)); return err },
		"Delete":  func() error { _, err := s.st.DeleteUser(s.ctx, change("ghost", epoch0)); return err },
	} {
		if err := call(); !errors.Is(err, account.ErrUserNotFound) {
			t.Errorf("%s of nobody: %v, want ErrUserNotFound", name, err)
		}
	}
	s.alive("a")
}

func testConcurrentCreateUser(t *testing.T, s accounts) {
	var made atomic.Int64
	together(16, func(i int) {
		u := person(fmt.Sprint("id", i))
		u.UsernameKey = "wanted"
		switch err := s.st.CreateUser(s.ctx, u); {
		case err == nil:
			made.Add(1)
		case !errors.Is(err, account.ErrUsernameTaken):
			t.Error(err)
		}
	})
	if made.Load() != 1 {
		t.Fatalf("%d users got one name", made.Load())
	}
}

func testConcurrentSetPassword(t *testing.T, s accounts) {
	s.withSessions()
	var changed atomic.Int64
	together(16, func(i int) {
		_, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: "$argon2id$old", NewHash: fmt.Sprint("$", i), At: epoch0})
		switch {
		case err == nil:
			changed.Add(1)
		case !errors.Is(err, account.ErrUserChanged):
			t.Error(err)
		}
	})
	if changed.Load() != 1 {
		t.Fatalf("%d changes from one old hash", changed.Load())
	}
	s.published(0, "keep", "other")
}

// testConcurrentSignInAndDisable: a session that Create had stored before
// SetDisabled began is ended by it, whatever else happens at the time.
func testConcurrentSignInAndDisable(t *testing.T, s accounts) {
	for round := range 10 {
		id := fmt.Sprint("u", round)
		s.add(person(id))
		together(6, func(i int) {
			sid := fmt.Sprint(id, "-", i)
			if _, err := s.st.Create(s.ctx, row(sid, id), "", 3); err != nil {
				t.Error(err)
			}
			if _, err := s.st.SetDisabled(s.ctx, change(id, epoch0), true); err != nil {
				t.Error(err)
			}
			if r, err := s.st.Get(s.ctx, sid); err != nil || r.EndedAt.IsZero() {
				t.Errorf("session %s lives on: %v", sid, err)
			}
		})
	}
}
