package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func (f *fixture) scopes(t *testing.T, u *User, want ...string) {
	t.Helper()
	now, err := f.User(t.Context(), u.ID)
	if err != nil || !slices.Equal(now.Scopes, want) {
		t.Errorf("scopes %q, %v; want %q", now.Scopes, err, want)
	}
}

func TestScopes(t *testing.T) {
	f := newFixture(t, Config{})
	f.restart(t, func(c *Config) { c.Audit = newAudit(t, AuditConfig{Store: f.store}) })
	u := f.signUp(t, "ada@example.com")
	f.scopes(t, u)
	f.store.sessions[u.ID] = []string{"s1", "s2"}
	ctx := WithActor(t.Context(), "cli")

	if err := f.GrantScope(ctx, u.ID, "reports"); err != nil {
		t.Fatal(err)
	}
	events := f.wantEvents(t, "scope_granted reports")
	if !slices.Equal(events[0].Ended, []string{"s1", "s2"}) || !slices.Equal(f.ended, []string{"s1", "s2"}) {
		t.Errorf("ended %q and told %q", events[0].Ended, f.ended)
	}
	f.store.sessions[u.ID] = []string{"s3"}
	if err := f.GrantScope(ctx, u.ID, "reports"); err != nil {
		t.Fatal(err)
	}
	f.wantEvents(t) // nothing changed, nothing ends
	if !slices.Equal(f.store.sessions[u.ID], []string{"s3"}) {
		t.Error("a scope that was there already ended the sessions")
	}
	if err := f.SetScopes(ctx, u.ID, []string{"b", "a", "b"}); err != nil {
		t.Fatal(err)
	}
	f.wantEvents(t, "scope_granted a", "scope_granted b", "scope_revoked reports")
	f.scopes(t, u, "a", "b")
	if err := f.RevokeScope(ctx, u.ID, "a"); err != nil {
		t.Fatal(err)
	}
	f.scopes(t, u, "b")
	if err := f.RevokeScope(ctx, u.ID, "never"); err != nil {
		t.Fatal(err)
	}
	if trail := f.store.audit; len(trail) != 6 || trail[5].Actor != "cli" || trail[5].Reason != "a" || trail[5].Kind != "scope_revoked" {
		t.Errorf("the trail is %+v", trail)
	}
	if err := f.GrantScope(ctx, "ghost", "a"); !errors.Is(err, ErrUserNotFound) {
		t.Errorf("GrantScope to nobody: %v", err)
	}
}

func TestScopesThatCannotBe(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada@example.com")
	var many []string
	for i := range maxScopes {
		many = append(many, fmt.Sprintf("s%02d", i))
	}
	for _, scope := range []string{"", " ", "a b", `a"`, `a\`, "é", "a\n", "a\x00", "a\x7f", strings.Repeat("x", 65)} {
		var invalid *ValidationError
		if err := f.GrantScope(t.Context(), u.ID, scope); !errors.As(err, &invalid) || invalid.Fields[0].Field != "scopes" {
			t.Errorf("GrantScope(%q): %v", scope, err)
		}
		if _, err := f.AddUser(t.Context(), NewUser{Username: "other", Scopes: []string{scope}}); !errors.As(err, &invalid) {
			t.Errorf("AddUser with %q: %v", scope, err)
		}
	}
	f.scopes(t, u)
	if err := f.SetScopes(t.Context(), u.ID, many); err != nil {
		t.Fatal(err)
	}
	if err := f.GrantScope(t.Context(), u.ID, "one-more"); err == nil {
		t.Error("more scopes than there may be")
	}
	if err := f.SetScopes(t.Context(), u.ID, []string{"!#[]~", strings.Repeat("x", 64), "a:b.c/d"}); err != nil {
		t.Error(err)
	}
}

// TestGrantTogether: no scope is lost when several are granted at once.
func TestGrantTogether(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada@example.com")
	done := make(chan error)
	for _, scope := range []string{"a", "b", "c"} {
		go func() { done <- f.GrantScope(context.Background(), u.ID, scope) }()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	f.scopes(t, u, "a", "b", "c")
}

func TestRequirePasswordChange(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada@example.com")
	f.store.sessions[u.ID] = []string{"s1"}
	if err := f.RequirePasswordChange(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	f.wantEvents(t, "password_change_required")
	if !slices.Equal(f.ended, []string{"s1"}) {
		t.Errorf("told of the end of %q", f.ended)
	}
	back, err := f.Authenticate(t.Context(), Credentials{Username: "ada@example.com", Password: goodPassword})
	if err != nil || !back.MustChangePassword {
		t.Fatalf("signs in as %+v, %v", back, err)
	}
	if err := f.ChangePassword(t.Context(), u.ID, goodPassword, goodPassword, ""); err == nil {
		t.Error("the same password does")
	}
	changed, err := f.Service.ChangePassword(t.Context(), u.ID, goodPassword, otherPassword, "")
	if err != nil || changed.MustChangePassword {
		t.Errorf("after the change %+v, %v", changed, err)
	}
	if now, err := f.User(t.Context(), u.ID); err != nil || now.MustChangePassword {
		t.Errorf("the store has %+v, %v", now, err)
	}
	if err := f.RequirePasswordChange(t.Context(), "ghost"); !errors.Is(err, ErrUserNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}

func TestAddUserWhoMustChange(t *testing.T) {
	f := newFixture(t, Config{})
	ada := f.signUp(t, "ada@example.com")
	bob, err := f.AddUser(t.Context(), NewUser{Username: "bob", PasswordHash: ada.PasswordHash, MustChangePassword: true})
	if err != nil {
		t.Fatal(err)
	}
	if u, err := f.Authenticate(t.Context(), Credentials{Username: "bob", Password: goodPassword}); err != nil || !u.MustChangePassword || u.ID != bob.ID {
		t.Errorf("signs in as %+v, %v", u, err)
	}
}

func TestRequiredChangeByReset(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada@example.com")
	if err := f.RequirePasswordChange(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	token, err := f.NewResetToken(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	var invalid *ValidationError
	if _, err := f.ResetPassword(t.Context(), token.Token, goodPassword); !errors.As(err, &invalid) {
		t.Fatalf("the password that has to be changed is chosen again: %v", err)
	}
	if now, err := f.ResetPassword(t.Context(), token.Token, otherPassword); err != nil || now.MustChangePassword {
		t.Errorf("after the reset %+v, %v", now, err)
	}
	// Without the requirement people may keep the password they remembered.
	if token, err = f.NewResetToken(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ResetPassword(t.Context(), token.Token, otherPassword); err != nil {
		t.Error(err)
	}
}

func TestAuthority(t *testing.T) {
	f := newFixture(t, Config{})
	admin, u := f.signUp(t, "ada@example.com"), f.signUp(t, "bob@example.com")
	calls := map[string]func(context.Context, string) error{
		"Disable":               f.Disable,
		"Delete":                f.Delete,
		"SetScopes":             func(ctx context.Context, id string) error { return f.SetScopes(ctx, id, nil) },
		"RevokeScope":           func(ctx context.Context, id string) error { return f.RevokeScope(ctx, id, ScopeAdmin) },
		"NewResetToken":         func(ctx context.Context, id string) error { _, err := f.NewResetToken(ctx, id); return err },
		"Enable":                f.Enable,
		"RequirePasswordChange": f.RequirePasswordChange,
		"EndSessions":           func(ctx context.Context, id string) error { _, err := f.EndSessions(ctx, id); return err },
		"Unlock":                f.Unlock,
		"AddUser": func(ctx context.Context, _ string) error {
			_, err := f.AddUser(ctx, NewUser{Username: "carol"})
			return err
		},
		"GrantScope": func(ctx context.Context, id string) error { return f.GrantScope(ctx, id, "more") },
	}
	if _, err := f.Authenticate(t.Context(), Credentials{Username: u.Username, Password: otherPassword}); err != ErrInvalidCredentials {
		t.Fatal(err)
	}
	f.takeEvents()
	ctx := WithAuthority(t.Context(), admin.ID, ScopeAdmin)
	for name, call := range calls {
		if name == "RevokeScope" || name == "SetScopes" {
			continue // there is nothing to take away
		}
		if err := call(ctx, u.ID); !errors.Is(err, ErrNotAllowed) {
			t.Errorf("%s without the scope: %v", name, err)
		}
		if n := f.store.attempts[accountRow(u.ID).key].Count; n != 1 {
			t.Errorf("after %s without the scope, %d failures are counted, not 1", name, n)
			break
		}
	}
	f.wantEvents(t)
	if err := f.GrantScope(t.Context(), admin.ID, ScopeAdmin); err != nil {
		t.Fatal(err)
	}
	f.takeEvents()
	for _, name := range []string{"Disable", "Delete", "SetScopes", "RevokeScope", "NewResetToken", "GrantScope"} {
		if err := calls[name](ctx, admin.ID); !errors.Is(err, ErrOwnAccount) {
			t.Errorf("%s of oneself: %v", name, err)
		}
	}
	f.wantEvents(t)
	for name, call := range calls {
		if name == "Delete" {
			continue
		}
		if err := errors.Join(call(ctx, u.ID), f.Enable(t.Context(), u.ID)); err != nil {
			t.Errorf("%s with the scope: %v", name, err)
		}
	}
	if err := calls["Delete"](ctx, u.ID); err != nil {
		t.Error(err)
	}
	if err := f.Disable(t.Context(), admin.ID); err != nil {
		t.Errorf("the operator disables an administrator: %v", err)
	}
}

func TestUsers(t *testing.T) {
	f := newFixture(t, Config{})
	for _, name := range []string{"ada@example.com", "Adele", "bob@example.com"} {
		f.signUp(t, name)
	}
	for _, c := range []struct {
		prefix, after string
		want          string
	}{
		{"", "", "ada@example.com Adele bob@example.com"},
		{" AD", "", "ada@example.com Adele"},
		{"ad", "ada@example.com", "Adele"},
		{"adx", "", ""},
		{"\xff", "", ""},
		{"", "\x00", ""},
	} {
		users, err := f.Users(t.Context(), c.prefix, c.after, 10)
		var got []string
		for _, u := range users {
			got = append(got, u.Username)
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("Users(%q, %q) = %q, %v; want %q", c.prefix, c.after, got, err, c.want)
		}
	}
}

func TestLocked(t *testing.T) {
	f := newFixture(t, Config{Throttle: Throttle{DelayFrom: 3, Stop: 3}})
	u := f.signUp(t, "ada@example.com")
	for i := range 4 {
		locked, err := f.Locked(t.Context(), u.ID)
		if err != nil || locked != (i == 3) {
			t.Errorf("after %d failures Locked = %v, %v", i, locked, err)
		}
		_ = f.try("ada@example.com", "wrong")
	}
	if err := f.Unlock(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	if locked, err := f.Locked(t.Context(), u.ID); err != nil || locked {
		t.Errorf("after Unlock: %v, %v", locked, err)
	}
}
