package storetest

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

func (s accounts) reset(hash, userID string, expires time.Time) account.Reset {
	s.t.Helper()
	r := account.Reset{TokenHash: hash, UserID: userID, Basis: "basis " + hash, ExpiresAt: expires}
	if err := s.st.CreateReset(s.ctx, r); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// resets checks which of the hashes are there.
func (s accounts) resets(hashes []string, want ...string) {
	s.t.Helper()
	var there []string
	for _, hash := range hashes {
		_, err := s.st.ResetByHash(s.ctx, hash)
		if err == nil {
			there = append(there, hash)
		} else if !errors.Is(err, account.ErrInvalidReset) {
			s.t.Fatal(err)
		}
	}
	s.suite.same("resets", there, want)
}

func testResets(t *testing.T, s accounts) {
	u := s.add(person("u"))
	s.add(person("v"))
	hashes := []string{"a", "b", "v", "nobody"}
	again := func() account.Reset {
		for _, hash := range hashes[1:] {
			owner := map[string]string{"b": "u", "v": "v"}[hash]
			if _, err := s.st.ResetByHash(s.ctx, hash); err != nil {
				s.reset(hash, owner, epoch0.Add(time.Hour))
			}
		}
		return s.reset("a", "u", epoch0)
	}
	want := again()
	if got, err := s.st.ResetByHash(s.ctx, "a"); err != nil || !reflect.DeepEqual(*got, want) {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
	set := func(old, next, reset string, rehash bool) error {
		_, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: old, NewHash: next, Rehash: rehash, Reset: reset, At: epoch0})
		return err
	}
	for _, other := range []string{"v", "unknown", "A"} {
		if err := set(u.PasswordHash, "$1", other, false); !errors.Is(err, account.ErrUserChanged) {
			t.Errorf("with the reset %q: %v", other, err)
		}
	}
	s.same(u)
	s.resets(hashes, hashes...)
	if err := set(u.PasswordHash, "$1", "", true); err != nil {
		t.Fatal(err)
	}
	s.resets(hashes, hashes...) // a rehash is no new password
	if err := set("$1", "$2", "a", false); err != nil {
		t.Fatal(err)
	}
	s.resets(hashes, "v", "nobody")
	again()
	if err := set("$2", "$3", "", false); err != nil {
		t.Fatal(err)
	}
	s.resets(hashes, "v", "nobody")
	again()
	s.ended(s.st.SetDisabled(s.ctx, change("u", epoch0), true))()
	s.resets(hashes, "v", "nobody")
	again()
	if n, err := s.st.PurgeResets(s.ctx, epoch0.Add(-1), 9); n != 0 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
	if n, err := s.st.PurgeResets(s.ctx, epoch0, 9); n != 1 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
	s.resets(hashes, "b", "v", "nobody")
	s.ended(s.st.DeleteUser(s.ctx, change("u", epoch0)))()
	s.resets(hashes, "v", "nobody")
	if n, err := s.st.PurgeResets(s.ctx, epoch0.Add(time.Hour), 1); n != 1 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
}

// testConcurrentReset: of many uses of one reset one succeeds.
func testConcurrentReset(t *testing.T, s accounts) {
	u := s.withSessions()
	s.reset("a", "u", epoch0)
	var used atomic.Int64
	together(16, func(i int) {
		_, err := s.st.SetPassword(s.ctx, account.PasswordChange{UserID: "u", OldHash: u.PasswordHash, NewHash: fmt.Sprint("$", i), Reset: "a", At: epoch0})
		switch {
		case err == nil:
			used.Add(1)
		case !errors.Is(err, account.ErrUserChanged):
			t.Error(err)
		}
	})
	if used.Load() != 1 {
		t.Fatalf("a reset was used %d times", used.Load())
	}
	s.published(0, "keep", "other")
}

func testDevices(t *testing.T, s accounts) {
	s.add(person("u"))
	device := func(hash, userID string, seen int) account.Device {
		at := epoch0.Add(time.Duration(seen) * time.Minute)
		return account.Device{UserID: userID, TokenHash: hash, CreatedAt: at, SeenAt: at,
			Client: session.Client{Address: "192.0.2.7", UserAgent: fmt.Sprint("ü ", seen)}}
	}
	save := func(d account.Device) {
		t.Helper()
		if err := s.st.SaveDevice(s.ctx, d, 3); err != nil {
			t.Fatal(err)
		}
	}
	list := func(userID string, want ...account.Device) {
		t.Helper()
		got, err := s.st.ListDevices(s.ctx, userID)
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("devices\n got %+v, %v\nwant %+v", got, err, want)
		}
	}
	a, b, c := device("a", "u", 1), device("b", "u", 2), device("c", "u", 3)
	save(a)
	save(b)
	save(c)
	save(device("a", "v", 9))
	list("u", c, b, a)
	later := device("a", "u", 5)
	save(later)
	later.CreatedAt = a.CreatedAt
	list("u", later, c, b)
	old := device("d", "u", 0)
	save(old) // stays, though it is the oldest
	list("u", later, c, old)

	for _, q := range []struct {
		user, hash string
		since      time.Time
		want       bool
	}{
		{"u", "a", epoch0, true}, {"u", "a", later.SeenAt, false}, {"u", "b", epoch0, false},
		{"v", "c", epoch0, false}, {"", "a", epoch0, false}, {"u", "A", epoch0, false},
	} {
		if got, err := s.st.HasDevice(s.ctx, q.user, q.hash, q.since); err != nil || got != q.want {
			t.Errorf("HasDevice(%+v) = %v, %v", q, got, err)
		}
	}
	if n, err := s.st.PurgeDevices(s.ctx, old.SeenAt, 9); n != 1 || err != nil {
		t.Errorf("purged %d, %v", n, err)
	}
	list("u", later, c)
	s.ended(s.st.DeleteUser(s.ctx, change("u", epoch0)))()
	list("u")
	for range 2 {
		if err := s.st.ForgetDevices(s.ctx, "v"); err != nil {
			t.Fatal(err)
		}
	}
	list("v")
}
