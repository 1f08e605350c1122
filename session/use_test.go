package session_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// TestUse: what may be used is used, and what has ended is neither let pass nor
// noted.
func TestUse(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	a := session.Access{SessionID: s.ID, TokenID: "jti"}
	w.clock.Advance(5 * time.Minute)
	if err := w.Use(t.Context(), a, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if got := w.storedSeen(s); got != 5*time.Minute {
		t.Errorf("stored %v, want 5m", got)
	}
	if err := w.End(t.Context(), s.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(5 * time.Minute)
	if err := w.Use(t.Context(), a, w.clock.Now()); !errors.Is(err, session.ErrEnded) {
		t.Errorf("an ended session: %v", err)
	}
	if got := w.storedSeen(s); got != 5*time.Minute {
		t.Errorf("an ended session was seen after %v", got)
	}
}

// TestUseOfNotedToken: a token that keeps when it was noted is written as often,
// and puts off the idle end as long, as one that does not.
func TestUseOfNotedToken(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout, c.AccessTTL = 4*time.Minute, 20*time.Second })
	s := w.start("u")
	a := session.Access{SessionID: s.ID, TokenID: "jti", Noted: new(session.Noted)}
	use := func() {
		t.Helper()
		if err := w.Use(t.Context(), a, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	writes := int64(0)
	for range 300 {
		w.clock.Advance(time.Second)
		writes += w.asked(use)
	}
	// Without the feed each use also asks twice whether token and session live.
	if want := int64(2*300 + 300/60); writes != want {
		t.Errorf("the store was asked %d times in 300 s, want %d", writes, want)
	}
	w.clock.Advance(-time.Minute) // set back: the token must not stay noted for a minute
	use()
	w.clock.Advance(2 * time.Minute)
	use()
	w.clock.Advance(4*time.Minute - time.Second)
	w.refreshed(s, 0, 1)
}

// TestUseOfNotedTokens: with two tokens of one session, each of which keeps when it
// was noted, the idle end is put off as exactly as without.
func TestUseOfNotedTokens(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout, c.AccessTTL = 4*time.Minute, 20*time.Second })
	s := w.start("u")
	one := session.Access{SessionID: s.ID, TokenID: "one", Noted: new(session.Noted)}
	two := session.Access{SessionID: s.ID, TokenID: "two", Noted: new(session.Noted)}
	for _, a := range []session.Access{one, two, two} {
		w.clock.Advance(900 * time.Millisecond)
		if err := w.Use(t.Context(), a, w.clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	w.clock.Advance(4*time.Minute - time.Second)
	w.refreshed(s, 0, 1)
}

// TestUseConcurrently: requests on many cores with one token note its use.
func TestUseConcurrently(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	w.poll()
	a := session.Access{SessionID: s.ID, TokenID: "jti", Noted: new(session.Noted)}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				w.clock.Advance(time.Millisecond)
				if err := w.Use(t.Context(), a, w.clock.Now()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	w.clock.Advance(time.Minute)
	if err := w.Use(t.Context(), a, w.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if got, want := w.storedSeen(s), time.Minute+8*500*time.Millisecond; got != want {
		t.Errorf("seen %v after the start, want %v", got, want)
	}
}

// TestUseAllocatesNothing: it runs on every request.
func TestUseAllocatesNothing(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	if err := w.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := session.Access{SessionID: s.ID, TokenID: "jti"}
	if n := testing.AllocsPerRun(100, func() { _ = w.Use(t.Context(), a, w.clock.Now()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// readOnly is a store on a disk that has become full: what is there can be read.
type readOnly struct {
	session.Store
	full bool
}

func (s *readOnly) Touch(ctx context.Context, seen map[string]time.Time) error {
	if s.full {
		return errors.New("disk full")
	}
	return s.Store.Touch(ctx, seen)
}

// TestUseThatCannotBeWritten: a request that may pass does not fail for it.
func TestUseThatCannotBeWritten(t *testing.T) {
	store := &readOnly{Store: memstore.New()}
	now := time.Date(2032, 1, 1, 0, 0, 0, 0, time.UTC)
	var log strings.Builder
	m, err := session.NewManager(session.Config{Store: store, Now: func() time.Time { return now },
		Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.Start(t.Context(), session.Start{Subject: "u"})
	if err != nil {
		t.Fatal(err)
	}
	now, store.full = now.Add(5*time.Minute), true
	if err := m.Use(t.Context(), session.Access{SessionID: s.ID}, now); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "disk full") {
		t.Errorf("the log says %q", log.String())
	}
}
