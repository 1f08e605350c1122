package session_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// TestRefreshRule is the whole rule as a table: a session at generation 5 that
// rotated some time ago.
func TestRefreshRule(t *testing.T) {
	const us = time.Microsecond
	for _, c := range []struct {
		since      time.Duration // since the last rotation
		generation int64
		want       int64 // 0: refused
		reason     session.EndReason
	}{
		{0, 5, 5, ""}, {0, 4, 5, ""}, {0, 3, 0, session.EndedByReuse}, {0, 6, 0, session.EndedByFuture},
		{9 * time.Second, 5, 5, ""}, {9 * time.Second, 4, 5, ""}, {9 * time.Second, 3, 0, session.EndedByReuse},
		{10*time.Second - us, 5, 5, ""}, {10*time.Second - us, 4, 5, ""}, {10*time.Second - us, 6, 0, session.EndedByFuture},
		{10 * time.Second, 5, 6, ""}, {10 * time.Second, 4, 0, session.EndedByReuse}, {10 * time.Second, 3, 0, session.EndedByReuse},
		{10 * time.Second, 6, 0, session.EndedByFuture}, {10 * time.Second, 0, 0, session.EndedByReuse},
		{time.Hour, 5, 6, ""}, {time.Hour, 4, 0, session.EndedByReuse}, {time.Hour, 7, 0, session.EndedByFuture},
		// The clock was set back: inside the window.
		{-us, 5, 5, ""}, {-us, 4, 5, ""}, {-us, 3, 0, session.EndedByReuse},
		{-time.Hour, 5, 5, ""}, {-time.Hour, 4, 5, ""}, {-time.Hour, 6, 0, session.EndedByFuture},
	} {
		t.Run(fmt.Sprintf("%v/%d", c.since, c.generation), func(t *testing.T) {
			w := newWorld(t, nil)
			s := w.start("u")
			for range 5 {
				w.clock.Advance(time.Minute)
				w.refreshed(s, s.Generation, s.Generation+1)
				s.Generation++
			}
			w.clock.Advance(c.since)
			got, err := w.refresh(s, c.generation)
			if c.want != 0 {
				if err != nil || got.Generation != c.want {
					t.Fatalf("got %+v, %v; want generation %d", got, err, c.want)
				}
				return
			}
			wantReason(t, err, c.reason)
			// The session is over for everybody, and its access tokens are.
			_, err = w.refresh(s, 5)
			wantReason(t, err, c.reason)
			wantReason(t, w.Check(t.Context(), access(s, "")), "")
			e := w.events.take()
			if len(e) != 1 || e[0].Kind != session.EventEnded || e[0].Reason != c.reason || e[0].SessionID != s.ID || e[0].Subject != "u" {
				t.Errorf("events %+v", e)
			}
		})
	}
}

// TestFirstRefreshRotates: a session that never rotated has no window.
func TestFirstRefreshRotates(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	got := w.refreshed(s, 0, 1)
	if !got.RotatedAt.Equal(w.clock.Now().Truncate(time.Microsecond)) || !got.SeenAt.Equal(s.SeenAt) {
		t.Errorf("rotated at %v, seen at %v", got.RotatedAt, got.SeenAt)
	}
	w.refreshed(s, 0, 1)
	w.refreshed(s, 1, 1)
}

// TestLostResponse: the client never got the answer and tries again.
func TestLostResponse(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	for generation := range int64(5) {
		first := w.refreshed(s, generation, generation+1)
		w.clock.Advance(3 * time.Second)
		again := w.refreshed(s, generation, generation+1)
		if string(session.RefreshMAC(first, first.Generation)) != string(session.RefreshMAC(again, again.Generation)) ||
			session.RefreshTokenID(first, first.Generation) != session.RefreshTokenID(again, again.Generation) {
			t.Fatal("the token that was answered again is another")
		}
		w.clock.Advance(time.Minute)
	}
}

// TestRefreshOrder: what is wrong first decides, and only a genuine token may
// end a session.
func TestRefreshOrder(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s := w.start("u")
	w.refreshed(s, 0, 1)
	w.clock.Advance(time.Minute)

	forged := w.present(s, 0)
	forged.MAC[0] ^= 1
	wrong := func(name string, p session.Presented, want error) {
		t.Helper()
		if got, err := w.Refresh(ctx, p); !errors.Is(err, want) || got != nil {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
		if err := w.Check(ctx, access(s, "")); err != nil {
			t.Fatalf("%s ended the session: %v", name, err)
		}
	}
	unknown := w.present(s, 0)
	unknown.ID = "unknown"
	wrong("unknown session", unknown, session.ErrUnknown)
	wrong("forged MAC", forged, session.ErrInvalid)
	forged.ExpiresAt = time.Time{}
	wrong("forged and expired", forged, session.ErrInvalid)
	for _, mac := range [][]byte{nil, {}, forged.MAC[:31], append(session.RefreshMAC(s, 0), 0)} {
		bad := w.present(s, 0)
		bad.MAC = mac
		wrong("MAC of another length", bad, session.ErrInvalid)
	}
	otherGeneration := w.present(s, 0)
	otherGeneration.Generation = 7
	wrong("MAC of another generation", otherGeneration, session.ErrInvalid)
	other := w.start("u")
	swapped := w.present(other, 0)
	swapped.ID = s.ID
	wrong("MAC of another session", swapped, session.ErrInvalid)
	expired := w.present(s, 0) // it would be reuse
	expired.ExpiresAt = w.clock.Now()
	wrong("expired at this moment", expired, session.ErrExpired)

	if err := w.End(ctx, s.ID, session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Refresh(ctx, expired); !errors.Is(err, session.ErrExpired) {
		t.Errorf("expired token of an ended session: %v", err)
	}
	if _, err := w.Refresh(ctx, forged); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("forged token of an ended session: %v", err)
	}
	_, err := w.refresh(s, 0)
	wantReason(t, err, session.EndedBySignOut)
}

func TestRefreshEndsWhatIsOver(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  session.EndReason
	}{
		{time.Hour - time.Microsecond, ""}, {time.Hour, session.EndedByIdle}, {5 * time.Hour, session.EndedByExpiry},
	} {
		w := newWorld(t, func(c *session.Config) { c.IdleTimeout, c.SessionTTL = time.Hour, 4*time.Hour })
		s := w.start("u")
		w.clock.Advance(c.after)
		p := w.present(s, 0)
		p.ExpiresAt = w.clock.Now().Add(time.Hour)
		_, err := w.Refresh(t.Context(), p)
		if c.want == "" {
			if err != nil {
				t.Errorf("after %v: %v", c.after, err)
			}
			continue
		}
		wantReason(t, err, c.want)
		row, err := w.store.Get(t.Context(), s.ID)
		if err != nil || row.EndReason != c.want {
			t.Errorf("after %v the store has %q, %v", c.after, row.EndReason, err)
		}
	}
}

// TestRefreshIsNotUse: tabs that renew by themselves do not keep a session.
func TestRefreshIsNotUse(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout = time.Hour })
	s := w.start("u")
	for generation := range int64(3) {
		w.clock.Advance(15 * time.Minute)
		w.refreshed(s, generation, generation+1)
	}
	w.clock.Advance(15 * time.Minute)
	_, err := w.refresh(s, 3)
	wantReason(t, err, session.EndedByIdle)
}

func TestOtherClientInsideWindow(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	home := session.Client{Address: "192.0.2.1", UserAgent: "Firefox"}
	s, err := w.Start(ctx, session.Start{Subject: "u", Client: home})
	if err != nil {
		t.Fatal(err)
	}
	present := func(client session.Client, generation int64) []session.Event {
		t.Helper()
		w.events.take()
		p := w.present(s, generation)
		p.Client = client
		if _, err := w.Refresh(ctx, p); err != nil {
			t.Fatal(err)
		}
		return w.events.take()
	}
	away := session.Client{Address: "198.51.100.9", UserAgent: "Firefox"}
	if e := present(away, 0); len(e) != 0 {
		t.Errorf("a rotation is no event: %+v", e)
	}
	if e := present(home, 0); len(e) != 0 {
		t.Errorf("the same client is no event: %+v", e)
	}
	for _, generation := range []int64{0, 1} {
		e := present(away, generation)
		if len(e) != 1 || e[0].Kind != session.EventOtherClient || e[0].Client != away || e[0].StartedBy != home || e[0].SessionID != s.ID {
			t.Errorf("another client with generation %d: %+v", generation, e)
		}
	}
	// And when it ends the session, the event tells who did it.
	w.clock.Advance(time.Minute)
	w.events.take()
	p := w.present(s, 0)
	p.Client = away
	_, err = w.Refresh(ctx, p)
	wantReason(t, err, session.EndedByReuse)
	if e := w.events.take(); len(e) != 1 || e[0].Client != away || e[0].StartedBy != home {
		t.Errorf("reuse: %+v", e)
	}
}

// TestValidate: the same judgement without a rotation.
func TestValidate(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	for range 2 {
		got, err := w.Validate(t.Context(), w.present(s, 0))
		if err != nil || got.Generation != 0 {
			t.Fatalf("Validate = %+v, %v", got, err)
		}
	}
	w.refreshed(s, 0, 1)
	w.clock.Advance(time.Minute)
	_, err := w.Validate(t.Context(), w.present(s, 0))
	wantReason(t, err, session.EndedByReuse)
	wantReason(t, w.Check(t.Context(), access(s, "")), "")
}

// TestConcurrentRefresh: 64 tabs, 200 rounds, one chain; whoever loses the race
// is answered with what the winner got.
func TestConcurrentRefresh(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	for round := range int64(200) {
		w.clock.Advance(time.Minute)
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				if got, err := w.refresh(s, round); err != nil || got.Generation != round+1 {
					t.Errorf("round %d: %+v, %v", round, got, err)
				}
			})
		}
		wg.Wait()
	}
}

// TestLostRaceWithClocksApart: the winner's clock is far behind ours, so that
// its rotation looks old; the loser is answered all the same.
func TestLostRaceWithClocksApart(t *testing.T) {
	w := newWorld(t, nil)
	s := w.start("u")
	w.store.Store = &hurried{Store: w.store.Store, at: start.Add(-time.Hour)}
	w.refreshed(s, 0, 1)
}

// hurried is a store in which somebody else is always faster.
type hurried struct {
	session.Store
	at time.Time
}

func (h *hurried) Rotate(ctx context.Context, id string, from int64, at time.Time) (*session.Session, error) {
	if _, err := h.Store.Rotate(ctx, id, from, h.at); err != nil {
		return nil, err
	}
	return h.Store.Rotate(ctx, id, from, at)
}
