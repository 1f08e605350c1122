package session_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func TestAdopt(t *testing.T) {
	ctx := context.Background()
	now := time.Unix(1800000000, 0)
	store := memstore.New()
	m, err := session.NewManager(session.Config{Store: store, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	end := now.Add(30 * 24 * time.Hour)
	adopt := func() (*session.Session, error) {
		return m.Adopt(ctx, "theirs", session.Start{Subject: "ada"}, end)
	}

	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if s, err := adopt(); err != nil || s.ID != "theirs" || s.Generation != 0 {
				t.Errorf("Adopt returns %v, %v", s, err)
			}
		})
	}
	all.Wait()
	if list, err := m.List(ctx, "ada"); err != nil || len(list) != 1 {
		t.Fatalf("there are %d sessions, %v", len(list), err)
	}

	if err := m.End(ctx, "theirs", session.EndedBySignOut); err != nil {
		t.Fatal(err)
	}
	for _, later := range []time.Duration{0, time.Hour, 30*24*time.Hour - time.Second} {
		now = time.Unix(1800000000, 0).Add(later)
		if _, err := store.Purge(ctx, now, 100); err != nil {
			t.Fatal(err)
		}
		if s, err := adopt(); err != nil || s.EndReason != session.EndedBySignOut {
			t.Errorf("%v after it ended Adopt returns %v, %v", later, s, err)
		}
	}
}

func TestAdoptRefuses(t *testing.T) {
	m, err := session.NewManager(session.Config{Store: memstore.New()})
	if err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		id, subject string
		until       time.Time
	}{
		"no id":      {"", "ada", end},
		"no subject": {"x", "", end},
		"no end":     {"x", "ada", time.Time{}},
	} {
		if _, err := m.Adopt(context.Background(), c.id, session.Start{Subject: c.subject}, c.until); err == nil || errors.Is(err, session.ErrUnavailable) {
			t.Errorf("%s: Adopt returns %v", name, err)
		}
	}
}
