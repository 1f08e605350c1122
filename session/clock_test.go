package session_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/latchkey-go/latchkey/session"
)

// How clocks, of which a machine has two, bear on what a process may believe.

// TestFreshFromTheStartOfAPoll: what was revoked while the store was slow to
// answer may not be in the answer, so the second runs from the question.
func TestFreshFromTheStartOfAPoll(t *testing.T) {
	w := newWorld(t, nil)
	w.store.onFeed = func(*session.Feed) { w.clock.Advance(600 * time.Millisecond) }
	w.poll()
	if s := w.Status(); s.Age != 600*time.Millisecond || !s.Fresh {
		t.Errorf("after a poll of 600 ms: %+v", s)
	}
	w.clock.Advance(399 * time.Millisecond)
	if s := w.Status(); !s.Fresh {
		t.Errorf("999 ms after it began: %+v", s)
	}
	w.clock.Advance(time.Millisecond)
	if s := w.Status(); s.Fresh {
		t.Errorf("a second after it began: %+v", s)
	}
}

// TestFreshOnAMachineThatSlept: the monotonic clock may stand still while a
// machine sleeps, and the wall clock may be set. The list is trusted for a second
// by both, and by neither once they say that it is yet to be read.
func TestFreshOnAMachineThatSlept(t *testing.T) {
	began := time.Now()
	now := began
	w := newWorld(t, func(c *session.Config) { c.Now = func() time.Time { return now } })
	w.poll()
	for _, c := range []struct {
		name            string
		monotonic, wall time.Duration
		fresh           bool
	}{
		{"a moment later", 0, 0, true},
		{"both clocks run", 999 * time.Millisecond, 999 * time.Millisecond, true},
		{"it slept", 10 * time.Millisecond, time.Hour, false},
		{"the wall clock was set back", time.Second, -time.Hour, false},
		{"the wall clock was set back just now", time.Millisecond, -time.Hour, true},
	} {
		now = setWall(began.Add(c.monotonic), c.wall-c.monotonic)
		if s := w.Status(); s.Fresh != c.fresh {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
	now = began.Round(0).Add(-time.Hour)
	if s := w.Status(); s.Fresh {
		t.Errorf("before the poll by the only clock there is: %+v", s)
	}
}

// TestFreshFarFromThePoll: differences of times do not fit into 64 bits of
// nanoseconds for ever, and after twice the longest they begin anew.
func TestFreshFarFromThePoll(t *testing.T) {
	now := start
	w := newWorld(t, func(c *session.Config) { c.Now = func() time.Time { return now } })
	w.poll()
	for _, longest := range []time.Duration{math.MaxInt64, math.MinInt64} {
		far := start
		for times := range 3 {
			far = far.Add(longest)
			for _, near := range []time.Duration{0, 2, 500 * time.Millisecond} {
				now = far.Add(near)
				if s := w.Status(); s.Fresh {
					t.Errorf("%d times %v and %v from the poll: %+v", times+1, longest, near, s)
				}
			}
		}
	}
}

// TestStepsForgetNothing: a wall clock that was wrong for a moment has not made
// this process forget what was revoked.
func TestStepsForgetNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		now := began
		w := newWorld(t, func(c *session.Config) { c.Now = func() time.Time { return now } })
		s := w.start("u")
		if err := w.End(t.Context(), s.ID, session.EndedBySignOut); err != nil {
			t.Fatal(err)
		}
		now = setWall(began.Add(time.Second), time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		synctest.Wait() // it has swept once
		cancel()
		<-done
		now = began.Add(time.Second + time.Millisecond)
		w.store.shut.Store(true) // it has to know by itself
		wantReason(t, w.Check(t.Context(), access(s, "")), "")
	})
}

// setWall is t with its wall clock set by whole seconds and its monotonic reading
// left alone, which no function of package time does.
func setWall(t time.Time, by time.Duration) time.Time {
	const nanosecondBits = 30 // the seconds are above, in the first word of a Time
	if by = by.Round(time.Second); by != 0 {
		word := (*uint64)(unsafe.Pointer(&t))
		*word += uint64(by/time.Second) << nanosecondBits
	}
	return t
}
