package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func (w *world) poll() {
	w.t.Helper()
	if err := w.Poll(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// asked counts the calls to the store that f makes.
func (w *world) asked(f func()) int64 {
	before := w.store.calls.Load()
	f()
	return w.store.calls.Load() - before
}

func TestCheckAnswersFromMemory(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s := w.start("u")
	check := func() {
		if err := w.Check(ctx, access(s, "jti")); err != nil {
			t.Errorf("Check: %v", err)
		}
	}
	if n := w.asked(check); n == 0 {
		t.Error("Check did not ask the store before the first poll")
	}
	w.poll()
	for _, c := range []struct {
		advance time.Duration
		asks    bool
	}{
		{0, false}, {time.Second - 1, false}, {1, true}, {time.Hour, true},
		{-time.Hour - time.Second, false}, // back at the poll
		{-1, true},                        // before it: the clock cannot be trusted
	} {
		w.clock.Advance(c.advance)
		if asks := w.asked(check) > 0; asks != c.asks {
			t.Errorf("after %v Check asked: %v, want %v", c.advance, asks, c.asks)
		}
	}
}

func TestCheckAllocatesNothing(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s := w.start("u")
	if err := w.RevokeToken(ctx, "another"); err != nil { // so that the sets are looked into
		t.Fatal(err)
	}
	w.poll()
	a := access(s, "jti")
	if n := testing.AllocsPerRun(100, func() {
		if err := w.Check(ctx, a); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("Check allocates %v times", n)
	}
}

// TestCheckWithStoreDown: known to be dead is dead; anything else is not known.
func TestCheckWithStoreDown(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s, dead := w.start("u"), w.start("u")
	if err := w.End(ctx, dead.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	w.store.shut.Store(true)
	err := w.Check(ctx, access(s, "jti"))
	if !errors.Is(err, session.ErrUnavailable) || !errors.Is(err, errShut) {
		t.Errorf("Check with the store down: %v", err)
	}
	if errors.Is(err, session.ErrEnded) || errors.Is(err, session.ErrRevoked) {
		t.Errorf("an outage reads as an end: %v", err)
	}
	wantReason(t, w.Check(ctx, access(dead, "jti")), "")

	w.store.shut.Store(false)
	w.poll()
	w.store.shut.Store(true)
	if err := w.Check(ctx, access(s, "jti")); err != nil {
		t.Errorf("Check within a second of a good poll: %v", err)
	}
	if err := w.Poll(ctx); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Poll with the store down: %v", err)
	}
	w.clock.Advance(time.Second)
	if err := w.Check(ctx, access(s, "jti")); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Check a second after the last good poll: %v", err)
	}
}

// TestCheckByStore: what the store says when the feed is not fresh.
func TestCheckByStore(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout = time.Hour })
	other := joinWorld(t, w.store.Store, w.clock, nil)
	s, ended, epoch := w.start("u"), w.start("u"), w.start("u")
	if err := other.End(ctx, ended.ID, session.EndedByAdmin); err != nil {
		t.Fatal(err)
	}
	if err := other.RevokeToken(ctx, "revoked"); err != nil {
		t.Fatal(err)
	}
	if err := w.Check(ctx, access(s, "jti")); err != nil {
		t.Errorf("live: %v", err)
	}
	if err := w.Check(ctx, access(s, "revoked")); !errors.Is(err, session.ErrRevoked) {
		t.Errorf("revoked: %v", err)
	}
	wantReason(t, w.Check(ctx, access(ended, "jti")), session.EndedByAdmin)
	wantReason(t, w.Check(ctx, session.Access{SessionID: "unknown"}), "")
	if err := w.Check(ctx, session.Access{TokenID: "alone"}); err != nil {
		t.Errorf("token without a session: %v", err)
	}
	w.clock.Advance(time.Hour)
	wantReason(t, w.Check(ctx, access(s, "jti")), session.EndedByIdle)
	if err := other.EndAll(ctx); err != nil {
		t.Fatal(err)
	}
	wantReason(t, w.Check(ctx, access(epoch, "jti")), session.EndedByEpoch)
	wantReason(t, w.Check(ctx, session.Access{TokenID: "alone"}), session.EndedByEpoch)
	late := w.start("u")
	wantReason(t, w.Check(ctx, session.Access{SessionID: late.ID, Epoch: late.Epoch - 1}), session.EndedByEpoch)
	if err := w.Check(ctx, access(late, "jti")); err != nil {
		t.Errorf("session of the new epoch: %v", err)
	}
}

// TestEndsSeenAtOnce: every way to end, seen in this process without a poll and
// by another with one.
func TestEndsSeenAtOnce(t *testing.T) {
	type ends func(w *world, s *session.Session) error
	for _, c := range []struct {
		name string
		end  ends
	}{
		{"End", func(w *world, s *session.Session) error { return w.End(w.t.Context(), s.ID, session.EndedBySignOut) }},
		{"EndOwn", func(w *world, s *session.Session) error {
			ok, err := w.EndOwn(w.t.Context(), "u", s.ID)
			if !ok {
				w.t.Error("EndOwn found nothing")
			}
			return err
		}},
		{"EndOthers", func(w *world, s *session.Session) error {
			n, err := w.EndOthers(w.t.Context(), "u", "current")
			if n != 1 {
				w.t.Errorf("EndOthers ended %d", n)
			}
			return err
		}},
		{"EndSubject", func(w *world, s *session.Session) error {
			n, err := w.EndSubject(w.t.Context(), "u", session.EndedByAdmin)
			if n != 1 {
				w.t.Errorf("EndSubject ended %d", n)
			}
			return err
		}},
		{"EndAll", func(w *world, s *session.Session) error { return w.EndAll(w.t.Context()) }},
		{"RevokeToken", func(w *world, s *session.Session) error { return w.RevokeToken(w.t.Context(), "jti") }},
		{"replaced", func(w *world, s *session.Session) error {
			_, err := w.Start(w.t.Context(), session.Start{Subject: "v", Replaces: s.ID})
			return err
		}},
		{"limit", func(w *world, s *session.Session) error {
			_, err := w.Start(w.t.Context(), session.Start{Subject: "u"})
			return err
		}},
		{"Ended", func(w *world, s *session.Session) error {
			ids, err := w.store.End(w.t.Context(), session.Ending{Subject: "u", Reason: session.EndedByPasswordChange, At: w.clock.Now()})
			w.Ended(ids...)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			limit := func(c *session.Config) { c.Limit = 1 }
			here := newWorld(t, limit)
			there := joinWorld(t, here.store.Store, here.clock, limit)
			s := here.start("u")
			here.poll()
			there.poll()
			if err := c.end(here, s); err != nil {
				t.Fatal(err)
			}
			dead := func(w *world, where string) {
				t.Helper()
				err := w.Check(t.Context(), access(s, "jti"))
				if !errors.Is(err, session.ErrEnded) && !errors.Is(err, session.ErrRevoked) {
					t.Errorf("%s: %v", where, err)
				}
			}
			dead(here, "in this process")
			here.poll()
			dead(here, "in this process after a poll")
			// The promise to other processes: with the next poll, or after a
			// second without one.
			if err := there.Check(t.Context(), access(s, "jti")); err != nil {
				t.Errorf("the other process knew before it could: %v", err)
			}
			there.clock.Advance(time.Second)
			dead(there, "in the other process after a second")
			there.poll()
			dead(there, "in the other process after a poll")
			if n := there.asked(func() { dead(there, "from memory") }); n != 0 {
				t.Errorf("the other process asked the store %d times", n)
			}
		})
	}
}

func TestAfterEnd(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	other := joinWorld(t, w.store.Store, w.clock, nil)
	w.poll()
	ended := map[string]int{}
	watch := func(name string, a session.Access) (stop func()) {
		return w.AfterEnd(a, func() { ended[name]++ })
	}
	want := func(what string, names ...string) {
		t.Helper()
		for _, name := range names {
			if ended[name] != 1 {
				t.Errorf("%s: %q called %d times", what, name, ended[name])
			}
			delete(ended, name)
		}
		if len(ended) != 0 {
			t.Errorf("%s: called too: %v", what, ended)
		}
		clear(ended)
	}
	a, b, c := w.start("u"), w.start("u"), w.start("u")
	watch("a1", access(a, "1"))
	watch("a2", access(a, "2"))
	watch("b", access(b, "3"))
	watch("c", access(c, "4"))
	watch("lone", session.Access{TokenID: "5"})
	stopped := watch("stopped", access(a, "6"))
	stopped()
	stopped()
	want("before anything")

	if err := w.End(ctx, a.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	want("a session's end", "a1", "a2")
	watch("late", access(a, "7"))
	want("after the end", "late")
	if err := other.RevokeToken(ctx, "3"); err != nil {
		t.Fatal(err)
	}
	want("unknown to this process")
	w.poll()
	want("a poll", "b")
	if err := other.EndAll(ctx); err != nil {
		t.Fatal(err)
	}
	fresh := other.start("u")
	watch("fresh", access(fresh, "8"))
	w.poll()
	want("an epoch", "c", "lone")
	w.poll()
	// A callback may call back.
	stop := func() {}
	stop = w.AfterEnd(access(fresh, "9"), func() {
		stop()
		ended["inner"]++
		_ = w.Check(ctx, access(fresh, "9"))
	})
	if err := w.EndAll(ctx); err != nil {
		t.Fatal(err)
	}
	want("an epoch of this process", "fresh", "inner")
}
