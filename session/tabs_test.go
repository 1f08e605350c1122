package session_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// browser is a cookie jar that tabs share. Each tab renews by itself when the
// access token has expired; none knows of the others. Requests travel, are
// answered and travel back, and the answers of two tabs may overtake each other.
type browser struct {
	*world
	rand    *rand.Rand
	session *session.Session
	jar     session.Presented
	next    []step // what is still to happen
	origin  time.Time
}

// step is something that happens at a moment after origin.
type step struct {
	at time.Duration
	do func()
}

const tabSchedules = 3000

// TestTabs: whatever the schedule, no tab of an honest browser is signed out,
// and none gets a token that does not work next time.
func TestTabs(t *testing.T) {
	for _, c := range []struct {
		tabs   int
		within time.Duration
	}{
		{4, 300 * time.Millisecond},
		{12, 15 * time.Second},
		{12, 300 * time.Millisecond},
		{3, 25 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d tabs in %v", c.tabs, c.within), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(tabSchedules) {
				b := newBrowser(t, seed)
				// The tabs wake together every time the access token expires.
				for burst := range 4 {
					for range c.tabs {
						b.tab(time.Duration(burst)*16*time.Minute+b.upTo(c.within), 0)
					}
				}
				b.run()
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
}

func newBrowser(t *testing.T, seed uint64) *browser {
	b := &browser{world: newWorld(t, nil), rand: rand.New(rand.NewPCG(seed, 4))}
	b.session = b.start("u")
	b.jar = b.present(b.session, 0)
	b.origin = b.clock.Now()
	return b
}

func (b *browser) upTo(d time.Duration) time.Duration { return time.Duration(b.rand.Int64N(int64(d))) }

// latency is one way: mostly quick, at times slow.
func (b *browser) latency() time.Duration {
	if b.rand.IntN(10) == 0 {
		return b.upTo(800 * time.Millisecond)
	}
	return 5*time.Millisecond + b.upTo(60*time.Millisecond)
}

func (b *browser) at(when time.Duration, do func()) { b.next = append(b.next, step{when, do}) }

// tab sends what the jar has at the time. One answer in ten is lost, and the tab
// tries again soon.
func (b *browser) tab(when time.Duration, attempt int) {
	b.at(when, func() {
		sent := b.jar
		arrives := when + b.latency()
		b.at(arrives, func() {
			got, err := b.Refresh(b.t.Context(), sent)
			if err != nil {
				b.t.Errorf("a tab was signed out %v after the start with generation %d: %v", when, sent.Generation, err)
				return
			}
			if attempt < 3 && b.rand.IntN(10) == 0 {
				b.tab(arrives+500*time.Millisecond, attempt+1)
				return
			}
			b.at(arrives+b.latency(), func() { b.receive(sent, got) })
		})
	})
}

// receive puts the answer's cookie into the jar, if it has one: a token that
// was presented is not sent back.
func (b *browser) receive(sent session.Presented, got *session.Session) {
	if got.Generation != sent.Generation {
		b.jar = b.present(b.session, got.Generation)
	}
}

// run makes everything happen in order of time.
func (b *browser) run() {
	for len(b.next) > 0 && !b.t.Failed() {
		i := 0
		for j := range b.next {
			if b.next[j].at < b.next[i].at {
				i = j
			}
		}
		s := b.next[i]
		b.next = slices.Delete(b.next, i, i+1)
		b.clock.Advance(b.origin.Add(s.at).Sub(b.clock.Now()))
		s.do()
	}
}

// TestThief: one who took a token and uses it after the owner's next renewal
// ends the session for both, and it is told.
func TestThief(t *testing.T) {
	for seed := range uint64(200) {
		b := newBrowser(t, seed)
		stolen := b.jar
		for i := range 3 {
			b.tab(time.Duration(i)*16*time.Minute, 3)
		}
		b.run()
		b.clock.Advance(time.Minute + b.upTo(time.Hour))
		b.events.take()
		_, err := b.Refresh(t.Context(), stolen)
		wantReason(t, err, session.EndedByReuse)
		_, err = b.Refresh(t.Context(), b.jar)
		wantReason(t, err, session.EndedByReuse)
		if e := b.events.take(); len(e) != 1 || e[0].Reason != session.EndedByReuse {
			t.Fatalf("events %+v", e)
		}
	}
}
