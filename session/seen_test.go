package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func (w *world) seen(s *session.Session) {
	w.t.Helper()
	if err := w.Seen(w.t.Context(), s.ID); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) storedSeen(s *session.Session) time.Duration {
	w.t.Helper()
	row, err := w.store.Store.Get(w.t.Context(), s.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return row.SeenAt.Sub(s.CreatedAt)
}

// TestSeenWritesRarely: once a minute, or a quarter of a short idle timeout.
func TestSeenWritesRarely(t *testing.T) {
	for _, c := range []struct {
		idle  time.Duration
		every int // seconds
	}{{0, 60}, {time.Hour, 60}, {4 * time.Minute, 60}, {40 * time.Second, 10}} {
		w := newWorld(t, func(config *session.Config) {
			config.IdleTimeout, config.AccessTTL = c.idle, 20*time.Second
		})
		s := w.start("u")
		writes := int64(0)
		for range 300 {
			w.clock.Advance(time.Second)
			writes += w.asked(func() { w.seen(s) })
		}
		if want := int64(300 / c.every); writes != want {
			t.Errorf("idle %v: %d writes in 300 s, want %d", c.idle, writes, want)
		}
	}
}

// TestSeenPutsOffIdleEnd: each use counts in this process to the second, though
// it is not written.
func TestSeenPutsOffIdleEnd(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout = time.Hour })
	s := w.start("u")
	for _, step := range []time.Duration{59 * time.Minute, 30 * time.Second, time.Hour - time.Microsecond} {
		w.clock.Advance(step)
		w.seen(s)
	}
	got := w.refreshed(s, 0, 1)
	if !got.SeenAt.Equal(w.clock.Now().Truncate(time.Microsecond)) {
		t.Errorf("seen at %v", got.SeenAt)
	}
	w.clock.Advance(time.Hour)
	_, err := w.refresh(s, 1)
	wantReason(t, err, session.EndedByIdle)
}

// TestSeenSurvivesAnOutage: what could not be written is written later.
func TestSeenSurvivesAnOutage(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	w.clock.Advance(5 * time.Minute)
	w.store.shut.Store(true)
	if err := w.Seen(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Seen with the store down: %v", err)
	}
	w.store.shut.Store(false)
	other := w.start("u")
	w.clock.Advance(time.Second)
	w.seen(other)
	if got := w.storedSeen(s); got != 5*time.Minute {
		t.Errorf("stored %v, want 5m", got)
	}
}

// TestSeenIgnoresTheDead: neither an unknown nor an ended session comes back.
func TestSeenIgnoresTheDead(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	if err := w.End(t.Context(), s.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(5 * time.Minute)
	w.seen(s)
	if got := w.storedSeen(s); got != 0 {
		t.Errorf("an ended session was seen after %v", got)
	}
	if err := w.Seen(t.Context(), "unknown"); err != nil {
		t.Error(err)
	}
}
