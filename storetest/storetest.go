// Package storetest checks a store against its contract. A store's own test is
// three lines:
//
//	func TestStore(t *testing.T) {
//		storetest.Sessions(t, func(t *testing.T) session.Store { return memstore.New() })
//	}
//
// Everything the comments of session.Store and account.Store promise is tested,
// concurrency included. Surviving a crash is not: that takes a process to kill.
package storetest

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// epoch0 is when the tests take place. Stores must not compare the times they
// are given with their own clock.
var epoch0 = time.Date(2031, 5, 4, 3, 2, 1, 987654000, time.UTC)

// Sessions tests a session.Store. open returns an empty store of its own for
// each call, and closes it with t.Cleanup.
func Sessions(t *testing.T, open func(t *testing.T) session.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, suite)
	}{
		{"Create", testCreate},
		{"CreateReplaces", testCreateReplaces},
		{"CreateLimit", testCreateLimit},
		{"Get", testGet},
		{"Rotate", testRotate},
		{"Touch", testTouch},
		{"EndOne", testEndOne},
		{"EndSubject", testEndSubject},
		{"EndAll", testEndAll},
		{"RevokeToken", testRevokeToken},
		{"List", testList},
		{"Feed", testFeed},
		{"Lifetime", testLifetime},
		{"PurgeSessions", testPurgeSessions},
		{"PurgeFeed", testPurgeFeed},
		{"PurgeLimit", testPurgeLimit},
		{"Cancelled", testCancelled},
		{"Text", testText},
		{"ConcurrentRotate", testConcurrentRotate},
		{"ConcurrentEnd", testConcurrentEnd},
		{"ConcurrentRotateAndEnd", testConcurrentRotateAndEnd},
		{"ConcurrentLimit", testConcurrentLimit},
		{"ConcurrentReplace", testConcurrentReplace},
		{"ConcurrentRevokeToken", testConcurrentRevokeToken},
		{"ConcurrentFeed", testConcurrentFeed},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.test(t, suite{t, open(t), t.Context()})
		})
	}
}

// suite is a store under test and shorthands that fail the test.
type suite struct {
	t   *testing.T
	st  session.Store
	ctx context.Context
}

// row is a session that differs from the zero value in every field it may.
func row(id, subject string) *session.Session {
	return &session.Session{
		ID:          id,
		Subject:     subject,
		Secret:      []byte("0123456789abcdef\x00\xff0123456789abcd"),
		CreatedAt:   epoch0,
		SeenAt:      epoch0,
		AuthTime:    epoch0.Add(-time.Hour),
		ExpiresAt:   epoch0.Add(30 * 24 * time.Hour),
		IdleTimeout: 48 * time.Hour,
		AMR:         []string{"pwd", "otp"},
		ACR:         "urn:example:2",
		Client:      session.Client{Address: "192.0.2.7", UserAgent: "Mozilla/5.0 (X11; Linux) ü"},
	}
}

func (s suite) create(r *session.Session) *session.Session {
	s.t.Helper()
	if ended, err := s.st.Create(s.ctx, r, "", 0); err != nil || len(ended) != 0 {
		s.t.Fatalf("Create(%s) = %q, %v; want none, nil", r.ID, ended, err)
	}
	return r
}

func (s suite) get(id string) *session.Session {
	s.t.Helper()
	r, err := s.st.Get(s.ctx, id)
	if err != nil {
		s.t.Fatalf("Get(%s): %v", id, err)
	}
	return r
}

func (s suite) feed(after int64) *session.Feed {
	s.t.Helper()
	f, err := s.st.Feed(s.ctx, after)
	if err != nil {
		s.t.Fatalf("Feed(%d): %v", after, err)
	}
	return f
}

// end ends sessions and checks which.
func (s suite) end(e session.Ending, want ...string) {
	s.t.Helper()
	ended, err := s.st.End(s.ctx, e)
	if err != nil {
		s.t.Fatalf("End(%+v): %v", e, err)
	}
	s.same("ended", ended, want)
}

// same compares ids in any order.
func (s suite) same(what string, got, want []string) {
	s.t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		s.t.Fatalf("%s: got %q, want %q", what, got, want)
	}
}

// alive and dead check a session's state.
func (s suite) alive(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		if r := s.get(id); !r.EndedAt.IsZero() || r.EndReason != "" {
			s.t.Fatalf("session %s ended at %v: %q", id, r.EndedAt, r.EndReason)
		}
	}
}

func (s suite) dead(id string, why session.EndReason, at time.Time) {
	s.t.Helper()
	if r := s.get(id); !r.EndedAt.Equal(at) || r.EndReason != why {
		s.t.Fatalf("session %s: ended %v %q, want %v %q", id, r.EndedAt, r.EndReason, at, why)
	}
}

// published checks the ids in the feed above after, sessions and tokens alike.
func (s suite) published(after int64, want ...string) {
	s.t.Helper()
	var got []string
	for _, r := range s.feed(after).Revoked {
		got = append(got, r.SessionID+r.TokenID)
	}
	s.same("feed", got, want)
}

// equal compares rows, times by the instant.
func equal(t *testing.T, got, want *session.Session) {
	t.Helper()
	g, w := *got, *want
	for _, r := range []*session.Session{&g, &w} {
		for _, at := range []*time.Time{&r.CreatedAt, &r.RotatedAt, &r.SeenAt, &r.AuthTime, &r.ExpiresAt, &r.EndedAt} {
			if !at.IsZero() && at.Location() != time.UTC {
				t.Fatalf("time %v is not in UTC", *at)
			}
			*at = at.Round(0)
		}
	}
	if !reflect.DeepEqual(g, w) {
		t.Fatalf("row differs:\n got %+v\nwant %+v", g, w)
	}
}
