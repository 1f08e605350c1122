package session_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// What a process remembers of a session spares it a reading of the row, and must
// change nothing else.

// onTime makes the store's clock that of the process, as it is in life.
func onTime(w *world) *world {
	w.store.onFeed = func(f *session.Feed) { f.Now = w.clock.Now() }
	return w
}

// TestRefreshIsOneCall: a session that began here, and then rotates here, is
// rotated by one call of the store as long as the feed is fresh, and by two when
// it is not or the clocks differ.
func TestRefreshIsOneCall(t *testing.T) {
	w := onTime(newWorld(t, nil))
	w.poll()
	s := w.start("ada")
	for generation := range int64(3) {
		w.poll()
		if n := w.asked(func() { w.refreshed(s, generation, generation+1) }); n != 1 {
			t.Errorf("refresh of generation %d: %d calls of the store", generation, n)
		}
		w.clock.Advance(time.Minute)
	}
	if n := w.asked(func() { w.refreshed(s, 3, 4) }); n != 2 {
		t.Errorf("with a feed that is not fresh: %d calls of the store", n)
	}
	w.clock.Advance(time.Minute)
	w.store.onFeed = func(f *session.Feed) { f.Now = w.clock.Now().Add(session.MaxSkew + time.Second) }
	w.poll()
	if n := w.asked(func() { w.refreshed(s, 4, 5) }); n != 2 {
		t.Errorf("with clocks that differ: %d calls of the store", n)
	}
}

// TestRecentIsNotBelieved: whatever became of the session elsewhere since counts.
func TestRecentIsNotBelieved(t *testing.T) {
	for _, c := range []struct {
		name     string
		happened func(t *testing.T, here, there *world, s *session.Session)
		want     session.EndReason // empty: it is still good, and answered with generation 1
	}{
		{"ended elsewhere", func(t *testing.T, here, there *world, s *session.Session) {
			if err := there.End(t.Context(), s.ID, session.EndedByAdmin); err != nil {
				t.Fatal(err)
			}
		}, session.EndedByAdmin},
		{"all ended elsewhere", func(t *testing.T, here, there *world, s *session.Session) {
			if err := there.EndAll(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, session.EndedByEpoch},
		{"rotated elsewhere just now", func(t *testing.T, here, there *world, s *session.Session) {
			there.refreshed(s, 0, 1)
		}, ""},
		{"rotated elsewhere long ago", func(t *testing.T, here, there *world, s *session.Session) {
			there.refreshed(s, 0, 1)
			here.clock.Advance(session.DefaultGrace)
		}, session.EndedByReuse},
		{"used elsewhere, so that it is not idle", func(t *testing.T, here, there *world, s *session.Session) {
			here.clock.Advance(30 * time.Minute)
			if err := there.Seen(t.Context(), s.ID); err != nil {
				t.Fatal(err)
			}
			here.clock.Advance(40 * time.Minute)
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			store, now := memstore.New(), newClock()
			idle := func(c *session.Config) { c.IdleTimeout = time.Hour }
			here, there := onTime(joinWorld(t, store, now, idle)), onTime(joinWorld(t, store, now, idle))
			s := here.start("ada")
			here.poll()
			c.happened(t, here, there, s)
			// A poll now would tell of what has ended: the row must do.
			here.store.onFeed = func(f *session.Feed) { f.Revoked, f.Now = nil, now.Now() }
			here.poll()
			if c.want == "" {
				here.refreshed(s, 0, 1)
				return
			}
			_, err := here.refresh(s, 0)
			wantReason(t, err, c.want)
		})
	}
}

// TestRecentChecksTheMAC: who has the signing key but no session's secret does
// not rotate it.
func TestRecentChecksTheMAC(t *testing.T) {
	w := onTime(newWorld(t, nil))
	w.poll()
	s := w.start("ada")
	p := w.present(s, 0)
	p.MAC[0] ^= 1
	if _, err := w.Refresh(t.Context(), p); !errors.Is(err, session.ErrInvalid) {
		t.Fatalf("a forged token: %v", err)
	}
	p = w.present(s, 0)
	p.ExpiresAt = w.clock.Now()
	if _, err := w.Refresh(t.Context(), p); !errors.Is(err, session.ErrExpired) {
		t.Fatalf("an expired token: %v", err)
	}
	w.refreshed(s, 0, 1)
}

// TestRecentInAnOutage: what the store cannot write is not answered.
func TestRecentInAnOutage(t *testing.T) {
	w := onTime(newWorld(t, nil))
	w.poll()
	s := w.start("ada")
	w.store.shut.Store(true)
	if _, err := w.refresh(s, 0); !errors.Is(err, session.ErrUnavailable) {
		t.Fatalf("refresh without a store: %v", err)
	}
	w.store.shut.Store(false)
	w.refreshed(s, 0, 1)
}

// TestRecentTogether: of many refreshes at once that all remember the session, one
// rotates it and all are answered alike.
func TestRecentTogether(t *testing.T) {
	w := onTime(newWorld(t, nil))
	w.poll()
	for range 50 {
		s := w.start("ada")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if got, err := w.refresh(s, 0); err != nil || got.Generation != 1 {
					t.Errorf("together: %+v, %v", got, err)
				}
			})
		}
		all.Wait()
	}
}

// TestRecentIsBounded: sessions without end take memory with an end.
func TestRecentIsBounded(t *testing.T) {
	w, err := session.NewManager(session.Config{Store: nowhere{}})
	if err != nil {
		t.Fatal(err)
	}
	begin := func(n int) {
		for i := range n {
			if _, err := w.Start(t.Context(), session.Start{Subject: fmt.Sprint("user", i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	begin(20_000)
	full := heap()
	begin(100_000)
	if more := heap() - full; more > 2<<20 {
		t.Errorf("100,000 sessions more took %d bytes more", more)
	}
	runtime.KeepAlive(w)
}

// nowhere is a store that keeps nothing.
type nowhere struct{ session.Store }

func (nowhere) RegisterLifetime(context.Context, time.Duration) error { return nil }
func (nowhere) Create(context.Context, *session.Session, string, int) ([]string, error) {
	return nil, nil
}

// heap is how much memory is in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
