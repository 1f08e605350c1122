package session_test

import (
	"errors"
	"testing"
	"time"

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
