package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// together runs n calls of f at the same moment and waits for them.
func together(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	gate := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-gate
			f(i)
		})
	}
	ready.Wait()
	close(gate)
	done.Wait()
}

// testConcurrentRotate: 64 requests with one token, 200 times over. Exactly one
// of each 64 moves the session on, and there is one chain.
func testConcurrentRotate(t *testing.T, s suite) {
	const clients, rounds = 64, 200
	s.create(row("a", "u"))
	for round := range int64(rounds) {
		var won, lost, failed atomic.Int64
		at := epoch0.Add(time.Duration(round) * time.Minute)
		together(clients, func(int) {
			got, err := s.st.Rotate(s.ctx, "a", round, at)
			switch {
			case err == nil && got.Generation == round+1 && got.RotatedAt.Equal(at):
				won.Add(1)
			case errors.Is(err, session.ErrConflict):
				lost.Add(1)
			default:
				failed.Add(1)
				t.Errorf("round %d: %+v, %v", round, got, err)
			}
		})
		if won.Load() != 1 || lost.Load() != clients-1 || failed.Load() != 0 {
			t.Fatalf("round %d: %d rotated, %d lost, %d failed", round, won.Load(), lost.Load(), failed.Load())
		}
	}
	if got := s.get("a").Generation; got != rounds {
		t.Fatalf("generation %d after %d rounds", got, rounds)
	}
}

// testConcurrentEnd: however many end it, it ends once.
func testConcurrentEnd(t *testing.T, s suite) {
	for round := range 10 {
		id := fmt.Sprint("s", round)
		s.create(row(id, "u"))
		var ended atomic.Int64
		together(16, func(i int) {
			e := session.Ending{ID: id, Reason: session.EndedByAdmin, At: epoch0}
			if i%2 == 0 {
				e = session.Ending{Subject: "u", Reason: session.EndedByUser, At: epoch0}
			}
			ids, err := s.st.End(s.ctx, e)
			if err != nil {
				t.Error(err)
			}
			ended.Add(int64(len(ids)))
		})
		if ended.Load() != 1 {
			t.Fatalf("round %d: ended %d times", round, ended.Load())
		}
	}
	if n := len(s.feed(0).Revoked); n != 10 {
		t.Fatalf("%d feed entries for 10 sessions", n)
	}
}

// testConcurrentRotateAndEnd: once End has returned nothing rotates any more.
func testConcurrentRotateAndEnd(t *testing.T, s suite) {
	for round := range 20 {
		id := fmt.Sprint("s", round)
		s.create(row(id, "u"))
		var over atomic.Bool
		together(8, func(i int) {
			if i == 0 {
				if _, err := s.st.End(s.ctx, session.Ending{ID: id, Reason: session.EndedBySignOut, At: epoch0}); err != nil {
					t.Error(err)
				}
				over.Store(true)
				return
			}
			for generation := int64(0); generation < 50; {
				late := over.Load()
				got, err := s.st.Rotate(s.ctx, id, generation, epoch0)
				switch {
				case err == nil && late:
					t.Errorf("round %d: rotated to %d after its end", round, got.Generation)
					return
				case err == nil:
					generation = got.Generation
				case errors.Is(err, session.ErrConflict):
					r, err := s.st.Get(s.ctx, id)
					if err != nil || !r.EndedAt.IsZero() {
						if err != nil {
							t.Error(err)
						}
						return
					}
					generation = r.Generation
				default:
					t.Error(err)
					return
				}
			}
		})
		s.dead(id, session.EndedBySignOut, epoch0)
	}
}

// testConcurrentLimit: many sign-ins at once do not get past the limit.
func testConcurrentLimit(t *testing.T, s suite) {
	const limit = 3
	for round := range 5 {
		subject := fmt.Sprint("u", round)
		var ended atomic.Int64
		together(16, func(i int) {
			r := row(fmt.Sprint(subject, "-", i), subject)
			r.SeenAt = epoch0.Add(time.Duration(i) * time.Second)
			ids, err := s.st.Create(s.ctx, r, "", limit)
			if err != nil {
				t.Error(err)
			}
			ended.Add(int64(len(ids)))
		})
		all, err := s.st.List(s.ctx, subject)
		if err != nil || len(all) != limit || ended.Load() != 16-limit {
			t.Fatalf("round %d: %d live sessions, %d ended, %v; want %d and %d", round, len(all), ended.Load(), err, limit, 16-limit)
		}
	}
}

// testConcurrentReplace: sign-ins that replace each other's sessions across
// subjects take locks in every order, and all of them succeed.
func testConcurrentReplace(t *testing.T, s suite) {
	const people = 6
	for i := range people {
		s.create(row(fmt.Sprintf("p%d-0", i), fmt.Sprint("p", i)))
	}
	for round := 1; round <= 20; round++ {
		together(people, func(i int) {
			r := row(fmt.Sprintf("p%d-%d", i, round), fmt.Sprint("p", i))
			replaces := fmt.Sprintf("p%d-%d", (i+1)%people, round-1)
			if _, err := s.st.Create(s.ctx, r, replaces, 1); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
			if _, err := s.st.End(s.ctx, session.Ending{Subject: fmt.Sprint("p", (i+2)%people), Except: r.ID, Reason: session.EndedByUser, At: epoch0}); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
			if err := s.st.Touch(s.ctx, map[string]time.Time{r.ID: epoch0.Add(time.Hour), replaces: epoch0.Add(time.Hour)}); err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		})
	}
}

// testConcurrentRevokeToken: however many revoke a token, it is one entry.
func testConcurrentRevokeToken(t *testing.T, s suite) {
	const rounds = 5
	for round := range rounds {
		together(16, func(int) {
			if err := s.st.RevokeToken(s.ctx, fmt.Sprint("t", round), epoch0); err != nil {
				t.Error(err)
			}
		})
	}
	if all := s.feed(0).Revoked; len(all) != rounds {
		t.Errorf("%d feed entries for %d tokens", len(all), rounds)
	}
}

// testConcurrentFeed: readers that follow the feed while many write see every
// entry once and in order, though transactions commit in any order.
func testConcurrentFeed(t *testing.T, s suite) {
	const writers, each, readers = 8, 25, 3
	var writing, reading sync.WaitGroup
	var stop atomic.Bool
	read := make([]map[string]bool, readers)
	for i := range readers {
		read[i] = map[string]bool{}
		reading.Go(func() {
			after := int64(0)
			for last := false; ; {
				f, err := s.st.Feed(s.ctx, after)
				if err != nil {
					t.Error(err)
					return
				}
				for _, r := range f.Revoked {
					if r.Number <= after {
						t.Errorf("number %d after %d", r.Number, after)
					}
					after = r.Number
					read[i][r.SessionID+r.TokenID] = true
				}
				after = max(after, f.Last)
				if last {
					return
				}
				last = stop.Load()
			}
		})
	}
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				id := fmt.Sprintf("w%d-%d", w, i)
				if _, err := s.st.Create(s.ctx, row(id, id), "", 0); err != nil {
					t.Error(err)
				}
				if _, err := s.st.End(s.ctx, session.Ending{ID: id, Reason: session.EndedBySignOut, At: epoch0}); err != nil {
					t.Error(err)
				}
				if err := s.st.RevokeToken(s.ctx, "t"+id, epoch0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	stop.Store(true)
	reading.Wait()
	for i := range readers {
		if len(read[i]) != 2*writers*each {
			t.Errorf("reader %d saw %d entries, want %d", i, len(read[i]), 2*writers*each)
		}
	}
}
