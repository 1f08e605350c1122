package accounttest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

const (
	goodPassword  = "lantern gravel mitten thicket"
	otherPassword = "orchid basalt tandem plywood"
)

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "db", "latchkey.db") }

// process opens the file at path and a Service on it, as one process does.
func process(t *testing.T, path string, change func(*account.Config)) (*account.Service, *sqlstore.Store) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	c := account.Config{
		Store: store,
		Hash:  account.HashParams{Memory: 64, Time: 1, Parallelism: 1, InsecureWeak: true},
		Queue: 200,
	}
	if change != nil {
		change(&c)
	}
	s, err := account.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s, store
}

func signUp(t *testing.T, s *account.Service, username string) *account.User {
	t.Helper()
	u, err := s.SignUp(t.Context(), account.SignUp{Username: username, Name: "Ada", Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func try(s *account.Service, username, password string) error {
	_, err := s.Authenticate(context.Background(), account.Credentials{Username: username, Password: password})
	return err
}

// start puts a session of the user into the store.
func start(t *testing.T, store session.Store, userID, id string) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	_, err := store.Create(t.Context(), &session.Session{
		ID: id, Subject: userID, Secret: make([]byte, 32), CreatedAt: now, SeenAt: now, AuthTime: now, ExpiresAt: now.Add(time.Hour),
	}, "", 0)
	if err != nil {
		t.Fatal(err)
	}
}

// reason says why a session ended; empty while it lives.
func reason(t *testing.T, store session.Store, id string) session.EndReason {
	t.Helper()
	s, err := store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return s.EndReason
}

// TestLife follows an account from its beginning to its end.
func TestLife(t *testing.T) {
	var ended []string
	s, store := process(t, newPath(t), func(c *account.Config) {
		c.OnSessionsEnded = func(ids ...string) { ended = append(ended, ids...) }
	})
	ctx := t.Context()
	u := signUp(t, s, "Ada@Example.org")
	if _, err := s.SignUp(ctx, account.SignUp{Username: "ADA@example.org", Password: goodPassword}); !errors.Is(err, account.ErrUsernameTaken) {
		t.Errorf("taken: %v", err)
	}
	if err := try(s, "ada@example.org", goodPassword); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"here", "phone", "tablet"} {
		start(t, store, u.ID, id)
	}
	if _, err := s.ChangePassword(ctx, u.ID, goodPassword, otherPassword, "here"); err != nil {
		t.Fatal(err)
	}
	slices.Sort(ended)
	if !slices.Equal(ended, []string{"phone", "tablet"}) {
		t.Errorf("told of %v", ended)
	}
	if reason(t, store, "here") != "" || reason(t, store, "phone") != session.EndedByPasswordChange {
		t.Error("the change of the password ended the wrong sessions")
	}
	if err := try(s, "ada@example.org", goodPassword); err != account.ErrInvalidCredentials {
		t.Errorf("old password: %v", err)
	}
	if err := s.Disable(ctx, u.ID); err != nil {
		t.Fatal(err)
	}
	if reason(t, store, "here") != session.EndedByDisable {
		t.Error("a session of a disabled user lives")
	}
	if err := try(s, "ada@example.org", otherPassword); err != account.ErrInvalidCredentials {
		t.Errorf("disabled: %v", err)
	}
	if err := s.Enable(ctx, u.ID); err != nil {
		t.Fatal(err)
	}
	if err := try(s, "ada@example.org", otherPassword); err != nil {
		t.Errorf("enabled: %v", err)
	}
	if err := s.Delete(ctx, u.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.User(ctx, u.ID); !errors.Is(err, account.ErrUserNotFound) {
		t.Errorf("deleted: %v", err)
	}
	signUp(t, s, "ada@example.org") // the name is free
}

// TestHostileNames: no name makes the database answer with an error.
func TestHostileNames(t *testing.T) {
	s, _ := process(t, newPath(t), nil)
	signUp(t, s, "ada")
	for _, name := range []string{"", "ada\x00", "\xff\xfe", "ada' OR '1'='1", "%", "a\nda", string(make([]byte, 100000))} {
		if err := try(s, name, goodPassword); err != account.ErrInvalidCredentials {
			t.Errorf("%.20q: %v", name, err)
		}
	}
}

// TestThrottleSurvivesRestart: closing the database and opening it again gives
// no further guesses.
func TestThrottleSurvivesRestart(t *testing.T) {
	path := newPath(t)
	now := time.Now()
	standing := func(c *account.Config) { c.Now = func() time.Time { return now } }
	s, store := process(t, path, standing)
	signUp(t, s, "ada")
	for range 5 {
		if err := try(s, "ada", otherPassword); err != account.ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = process(t, path, standing)
	if err := try(s, "ada", goodPassword); err != account.ErrInvalidCredentials {
		t.Errorf("after a restart: %v", err)
	}
	now = now.Add(time.Second)
	if err := try(s, "ada", goodPassword); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// TestParallelGuesses: 200 guesses at once, from two processes, get no further
// than the limit.
func TestParallelGuesses(t *testing.T) {
	path := newPath(t)
	now := time.Now()
	var looked, refused atomic.Int64
	watch := func(c *account.Config) {
		c.Now = func() time.Time { return now }
		c.Workers = 4
		c.OnEvent = func(_ context.Context, e account.Event) {
			switch e.Reason {
			case account.ReasonWrongPassword:
				looked.Add(1)
			case account.ReasonTooSoon:
				refused.Add(1)
			}
		}
	}
	one, _ := process(t, path, watch)
	two, _ := process(t, path, watch)
	signUp(t, one, "ada")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			s := []*account.Service{one, two}[i%2]
			if err := try(s, "ada", fmt.Sprintf("%s %d", otherPassword, i)); err != account.ErrInvalidCredentials {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if looked.Load() != 5 || refused.Load() != 195 {
		t.Errorf("%d guesses compared and %d refused, want 5 and 195", looked.Load(), refused.Load())
	}
}

// TestCountersCannotBeWritten: when an attempt cannot be counted the right
// password is not accepted either, and the answer is that nothing is known.
func TestCountersCannotBeWritten(t *testing.T) {
	path := newPath(t)
	s, _ := process(t, path, nil)
	signUp(t, s, "ada")
	writer, reader, err := sqlite.OpenDB(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	exec := func(statement string) {
		t.Helper()
		if _, err := writer.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TRIGGER fault BEFORE INSERT ON latchkey_attempts BEGIN SELECT RAISE(ABORT, 'fault'); END`)
	for _, name := range []string{"ada", "nobody"} {
		if err := try(s, name, goodPassword); err == nil || errors.Is(err, account.ErrInvalidCredentials) {
			t.Errorf("%s: %v", name, err)
		}
	}
	exec(`DROP TRIGGER fault`)
	if err := try(s, "ada", goodPassword); err != nil {
		t.Errorf("after the fault: %v", err)
	}
}

// TestPurge removes what the throttle has no use for from the database.
func TestPurge(t *testing.T) {
	now := time.Now()
	s, store := process(t, newPath(t), func(c *account.Config) { c.Now = func() time.Time { return now } })
	for i := range 20 {
		if err := try(s, fmt.Sprintf("nobody%d", i), goodPassword); err != account.ErrInvalidCredentials {
			t.Fatal(err)
		}
	}
	now = now.Add(24 * time.Hour)
	if err := s.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := store.PurgeAttempts(t.Context(), now, 1000); n != 0 || err != nil {
		t.Errorf("%d rows were left, %v", n, err)
	}
}

// TestPasswordChangedDuringSignIn: a session that a sign-in with the old password
// would begin after the change of the password does not begin.
func TestPasswordChangedDuringSignIn(t *testing.T) {
	s, store := process(t, newPath(t), nil)
	u := signUp(t, s, "ada")
	sessions, err := session.NewManager(session.Config{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	begin := func(u *account.User) error {
		_, err := sessions.Start(t.Context(), session.Start{Subject: u.ID, Basis: u.SignInBasis()})
		return err
	}
	old, err := s.Authenticate(t.Context(), account.Credentials{Username: "ada", Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := s.ChangePassword(t.Context(), u.ID, goodPassword, otherPassword, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := begin(old); !errors.Is(err, session.ErrBasisChanged) {
		t.Errorf("the old password: %v", err)
	}
	if err := begin(changed); err != nil {
		t.Errorf("the new password: %v", err)
	}
	fresh, err := s.Authenticate(t.Context(), account.Credentials{Username: "ada", Password: otherPassword})
	if err != nil {
		t.Fatal(err)
	}
	if err := begin(fresh); err != nil {
		t.Errorf("signed in with the new password: %v", err)
	}
}
