package session_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// TestFeedReset: the store is another one than before, or the same at an
// earlier time.
func TestFeedReset(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*session.Feed)
		reset  bool
	}{
		{"same", func(*session.Feed) {}, false},
		{"another incarnation", func(f *session.Feed) { f.Incarnation = "restored" }, true},
		{"smaller number", func(f *session.Feed) { f.Last = 1 }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx := t.Context()
			w := newWorld(t, nil)
			other := joinWorld(t, w.store.Store, w.clock, nil)
			early, late, live := w.start("u"), w.start("u"), w.start("u")
			for _, s := range []*session.Session{early, late} {
				if err := other.End(ctx, s.ID, session.EndedBySignOut); err != nil {
					t.Fatal(err)
				}
			}
			w.poll()
			before := w.Status()
			// A store that was set back: entries this process never saw have
			// numbers below those it has seen.
			w.store.onFeed = func(f *session.Feed) {
				c.change(f)
				if c.reset {
					f.Revoked = append(f.Revoked, session.Revocation{Number: 1, SessionID: live.ID})
				}
			}
			w.poll()
			wantReason(t, w.Check(ctx, access(early, "")), "")
			wantReason(t, w.Check(ctx, access(late, "")), "")
			if err := w.Check(ctx, access(live, "")); errors.Is(err, session.ErrEnded) != c.reset {
				t.Errorf("entry of the restored store: %v", err)
			}
			var resets int
			for _, e := range w.events.take() {
				if e.Kind == session.EventFeedReset {
					resets++
				}
			}
			if (resets == 1) != c.reset {
				t.Errorf("%d resets, want %v", resets, c.reset)
			}
			if c.name == "smaller number" && w.Status().Last >= before.Last {
				t.Errorf("last number %d, was %d", w.Status().Last, before.Last)
			}
		})
	}
}

// TestFeedResetLowersEpoch: a restored store's epoch is believed even if it is
// lower, or nobody could sign in in this process.
func TestFeedResetLowersEpoch(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	for range 3 {
		if err := w.EndAll(ctx); err != nil {
			t.Fatal(err)
		}
	}
	w.poll()
	w.store.Store = memstore.New() // as good as restored
	s := w.start("u")
	wantReason(t, w.Check(ctx, access(s, "")), session.EndedByEpoch) // not known yet
	w.poll()
	if err := w.Check(ctx, access(s, "")); err != nil {
		t.Errorf("a session of the restored store: %v", err)
	}
	if f, err := w.store.Feed(ctx, 0); err != nil || f.Keep != 16*time.Minute {
		t.Errorf("the restored store keeps revocations for %v (%v)", f.Keep, err)
	}
}

// TestFeedResetReadsAll: of another store what was revoked under numbers that
// were passed in the store of before counts too.
func TestFeedResetReadsAll(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	for range 3 {
		if err := w.End(ctx, w.start("u").ID, session.EndedBySignOut); err != nil {
			t.Fatal(err)
		}
	}
	w.poll()
	w.store.Store = memstore.New()
	other := joinWorld(t, w.store.Store, w.clock, nil)
	dead := other.start("u")
	if err := other.End(ctx, dead.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	w.poll()
	w.store.shut.Store(true) // it has to know by itself
	wantReason(t, w.Check(ctx, access(dead, "")), "")
}

// TestFeedRemembersForOthers: an access token that another process issued for
// longer than this one would is refused here to its end.
func TestFeedRemembersForOthers(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	longer := joinWorld(t, w.store.Store, w.clock, func(c *session.Config) { c.AccessTTL = time.Hour })
	s := longer.start("u")
	if err := longer.End(ctx, s.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	for range 59 {
		w.poll()
		w.clock.Advance(time.Minute)
		// Every revocation may make this process forget older ones.
		if err := w.RevokeToken(ctx, session.NewID()); err != nil {
			t.Fatal(err)
		}
	}
	w.poll()
	if !w.Status().Fresh {
		t.Fatal("it would ask the store")
	}
	wantReason(t, w.Check(ctx, access(s, "")), "")
}

func TestFeedStatus(t *testing.T) {
	w := newWorld(t, nil)
	if s := w.Status(); s.Fresh || s.Running || s.Age != 0 || s.Err != nil || s.Entries != 0 {
		t.Errorf("before the first poll: %+v", s)
	}
	for _, c := range []struct {
		skew   time.Duration
		skewed bool
	}{{0, false}, {2 * time.Second, false}, {-2 * time.Second, false}, {2*time.Second + 1, true}, {-time.Hour, true}} {
		w.store.onFeed = func(f *session.Feed) { f.Now = w.clock.Now().Add(c.skew) }
		w.poll()
		if s := w.Status(); s.Skew != c.skew || s.Skewed != c.skewed || !s.Fresh {
			t.Errorf("skew %v: %+v", c.skew, s)
		}
	}
	s := w.start("u")
	if err := errors.Join(w.End(t.Context(), s.ID, session.EndedBySignOut), w.RevokeToken(t.Context(), "jti"), w.EndAll(t.Context())); err != nil {
		t.Fatal(err)
	}
	w.poll()
	w.clock.Advance(700 * time.Millisecond)
	if s := w.Status(); s.Age != 700*time.Millisecond || !s.Fresh || s.Last != 2 || s.Epoch != 1 || s.Entries != 2 {
		t.Errorf("after a poll: %+v", s)
	}
	w.store.shut.Store(true)
	if err := w.Poll(t.Context()); err == nil {
		t.Fatal("Poll succeeded")
	}
	w.clock.Advance(time.Second)
	if s := w.Status(); s.Fresh || !errors.Is(s.Err, session.ErrUnavailable) || s.Age != 1700*time.Millisecond {
		t.Errorf("after a failed poll: %+v", s)
	}
}

// TestFeedMemory: what is kept in memory is bounded by what was revoked in one
// token lifetime, with or without polls.
func TestFeedMemory(t *testing.T) {
	ctx := t.Context()
	for _, poll := range []bool{false, true} {
		w := newWorld(t, nil)
		for i := range 100 {
			if err := w.RevokeToken(ctx, fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
			if poll {
				w.poll()
			}
			w.clock.Advance(time.Minute)
		}
		if n := w.Status().Entries; n < 16 || n > 18 {
			t.Errorf("poll %v: %d entries after 100 minutes at one a minute, want those of 16 minutes", poll, n)
		}
	}
}

// TestRun: in a second of another process's sign-out the session is dead here,
// from memory; what was seen is written, and what is over goes.
func TestRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New()
		here, there := runWorld(t, store), runWorld(t, store)
		ctx, cancel := context.WithCancel(t.Context())
		running := make(chan error)
		go func() { running <- here.Run(ctx) }()
		synctest.Wait()
		if !here.Status().Fresh || !here.Status().Running {
			t.Fatalf("status %+v", here.Status())
		}
		if err := here.Run(ctx); err == nil {
			t.Error("Run ran twice")
		}

		s := here.start("u")
		if err := there.End(ctx, s.ID, session.EndedBySignOut); err != nil {
			t.Fatal(err)
		}
		time.Sleep(250 * time.Millisecond)
		synctest.Wait()
		if n := here.asked(func() { wantReason(t, here.Check(ctx, access(s, "")), "") }); n != 0 {
			t.Errorf("Check asked the store")
		}

		// An outage, and its end.
		live := here.start("u")
		here.store.shut.Store(true)
		time.Sleep(2 * time.Second)
		if err := here.Check(ctx, access(live, "")); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("Check in an outage: %v", err)
		}
		here.store.shut.Store(false)
		time.Sleep(250 * time.Millisecond)
		synctest.Wait()
		if n := here.asked(func() {
			if err := here.Check(ctx, access(live, "")); err != nil {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("Check asks the store after the outage")
		}

		time.Sleep(20 * time.Minute)
		if _, err := store.Get(ctx, s.ID); !errors.Is(err, session.ErrNotFound) {
			t.Errorf("an ended session is not purged: %v", err)
		}

		// The last use is written when Run ends, though it would not be due yet.
		for range 2 {
			time.Sleep(30 * time.Second)
			if err := here.Seen(ctx, live.ID); err != nil {
				t.Fatal(err)
			}
		}
		used := time.Now()
		cancel()
		if err := <-running; err != nil {
			t.Errorf("Run: %v", err)
		}
		if row, err := store.Get(t.Context(), live.ID); err != nil || !row.SeenAt.Equal(used) {
			t.Errorf("seen at %v (%v), want %v", row.SeenAt, err, used)
		}
		if here.Status().Running {
			t.Error("still running")
		}
	})
}

// runWorld is a process on the clock of the synctest bubble.
func runWorld(t *testing.T, store session.Store) *world {
	return joinWorld(t, store, newClock(), func(c *session.Config) { c.Now = time.Now })
}

// TestPurgeNeedsTheRightClock: a wrong clock must not remove what is live.
func TestPurgeNeedsTheRightClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New()
		right, wrong := runWorld(t, store), joinWorld(t, store, newClock(), func(c *session.Config) {
			c.Now = func() time.Time { return time.Now().AddDate(1, 0, 0) }
		})
		s := right.start("u")
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- wrong.Run(ctx) }()
		time.Sleep(10 * time.Minute)
		if _, err := store.Get(ctx, s.ID); err != nil {
			t.Errorf("purged by a clock that is a year ahead: %v", err)
		}
		if !wrong.Status().Skewed {
			t.Errorf("status %+v", wrong.Status())
		}
		cancel()
		<-done
	})
}

// TestEndAllDuringPoll: the poll had read the old epoch before this process
// raised it, and must not lower it again.
func TestEndAllDuringPoll(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s := w.start("u")
	w.poll()
	w.store.onFeed = func(*session.Feed) {
		w.store.onFeed = nil
		if err := w.EndAll(ctx); err != nil {
			t.Error(err)
		}
	}
	w.poll()
	wantReason(t, w.Check(ctx, access(s, "")), session.EndedByEpoch)
}

// TestEndDuringPoll: the same of one session.
func TestEndDuringPoll(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s := w.start("u")
	w.store.onFeed = func(*session.Feed) {
		w.store.onFeed = nil
		if err := w.End(ctx, s.ID, session.EndedBySignOut); err != nil {
			t.Error(err)
		}
	}
	w.poll()
	wantReason(t, w.Check(ctx, access(s, "")), "")
}
