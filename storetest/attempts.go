package storetest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// attempts replaces what is kept under key and returns what was.
func (s accounts) attempts(key string, next account.Attempts) (was account.Attempts) {
	s.t.Helper()
	err := s.st.UpdateAttempts(s.ctx, key, func(a account.Attempts) account.Attempts {
		was = a
		return next
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return was
}

func testAttempts(t *testing.T, s accounts) {
	zero := account.Attempts{}
	full := account.Attempts{Count: 3, At: epoch0, ExpiresAt: epoch0.Add(time.Hour)}
	bare := account.Attempts{Count: 1}
	long := strings.Repeat("k", 128)
	for _, key := range []string{"k", "K", long, "' OR 1=1 --"} {
		for _, step := range []struct{ next, was account.Attempts }{
			{zero, zero}, {full, zero}, {full, full}, {bare, full}, {zero, bare}, {full, zero},
		} {
			if was := s.attempts(key, step.next); was != step.was {
				t.Fatalf("%s: update got %+v, want %+v", key, was, step.was)
			}
		}
	}
	odd := full
	odd.At = epoch0.Add(999).In(time.FixedZone("", 7200))
	s.attempts("odd", odd)
	if was := s.attempts("odd", zero); was != full {
		t.Errorf("times came back as %+v, want %+v", was, full)
	}

	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	err := s.st.UpdateAttempts(ctx, "k", func(account.Attempts) account.Attempts { return zero })
	if err == nil {
		t.Error("UpdateAttempts with a cancelled context succeeded")
	}
	if was := s.attempts("k", zero); was != full {
		t.Errorf("after an error %+v is kept, want %+v", was, full)
	}
}

func testPurgeAttempts(t *testing.T, s accounts) {
	for i := range 5 {
		s.attempts(fmt.Sprint("old", i), account.Attempts{Count: 1, ExpiresAt: epoch0})
	}
	s.attempts("young", account.Attempts{Count: 1, ExpiresAt: epoch0.Add(time.Microsecond)})
	s.attempts("never", account.Attempts{Count: 1, At: epoch0.Add(-time.Hour)})
	for _, c := range []struct {
		now         time.Time
		limit, want int
	}{
		{epoch0.Add(-time.Microsecond), 9, 0},
		{epoch0, 3, 3},
		{epoch0, 3, 2},
		{epoch0, 3, 0},
		{epoch0.AddDate(99, 0, 0), 9, 1},
	} {
		if n, err := s.st.PurgeAttempts(s.ctx, c.now, c.limit); err != nil || n != c.want {
			t.Fatalf("PurgeAttempts(%v, %d) = %d, %v; want %d", c.now, c.limit, n, err, c.want)
		}
	}
	if was := s.attempts("never", account.Attempts{}); was.Count != 1 {
		t.Errorf("a row that never expires went")
	}
}

// testConcurrentAttempts: no failure is lost, whether the row was there or not,
// and whichever of the values counts them.
func testConcurrentAttempts(t *testing.T, s accounts) {
	const clients, each = 16, 10
	later := func(at time.Time) time.Time {
		if at.IsZero() {
			at = epoch0
		}
		return at.Add(time.Second)
	}
	all := epoch0.Add(clients * each * time.Second)
	for _, c := range []struct {
		key  string
		next func(*account.Attempts)
		want account.Attempts
	}{
		{"count", func(a *account.Attempts) { a.Count++ }, account.Attempts{Count: clients * each}},
		{"at", func(a *account.Attempts) { a.At = later(a.At) }, account.Attempts{At: all}},
		{"expires", func(a *account.Attempts) { a.ExpiresAt = later(a.ExpiresAt) }, account.Attempts{ExpiresAt: all}},
	} {
		together(clients, func(int) {
			for range each {
				err := s.st.UpdateAttempts(s.ctx, c.key, func(a account.Attempts) account.Attempts {
					c.next(&a)
					return a
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		if was := s.attempts(c.key, account.Attempts{}); was != c.want {
			t.Errorf("%s: %+v is kept, want %+v", c.key, was, c.want)
		}
	}
	s.testConcurrentEnds(clients, each)
}

// testConcurrentEnds: what some callers count others take away, and nothing is
// taken twice or lost.
func (s accounts) testConcurrentEnds(clients, each int) {
	var taken atomic.Int64
	update := func(next func(account.Attempts) account.Attempts) (was account.Attempts) {
		err := s.st.UpdateAttempts(s.ctx, "end", func(a account.Attempts) account.Attempts {
			was = a
			return next(a)
		})
		if err != nil {
			s.t.Error(err)
		}
		return was
	}
	together(clients, func(i int) {
		for range each {
			if i%2 == 0 {
				update(func(a account.Attempts) account.Attempts { return account.Attempts{Count: a.Count + 1} })
			} else {
				was := update(func(account.Attempts) account.Attempts { return account.Attempts{} })
				taken.Add(was.Count)
			}
		}
	})
	left := s.attempts("end", account.Attempts{}).Count
	if want := int64(clients / 2 * each); taken.Load()+left != want {
		s.t.Errorf("of %d, %d were taken and %d are left", want, taken.Load(), left)
	}
}
