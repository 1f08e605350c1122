package account

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestFailuresAreAlike: whatever is the matter with an account, the answer and
// the amount of hashing are the same.
func TestFailuresAreAlike(t *testing.T) {
	weaker := HashParams{Memory: 48, Time: 1, Parallelism: 1, InsecureWeak: true}
	fewerPasses := HashParams{Memory: 64, Time: 3, Parallelism: 1, InsecureWeak: true}
	add := func(hash string) func(*testing.T, *fixture) {
		return func(t *testing.T, f *fixture) {
			if _, err := f.AddUser(t.Context(), NewUser{Username: "ada", PasswordHash: hash}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, tt := range map[string]struct {
		prepare  func(*testing.T, *fixture)
		password string
		reason   Reason
	}{
		"unknown name":    {prepare: nil, reason: ReasonUnknownUser},
		"wrong password":  {prepare: func(t *testing.T, f *fixture) { f.signUp(t, "ada") }, reason: ReasonWrongPassword},
		"empty password":  {prepare: func(t *testing.T, f *fixture) { f.signUp(t, "ada") }, password: " ", reason: ReasonWrongPassword},
		"no password":     {prepare: add(""), reason: ReasonNoPassword},
		"fewer passes":    {prepare: add(newArgon2(fewerPasses, goodPassword).String()), reason: ReasonWrongPassword},
		"weaker hash":     {prepare: add(newArgon2(weaker, goodPassword).String()), reason: ReasonWrongPassword},
		"longer key":      {prepare: add("$argon2id$v=19$m=64,t=4,p=1$c2FsdHNhbHRzYWx0c2FsdHNhbHQ$" + strings.Repeat("A", 86)), reason: ReasonWrongPassword},
		"unusable hash":   {prepare: func(t *testing.T, f *fixture) { f.store.users[f.signUp(t, "ada").ID].PasswordHash = "!" }, reason: ReasonUnusableHash},
		"disabled, right": {prepare: disabled, password: goodPassword, reason: ReasonDisabled},
		"disabled, wrong": {prepare: disabled, reason: ReasonDisabled},
		"too soon, right": {prepare: failing(5), password: goodPassword, reason: ReasonTooSoon},
		"too soon, wrong": {prepare: failing(5), reason: ReasonTooSoon},
		"locked, right":   {prepare: failing(100), password: goodPassword, reason: ReasonLocked},
		"locked, wrong":   {prepare: failing(100), reason: ReasonLocked},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, Config{})
			if tt.prepare != nil {
				tt.prepare(t, f)
			}
			f.takeCosts()
			f.takeEvents()
			password := tt.password
			if password == "" {
				password = otherPassword
			}
			u, err := f.Authenticate(t.Context(), Credentials{Username: "ada", Password: strings.TrimSpace(password)})
			if err != ErrInvalidCredentials || u != nil {
				t.Errorf("%v, %v", u, err)
			}
			if costs := f.takeCosts(); len(costs) != 1 || costs[0] != fastHash.work() {
				t.Errorf("hashing of %v, want one of %d", costs, fastHash.work())
			}
			f.wantEvents(t, "sign_in_failed "+string(tt.reason))
		})
	}
}

func disabled(t *testing.T, f *fixture) {
	if err := f.Disable(t.Context(), f.signUp(t, "ada").ID); err != nil {
		t.Fatal(err)
	}
}

// failing leaves an account after n failures in a row, each as early as it may
// be.
func failing(n int) func(*testing.T, *fixture) {
	return func(t *testing.T, f *fixture) {
		f.signUp(t, "ada")
		for i := range n {
			if i > 0 {
				f.clock.add(f.config.Throttle.delay(int64(i)))
			}
			if err := f.try("ada", otherPassword); err != ErrInvalidCredentials {
				t.Fatalf("failure %d: %v", i, err)
			}
		}
	}
}

func TestAuthenticate(t *testing.T) {
	f := newFixture(t, Config{})
	made := f.signUp(t, "Ada@Example.org")
	u, err := f.Authenticate(t.Context(), Credentials{Username: "ada@example.ORG ", Password: goodPassword})
	if err != nil || u.ID != made.ID {
		t.Fatalf("%v, %v", u, err)
	}
	if costs := f.takeCosts(); len(costs) != 1 {
		t.Errorf("hashing of %v, want one", costs)
	}
	e := f.wantEvents(t, "signed_in")[0]
	if e.UserID != made.ID || e.Username != "Ada@Example.org" {
		t.Errorf("event names %q, %q", e.UserID, e.Username)
	}
}

// TestNormalizedPassword: one password typed on two keyboards.
func TestNormalizedPassword(t *testing.T) {
	f := newFixture(t, Config{})
	composed, decomposed := "crème brûlée à la carte", "cre\u0300me bru\u0302le\u0301e a\u0300 la carte"
	if _, err := f.SignUp(t.Context(), SignUp{Username: "ada", Password: composed}); err != nil {
		t.Fatal(err)
	}
	if err := f.try("ada", decomposed); err != nil {
		t.Errorf("the same text in other code points: %v", err)
	}
	if err := f.try("ada", strings.ReplaceAll(composed, "è", "e")); err == nil {
		t.Error("another text is accepted")
	}
}

func TestTooLongPasswordIsNotHashed(t *testing.T) {
	f := newFixture(t, Config{})
	f.signUp(t, "ada")
	if err := f.try("ada", strings.Repeat("a", maxPasswordBytes+1)); err != ErrInvalidCredentials {
		t.Error(err)
	}
	if costs := f.takeCosts(); len(costs) != 0 {
		t.Errorf("hashing of %v", costs)
	}
	if len(f.store.attempts) != 0 {
		t.Error("counted as a guess")
	}
	f.wantEvents(t, "sign_in_failed password_too_long")
}

// TestUpgrade: every kind of hash is taken, replaced at the first sign-in, and
// left alone at the next.
func TestUpgrade(t *testing.T) {
	for _, tt := range recorded {
		t.Run(tt.by+" "+tt.algorithm, func(t *testing.T) {
			f := newFixture(t, Config{})
			u, err := f.AddUser(t.Context(), NewUser{Username: "ada", PasswordHash: tt.hash})
			if err != nil {
				t.Fatal(err)
			}
			f.wantEvents(t, "user_added")
			if err := f.try("ada", otherPassword); err != ErrInvalidCredentials {
				t.Errorf("wrong password: %v", err)
			}
			if got := f.store.users[u.ID].PasswordHash; got != tt.hash {
				t.Errorf("a wrong password changed the hash to %s", got)
			}
			f.takeEvents()
			f.clock.add(time.Hour)
			f.store.sessions[u.ID] = []string{"elsewhere"}
			if err := f.try("ada", recordedPassword); err != nil {
				t.Fatal(err)
			}
			f.wantEvents(t, "password_rehashed", "signed_in")
			if len(f.store.sessions[u.ID]) != 1 {
				t.Error("a rehash ended a session")
			}
			row := f.store.users[u.ID]
			if !strings.HasPrefix(row.PasswordHash, "$argon2id$v=19$m=64,t=4,p=1$") {
				t.Errorf("the hash is now %s", row.PasswordHash)
			}
			if !row.PasswordChangedAt.Equal(u.PasswordChangedAt) {
				t.Error("a rehash counts as a change of the password")
			}
			f.takeCosts()
			if err := f.try("ada", recordedPassword); err != nil {
				t.Errorf("after the upgrade: %v", err)
			}
			f.wantEvents(t, "signed_in")
			if costs := f.takeCosts(); len(costs) != 1 || costs[0] != fastHash.work() {
				t.Errorf("after the upgrade: hashing of %v", costs)
			}
		})
	}
}

// TestRaisedParameters: after a restart with higher parameters nothing about
// the hashing tells who exists, and hashes follow at sign-in.
func TestRaisedParameters(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	higher := HashParams{Memory: 100, Time: 7, Parallelism: 1, InsecureWeak: true}
	f.restart(t, func(c *Config) { c.Hash = higher })
	for _, name := range []string{"ada", "nobody-here"} {
		if err := f.try(name, otherPassword); err != ErrInvalidCredentials {
			t.Errorf("%s: %v", name, err)
		}
		costs := f.takeCosts()
		// What is made up is a whole number of passes; the rest is below one.
		if len(costs) != 1 || costs[0] > higher.work() || costs[0] <= higher.work()-int64(higher.Time) {
			t.Errorf("%s: hashing of %v, want one of %d", name, costs, higher.work())
		}
	}
	if err := f.try("ada", goodPassword); err != nil {
		t.Fatal(err)
	}
	if got := f.store.users[u.ID].PasswordHash; !strings.HasPrefix(got, "$argon2id$v=19$m=100,t=7,p=1$") {
		t.Errorf("the hash is still %s", got)
	}
}

// TestStoreErrors: a store that cannot answer is neither a yes nor a no.
func TestStoreErrors(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	f.store.err = errors.New("disk on fire")
	ctx := t.Context()
	for name, err := range map[string]error{
		"Authenticate":   f.try("ada", goodPassword),
		"CheckPassword":  f.CheckPassword(ctx, u.ID, goodPassword),
		"ChangePassword": f.ChangePassword(ctx, u.ID, goodPassword, otherPassword, ""),
		"SetPassword":    f.SetPassword(ctx, u.ID, otherPassword),
		"Disable":        f.Disable(ctx, u.ID),
		"Enable":         f.Enable(ctx, u.ID),
		"Delete":         f.Delete(ctx, u.ID),
		"Unlock":         f.Unlock(ctx, u.ID),
		"Purge":          f.Purge(ctx),
	} {
		if !errors.Is(err, f.store.err) || errors.Is(err, ErrInvalidCredentials) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.wantEvents(t)
}

// TestDecideReadsTheUserInItsPlace: a person who is disabled while their attempt
// waits in the queue does not get in.
func TestDecideReadsTheUserInItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Config{Workers: 1})
		u := f.signUp(t, "ada")
		release, err := f.workers.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- f.try("ada", goodPassword) }()
		synctest.Wait()
		if err := f.Disable(t.Context(), u.ID); err != nil {
			t.Fatal(err)
		}
		release()
		if err := <-done; err != ErrInvalidCredentials {
			t.Errorf("disabled while waiting: %v", err)
		}
	})
}
