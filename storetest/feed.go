package storetest

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func testFeed(t *testing.T, s suite) {
	empty := s.feed(0)
	if empty.Incarnation == "" || len(empty.Revoked) != 0 {
		t.Fatalf("feed of a new store: %+v", empty)
	}
	// Only so much can be said of a clock: it is not the tests' own time.
	if away := time.Since(empty.Now).Abs(); away > time.Minute {
		t.Errorf("Feed.Now is %v away from this process's clock", away)
	}
	for i := range 5 {
		s.create(row(fmt.Sprint("s", i), "u"))
	}
	for i := range 5 {
		s.end(session.Ending{ID: fmt.Sprint("s", i), Reason: session.EndedBySignOut, At: epoch0}, fmt.Sprint("s", i))
		if err := s.st.RevokeToken(s.ctx, fmt.Sprint("t", i), epoch0); err != nil {
			t.Fatal(err)
		}
	}
	all := s.feed(0)
	if len(all.Revoked) != 10 {
		t.Fatalf("%d entries, want 10", len(all.Revoked))
	}
	last := empty.Last
	for i, r := range all.Revoked {
		if r.Number <= last {
			t.Fatalf("entry %d has number %d after %d", i, r.Number, last)
		}
		last = r.Number
		want := session.Revocation{Number: r.Number, SessionID: fmt.Sprint("s", i/2), At: r.At}
		if i%2 == 1 {
			want.SessionID, want.TokenID = "", fmt.Sprint("t", i/2)
		}
		if r != want || !r.At.Equal(epoch0) {
			t.Errorf("entry %d = %+v, want %+v", i, r, want)
		}
		rest := s.feed(r.Number)
		if len(rest.Revoked) != 9-i || rest.Last != all.Last || rest.Incarnation != empty.Incarnation {
			t.Errorf("Feed(%d) = %+v", r.Number, rest)
		}
	}
	if all.Last < last {
		t.Errorf("Last = %d, below the newest entry %d", all.Last, last)
	}
	if f := s.feed(math.MaxInt64); len(f.Revoked) != 0 || f.Last != all.Last {
		t.Errorf("Feed(max) = %+v", f)
	}
	if f := s.feed(-1); len(f.Revoked) != 10 {
		t.Errorf("Feed(-1) has %d entries", len(f.Revoked))
	}
}

func (s suite) register(d time.Duration) {
	s.t.Helper()
	if err := s.st.RegisterLifetime(s.ctx, d); err != nil {
		s.t.Fatal(err)
	}
}

func testLifetime(t *testing.T, s suite) {
	for _, c := range []struct{ register, keep time.Duration }{
		{0, time.Minute},
		{15 * time.Minute, 16 * time.Minute},
		{time.Minute, 16 * time.Minute}, // the largest counts
		{15*time.Minute + time.Microsecond, 16*time.Minute + time.Microsecond},
	} {
		s.register(c.register)
		if got := s.feed(0).Keep; got != c.keep {
			t.Errorf("Keep after RegisterLifetime(%v) = %v, want %v", c.register, got, c.keep)
		}
	}
}

func (s suite) purge(now time.Time, limit, want int) {
	s.t.Helper()
	if n, err := s.st.Purge(s.ctx, now, limit); err != nil || n != want {
		s.t.Fatalf("Purge(%v, %d) = %d, %v; want %d", now, limit, n, err, want)
	}
}

func (s suite) gone(id string, want bool) {
	s.t.Helper()
	_, err := s.st.Get(s.ctx, id)
	if err != nil && !errors.Is(err, session.ErrNotFound) {
		s.t.Fatal(err)
	}
	if got := err != nil; got != want {
		s.t.Fatalf("session %s gone: %v, want %v", id, got, want)
	}
}

// testPurgeSessions: each way to be over, at the last moment a row is kept and
// at the first it is not.
func testPurgeSessions(t *testing.T, s suite) {
	const lifetime = 10 * time.Minute
	const keep = lifetime + time.Minute
	s.register(lifetime)
	over := epoch0.Add(time.Hour) // when each of them is over

	expired := row("expired", "u")
	expired.ExpiresAt, expired.IdleTimeout = over, 0
	s.create(expired)
	idle := row("idle", "u")
	idle.IdleTimeout = time.Hour
	s.create(idle)
	ended := row("ended", "u")
	s.create(ended)
	s.end(session.Ending{ID: "ended", Reason: session.EndedBySignOut, At: over}, "ended")
	used := row("used", "u") // idle at over, but for a later use
	used.IdleTimeout = time.Hour
	s.create(used)
	if err := s.st.Touch(s.ctx, map[string]time.Time{"used": epoch0.Add(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	s.create(row("live", "u"))

	s.purge(over.Add(keep), 100, 0)
	s.gone("ended", false)
	s.purge(over.Add(keep+time.Microsecond), 100, 4) // and the feed entry of "ended"
	for id, want := range map[string]bool{"expired": true, "idle": true, "ended": true, "used": false, "live": false} {
		s.gone(id, want)
	}
	s.purge(over.Add(keep+time.Minute), 100, 0)
	s.purge(over.Add(keep+time.Minute+time.Microsecond), 100, 1)
	s.gone("used", true)

	// Sessions ended by an epoch go when the epoch is old.
	if _, err := s.st.EndAll(s.ctx, over); err != nil {
		t.Fatal(err)
	}
	s.create(row("next", "u"))
	s.purge(over.Add(keep), 100, 0)
	s.purge(over.Add(keep+time.Microsecond), 100, 1)
	s.gone("live", true)
	s.gone("next", false)
	s.alive("next")
}

func testPurgeFeed(t *testing.T, s suite) {
	s.register(10 * time.Minute)
	if err := s.st.RevokeToken(s.ctx, "old", epoch0); err != nil {
		t.Fatal(err)
	}
	if err := s.st.RevokeToken(s.ctx, "young", epoch0.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	before := s.feed(0)
	s.purge(epoch0.Add(11*time.Minute), 100, 0)
	s.purge(epoch0.Add(11*time.Minute+time.Second), 100, 1)
	s.published(0, "young")
	s.purge(epoch0.Add(time.Hour), 100, 1)
	s.published(0)
	if ok, err := s.st.TokenRevoked(s.ctx, "young"); ok || err != nil {
		t.Errorf("TokenRevoked after purge = %v, %v", ok, err)
	}
	// Numbers are never given out twice, or a poller would miss the second.
	if after := s.feed(0); after.Last != before.Last {
		t.Errorf("Last = %d after purge, want %d", after.Last, before.Last)
	}
	if err := s.st.RevokeToken(s.ctx, "old", epoch0); err != nil {
		t.Fatal(err)
	}
	if f := s.feed(before.Last); len(f.Revoked) != 1 {
		t.Errorf("a token revoked after purge is not in the feed above %d: %+v", before.Last, f)
	}
}

func testPurgeLimit(t *testing.T, s suite) {
	for i := range 7 {
		s.create(row(fmt.Sprint("s", i), "u"))
	}
	s.end(session.Ending{Subject: "u", Reason: session.EndedByAdmin, At: epoch0}, "s0", "s1", "s2", "s3", "s4", "s5", "s6")
	now := epoch0.AddDate(0, 1, 0)
	for _, want := range []int{5, 5, 4, 0} { // 7 sessions and 7 entries
		s.purge(now, 5, want)
	}
	s.published(0)
}
