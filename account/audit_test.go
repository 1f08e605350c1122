package account

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func newAudit(t *testing.T, c AuditConfig) *AuditLog {
	t.Helper()
	c.Logger = slog.New(slog.DiscardHandler)
	l, err := NewAuditLog(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// kinds are what the store has, the oldest first, as "kind" or "kind reason".
func (m *memory) kinds() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, r := range m.audit {
		all = append(all, strings.TrimSpace(r.Kind+" "+r.Reason))
	}
	return all
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

func wantKinds(t *testing.T, m *memory, want ...string) {
	t.Helper()
	if got := m.kinds(); !slices.Equal(got, want) {
		t.Errorf("the trail has\n%q, want\n%q", got, want)
	}
}

func TestNewAuditLogReportsAllMistakes(t *testing.T) {
	_, err := NewAuditLog(AuditConfig{Retention: -1, Waiting: -1})
	for _, want := range []string{"Store", "Retention", "Waiting"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

// TestServiceAudits: whatever happens to an account is in the trail once, with
// who, from where and by whom.
func TestServiceAudits(t *testing.T) {
	f := newFixture(t, Config{})
	f.restart(t, func(c *Config) { c.Audit = newAudit(t, AuditConfig{Store: f.store}) })
	client := session.Client{Address: "192.0.2.1", UserAgent: "Firefox\x00" + strings.Repeat("x", 300)}
	ctx := WithActor(WithClient(t.Context(), client), "admin-7")
	u, err := f.SignUp(ctx, SignUp{Username: "ada", Password: goodPassword, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	f.try("ada", goodPassword)
	f.try("ada", otherPassword)
	for _, err := range []error{
		f.ChangePassword(ctx, u.ID, goodPassword, otherPassword, ""),
		f.SetPassword(ctx, u.ID, goodPassword), f.Unlock(ctx, u.ID), f.Disable(ctx, u.ID), f.Disable(ctx, u.ID),
		f.Enable(ctx, u.ID), f.Enable(ctx, u.ID), f.Delete(ctx, u.ID),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.AddUser(ctx, NewUser{Username: "bob"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.SignUp(ctx, SignUp{Username: "bob", Password: goodPassword}); err != ErrUsernameTaken {
		t.Fatal(err)
	}
	want := []string{
		"signed_up", "signed_in", "sign_in_failed wrong_password", "password_confirmed", "password_changed", "password_set",
		"unlocked", "user_disabled", "user_enabled", "user_deleted", "user_added", "sign_up_refused username_taken",
	}
	wantKinds(t, f.store, want...)
	f.wantEvents(t, want...)
	for _, r := range f.store.audit {
		if r.Kind == "user_disabled" && (r.UserID != u.ID || r.Username != "ada" || r.Actor != "admin-7" ||
			r.Client.Address != "192.0.2.1" || len(r.Client.UserAgent) > 256 || strings.Contains(r.Client.UserAgent, "\x00") || !r.At.Equal(f.clock.Now())) {
			t.Errorf("%+v", r)
		}
	}
}

// TestFailedChangeIsNotAudited, for it did not happen.
func TestFailedChangeIsNotAudited(t *testing.T) {
	f := newFixture(t, Config{})
	u := f.signUp(t, "ada")
	f.restart(t, func(c *Config) {
		c.Store = raced{f.store}
		c.Audit = newAudit(t, AuditConfig{Store: f.store})
	})
	if err := f.SetPassword(t.Context(), u.ID, otherPassword); err != ErrUserChanged {
		t.Fatal(err)
	}
	wantKinds(t, f.store)
}

func TestSessionEventsAreAudited(t *testing.T) {
	store := newMemory()
	l := newAudit(t, AuditConfig{Store: store})
	l.Session(t.Context(), session.Event{Kind: session.EventEnded, Reason: session.EndedByReuse, SessionID: "s", Subject: "u", At: newClock().Now()})
	l.Session(t.Context(), session.Event{Kind: session.EventTokenRevoked, TokenID: "jti"})
	wantKinds(t, store, "session_ended reuse", "session_token_revoked")
	if r := store.audit[0]; r.SessionID != "s" || r.UserID != "u" {
		t.Errorf("%+v", r)
	}
	if r := store.audit[1]; r.SessionID != "jti" {
		t.Errorf("%+v", r)
	}
}

// TestAuditWaits: with Run at work, what has weight is there at once, and the
// rest within a quarter of a second.
func TestAuditWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newMemory()
		l := newAudit(t, AuditConfig{Store: store})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := l.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if err := l.Run(ctx); err == nil {
			t.Error("Run ran twice")
		}
		l.account(ctx, Event{Kind: EventSignInFailed})
		l.account(ctx, Event{Kind: EventSignInFailed})
		wantKinds(t, store)
		if s := l.Status(); s.Waiting != 2 || s.Lost != 0 {
			t.Errorf("%+v", s)
		}
		l.account(ctx, Event{Kind: EventSignedIn})
		wantKinds(t, store, "sign_in_failed", "sign_in_failed", "signed_in")
		l.account(ctx, Event{Kind: EventRehashed})
		time.Sleep(250 * time.Millisecond)
		synctest.Wait()
		wantKinds(t, store, "sign_in_failed", "sign_in_failed", "signed_in", "password_rehashed")
		l.account(WithActor(ctx, "cli"), Event{Kind: EventResetRequested}) // what is done to others has weight
		wantKinds(t, store, "sign_in_failed", "sign_in_failed", "signed_in", "password_rehashed", "password_reset_requested")
		l.account(ctx, Event{Kind: EventConfirmed})
		cancel()
		wg.Wait()
		wantKinds(t, store, "sign_in_failed", "sign_in_failed", "signed_in", "password_rehashed", "password_reset_requested", "password_confirmed")
		l.account(ctx, Event{Kind: EventConfirmed}) // nobody else would write it now
		if n := len(store.kinds()); n != 7 {
			t.Errorf("%d records", n)
		}
	})
}

// TestAuditSurvivesAnOutage: nothing is lost while there is room, and what has
// weight is the last to go.
func TestAuditSurvivesAnOutage(t *testing.T) {
	store := newMemory()
	l := newAudit(t, AuditConfig{Store: store, Waiting: 4})
	down := errors.New("down")
	store.fail(down)
	for i, kind := range []string{"a", "b"} {
		if err := l.Record(t.Context(), AuditRecord{Kind: kind}); !errors.Is(err, down) {
			t.Errorf("record %d: %v", i, err)
		}
	}
	for range 2 {
		l.account(t.Context(), Event{Kind: EventSignInFailed})
	}
	if s := l.Status(); s.Waiting != 4 || s.Lost != 0 {
		t.Fatalf("%+v", s)
	}
	_ = l.Record(t.Context(), AuditRecord{Kind: "c"})
	if s := l.Status(); s.Waiting != 4 || s.Lost != 1 {
		t.Fatalf("%+v", s)
	}
	store.fail(nil)
	if err := l.Record(t.Context(), AuditRecord{Kind: "d"}); err != nil {
		t.Fatal(err)
	}
	wantKinds(t, store, "a", "b", "sign_in_failed", "c", "d")
	if s := l.Status(); s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
	store.fail(down)
	for range 9 {
		_ = l.Record(t.Context(), AuditRecord{Kind: "e"})
	}
	if s := l.Status(); s.Waiting != 4 || s.Lost != 6 {
		t.Errorf("%+v", s)
	}
}

// slow is a store that counts transactions, each of which takes a while.
type slow struct {
	*memory
	calls chan int
}

func (s slow) AppendAudit(ctx context.Context, records []AuditRecord) error {
	s.calls <- len(records)
	time.Sleep(time.Millisecond)
	return s.memory.AppendAudit(ctx, records)
}

// TestAuditSharesTransactions: who comes while another writes joins the next one.
func TestAuditSharesTransactions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := slow{newMemory(), make(chan int, 100)}
		l := newAudit(t, AuditConfig{Store: store})
		for range 50 {
			go func() {
				if err := l.Record(context.Background(), AuditRecord{Kind: "x"}); err != nil {
					t.Error(err)
				}
			}()
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(store.kinds()); n != 50 || len(store.calls) > 3 {
			t.Errorf("%d records in %d transactions", n, len(store.calls))
		}
	})
}

func TestAuditRetention(t *testing.T) {
	store, clock := newMemory(), newClock()
	l := newAudit(t, AuditConfig{Store: store, Now: clock.Now, Retention: time.Hour})
	for _, kind := range []string{"old", "young"} {
		if err := l.Record(t.Context(), AuditRecord{Kind: kind}); err != nil {
			t.Fatal(err)
		}
		clock.add(time.Hour)
	}
	if err := l.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantKinds(t, store, "young")
	if _, err := l.Query(t.Context(), AuditQuery{Limit: -1}); err == nil {
		t.Error("a negative limit is accepted")
	}
	store.fail(errors.New("down"))
	if got, err := l.Query(t.Context(), AuditQuery{}); err == nil || got != nil {
		t.Errorf("a store that is down answered %v, %v", got, err)
	}
}
