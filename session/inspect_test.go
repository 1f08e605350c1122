package session_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// TestInspectChangesNothing asks about every kind of refresh token: the answer
// is that of Validate, and the session goes on as if nobody had asked.
func TestInspectChangesNothing(t *testing.T) {
	for _, c := range []struct {
		name       string
		generation int64
		since      time.Duration // since the last rotation
		change     func(*session.Presented)
		want       error
		reason     session.EndReason
	}{
		{name: "current, inside the window", generation: 2},
		{name: "current, outside the window", generation: 2, since: time.Minute},
		{name: "predecessor, inside the window", generation: 1},
		{name: "predecessor, outside the window", generation: 1, since: time.Minute, want: session.ErrReused, reason: session.EndedByReuse},
		{name: "old", generation: 0, want: session.ErrReused, reason: session.EndedByReuse},
		{name: "from the future", generation: 3, want: session.ErrEnded, reason: session.EndedByFuture},
		{name: "forged", generation: 2, change: func(p *session.Presented) { p.MAC[0] ^= 1 }, want: session.ErrInvalid},
		{name: "of no session", generation: 2, change: func(p *session.Presented) { p.ID = session.NewID() }, want: session.ErrUnknown},
		{name: "expired", generation: 2, change: func(p *session.Presented) { p.ExpiresAt = start }, want: session.ErrExpired},
		{name: "expired and forged", generation: 2, change: func(p *session.Presented) { p.ExpiresAt, p.MAC = start, nil }, want: session.ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, nil)
			s := w.start("u")
			for generation := range int64(2) {
				w.clock.Advance(time.Minute)
				w.refreshed(s, generation, generation+1)
			}
			w.clock.Advance(c.since)
			p := w.present(s, c.generation)
			p.Client = session.Client{Address: "192.0.2.1"} // not the one that signed in
			if c.change != nil {
				c.change(&p)
			}
			before, _ := w.store.Store.Get(t.Context(), s.ID)
			got, err := w.Inspect(t.Context(), p)
			if !errors.Is(err, c.want) || (err == nil) != (got != nil) {
				t.Fatalf("Inspect: %v, %v; want %v", got, err, c.want)
			}
			if c.reason != "" {
				wantReason(t, err, c.reason)
			}
			after, _ := w.store.Store.Get(t.Context(), s.ID)
			if fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("the session was %+v and is %+v", before, after)
			}
			if e := w.events.take(); len(e) != 0 {
				t.Errorf("events %+v", e)
			}
			// Last, for it does end sessions.
			if _, validated := w.Validate(t.Context(), p); fmt.Sprint(validated) != fmt.Sprint(err) {
				t.Errorf("Validate says %v, Inspect %v", validated, err)
			}
		})
	}
}

func TestInspectOfWhatIsOver(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout = time.Hour })
	idle, ended := w.start("u"), w.start("u")
	if err := w.End(t.Context(), ended.ID, session.EndedByUser); err != nil {
		t.Fatal(err)
	}
	_, err := w.Inspect(t.Context(), w.present(ended, 0))
	wantReason(t, err, session.EndedByUser)
	w.clock.Advance(time.Hour)
	_, err = w.Inspect(t.Context(), w.present(idle, 0))
	wantReason(t, err, session.EndedByIdle)
	w.store.shut.Store(true)
	if _, err = w.Inspect(t.Context(), w.present(idle, 0)); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("with the store shut: %v", err)
	}
}
