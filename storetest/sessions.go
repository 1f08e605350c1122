package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

func testCreate(t *testing.T, s suite) {
	full := s.create(row("a", "u"))
	equal(t, s.get("a"), full)

	bare := &session.Session{ID: "b", Subject: "u", Secret: []byte{1}, CreatedAt: epoch0, SeenAt: epoch0,
		AuthTime: epoch0, ExpiresAt: epoch0.Add(time.Hour)}
	s.create(bare)
	equal(t, s.get("b"), bare)

	// The store keeps a copy, and hands out copies.
	full.Secret[0] ^= 1
	s.get("a").AMR[0] = "changed"
	equal(t, s.get("a"), row("a", "u"))

	// Nanoseconds and zones are not kept.
	odd := row("c", "u")
	odd.CreatedAt = epoch0.Add(999).In(time.FixedZone("", 7200))
	s.create(odd)
	equal(t, s.get("c"), row("c", "u"))

	// An ID that exists changes nothing.
	twin := row("a", "other")
	if ended, err := s.st.Create(s.ctx, twin, "b", 1); err == nil || len(ended) != 0 {
		t.Fatalf("Create with a known ID = %q, %v; want an error", ended, err)
	}
	equal(t, s.get("a"), row("a", "u"))
	s.alive("b")
	s.published(0)
}

func testCreateReplaces(t *testing.T, s suite) {
	s.create(row("old", "u"))
	s.create(row("bystander", "u"))
	next := row("new", "another") // a shared device: the next person signs in
	next.CreatedAt = epoch0.Add(time.Minute)
	ended, err := s.st.Create(s.ctx, next, "old", 0)
	if err != nil {
		t.Fatal(err)
	}
	s.same("ended", ended, []string{"old"})
	s.dead("old", session.EndedByReplacement, next.CreatedAt)
	s.alive("new", "bystander")
	s.published(0, "old")

	for i, replaces := range []string{"old", "unknown", "self"} {
		id := fmt.Sprint("more", i)
		if replaces == "self" {
			replaces = id
		}
		if ended, err := s.st.Create(s.ctx, row(id, "u"), replaces, 0); err != nil || len(ended) != 0 {
			t.Fatalf("Create replacing %q = %q, %v; want none, nil", replaces, ended, err)
		}
		s.alive(id)
	}
	s.published(0, "old")
}

func testCreateLimit(t *testing.T, s suite) {
	// In rising order of use: c, then a and b alike, then d.
	for id, seen := range map[string]time.Duration{"a": 2, "b": 2, "c": 1, "d": 3} {
		r := row(id, "u")
		r.SeenAt = epoch0.Add(seen * time.Second)
		s.create(r)
	}
	s.create(row("else", "other"))
	s.create(row("gone", "u"))
	s.end(session.Ending{ID: "gone", Reason: session.EndedBySignOut, At: epoch0}, "gone")

	create := func(r *session.Session, replaces string, limit int, want ...string) {
		t.Helper()
		ended, err := s.st.Create(s.ctx, r, replaces, limit)
		if err != nil {
			t.Fatal(err)
		}
		s.same("ended by the limit", ended, want)
	}
	create(row("e", "u"), "", 5) // a b c d e: exactly five, e is the least recently used
	late := row("f", "u")
	late.CreatedAt = epoch0.Add(time.Hour)
	late.SeenAt = epoch0.Add(-time.Hour) // least recently used of all, but new
	create(late, "", 3, "e", "c", "a")
	s.dead("a", session.EndedByLimit, late.CreatedAt)
	s.alive("b", "d", "f", "else")
	// The replaced one does not count.
	r := row("g", "u")
	r.SeenAt = epoch0.Add(4 * time.Second)
	create(r, "d", 3, "d")
	s.alive("b", "f", "g")
	s.dead("d", session.EndedByReplacement, r.CreatedAt)
	create(row("h", "u"), "", 1, "b", "f", "g")
	s.published(0, "gone", "e", "c", "a", "d", "b", "f", "g")
}

func testGet(t *testing.T, s suite) {
	for _, id := range []string{"", "unknown", "' OR 1=1 --"} {
		if r, err := s.st.Get(s.ctx, id); !errors.Is(err, session.ErrNotFound) || r != nil {
			t.Errorf("Get(%q) = %v, %v; want ErrNotFound", id, r, err)
		}
	}
	s.create(row("a", "u"))
	if _, err := s.st.Get(s.ctx, "A"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("ids are compared without case: %v", err)
	}
}

func testRotate(t *testing.T, s suite) {
	s.create(row("a", "u"))
	want := row("a", "u")
	for n := range int64(3) {
		want.Generation, want.RotatedAt = n+1, epoch0.Add(time.Duration(n)*time.Minute)
		got, err := s.st.Rotate(s.ctx, "a", n, want.RotatedAt)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, got, want)
		equal(t, s.get("a"), want)
	}
	rotate := func(id string, from int64, want error) {
		t.Helper()
		if r, err := s.st.Rotate(s.ctx, id, from, epoch0.Add(time.Hour)); !errors.Is(err, want) || r != nil {
			t.Errorf("Rotate(%s, %d) = %v, %v; want %v", id, from, r, err, want)
		}
	}
	for _, from := range []int64{-1, 0, 2, 4} {
		rotate("a", from, session.ErrConflict)
	}
	rotate("unknown", 0, session.ErrNotFound)
	equal(t, s.get("a"), want)

	s.end(session.Ending{ID: "a", Reason: session.EndedBySignOut, At: epoch0}, "a")
	rotate("a", 3, session.ErrConflict)
	if r := s.get("a"); r.Generation != 3 || !r.RotatedAt.Equal(want.RotatedAt) {
		t.Errorf("an ended session rotated: %+v", r)
	}
}

func testTouch(t *testing.T, s suite) {
	s.create(row("a", "u"))
	s.create(row("b", "u"))
	s.create(row("ended", "u"))
	s.end(session.Ending{ID: "ended", Reason: session.EndedBySignOut, At: epoch0}, "ended")

	touch := func(seen map[string]time.Time) {
		t.Helper()
		if err := s.st.Touch(s.ctx, seen); err != nil {
			t.Fatal(err)
		}
	}
	touch(nil)
	later, sooner := epoch0.Add(time.Hour), epoch0.Add(-time.Hour)
	touch(map[string]time.Time{"a": later, "b": sooner, "ended": later, "unknown": later})
	for id, want := range map[string]time.Time{"a": later, "b": epoch0, "ended": epoch0} {
		if got := s.get(id).SeenAt; !got.Equal(want) {
			t.Errorf("SeenAt of %s = %v, want %v", id, got, want)
		}
	}
	touch(map[string]time.Time{"a": later.Add(-time.Microsecond)})
	if got := s.get("a").SeenAt; !got.Equal(later) {
		t.Errorf("SeenAt went back to %v", got)
	}
}

func testEndOne(t *testing.T, s suite) {
	for _, id := range []string{"a", "b", "c"} {
		s.create(row(id, "u"))
	}
	at := epoch0.Add(time.Hour)
	s.end(session.Ending{ID: "unknown", Reason: session.EndedByAdmin, At: at})
	s.end(session.Ending{ID: "a", Owner: "thief", Reason: session.EndedByUser, At: at})
	s.alive("a", "b", "c")
	s.published(0)

	s.end(session.Ending{ID: "a", Reason: session.EndedBySignOut, At: at}, "a")
	s.dead("a", session.EndedBySignOut, at)
	s.end(session.Ending{ID: "b", Owner: "u", Reason: session.EndedByUser, At: at}, "b")
	s.dead("b", session.EndedByUser, at)
	s.alive("c")

	// The first end counts.
	s.end(session.Ending{ID: "a", Reason: session.EndedByAdmin, At: at.Add(time.Hour)})
	s.dead("a", session.EndedBySignOut, at)
	s.published(0, "a", "b")
	for _, r := range s.feed(0).Revoked {
		if !r.At.Equal(at) {
			t.Errorf("feed entry %+v, want At %v", r, at)
		}
	}
}

func testEndSubject(t *testing.T, s suite) {
	for _, id := range []string{"a", "b", "c", "d"} {
		s.create(row(id, "u"))
	}
	s.create(row("e", "U"))
	at := epoch0.Add(time.Hour)
	s.end(session.Ending{ID: "a", Reason: session.EndedBySignOut, At: at}, "a")
	s.end(session.Ending{Subject: "u", Except: "d", Reason: session.EndedByUser, At: at}, "b", "c")
	s.dead("b", session.EndedByUser, at)
	s.dead("a", session.EndedBySignOut, at)
	s.alive("d", "e")
	s.end(session.Ending{Subject: "u", Except: "e", Reason: session.EndedByAdmin, At: at}, "d")
	s.end(session.Ending{Subject: "u", Reason: session.EndedByAdmin, At: at})
	s.end(session.Ending{Subject: "unknown", Reason: session.EndedByAdmin, At: at})
	s.alive("e")
	s.published(0, "a", "b", "c", "d")
}

func testEndAll(t *testing.T, s suite) {
	before := s.feed(0)
	s.create(row("a", "u"))
	s.create(row("b", "u"))
	s.end(session.Ending{ID: "b", Reason: session.EndedBySignOut, At: epoch0}, "b")
	at := epoch0.Add(time.Hour)
	epoch, err := s.st.EndAll(s.ctx, at)
	if err != nil || epoch != before.Epoch+1 {
		t.Fatalf("EndAll = %d, %v; want %d", epoch, err, before.Epoch+1)
	}
	if got := s.feed(0).Epoch; got != epoch {
		t.Fatalf("Feed.Epoch = %d, want %d", got, epoch)
	}
	s.dead("a", session.EndedByEpoch, at)
	s.dead("b", session.EndedBySignOut, epoch0)
	if _, err := s.st.Rotate(s.ctx, "a", 0, at); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Rotate after EndAll: %v, want ErrConflict", err)
	}
	if all, err := s.st.List(s.ctx, "u"); err != nil || len(all) != 0 {
		t.Errorf("List after EndAll = %v, %v; want none", all, err)
	}
	s.end(session.Ending{ID: "a", Reason: session.EndedBySignOut, At: at})
	s.end(session.Ending{Subject: "u", Reason: session.EndedBySignOut, At: at})
	if err := s.st.Touch(s.ctx, map[string]time.Time{"a": at}); err != nil {
		t.Fatal(err)
	}
	if got := s.get("a"); !got.SeenAt.Equal(epoch0) {
		t.Errorf("Touch moved SeenAt of a dead session to %v", got.SeenAt)
	}

	fresh := row("c", "u")
	if ended, err := s.st.Create(s.ctx, fresh, "a", 1); err != nil || len(ended) != 0 {
		t.Fatalf("Create after EndAll = %q, %v; want none: the dead do not count", ended, err)
	}
	if fresh.Epoch != epoch || s.get("c").Epoch != epoch {
		t.Errorf("Create set Epoch %d and stored %d, want %d", fresh.Epoch, s.get("c").Epoch, epoch)
	}
	s.alive("c")
	s.published(0, "b")
}

func testRevokeToken(t *testing.T, s suite) {
	revoked := func(jti string, want bool) {
		t.Helper()
		if got, err := s.st.TokenRevoked(s.ctx, jti); err != nil || got != want {
			t.Fatalf("TokenRevoked(%q) = %v, %v; want %v", jti, got, err, want)
		}
	}
	s.create(row("same", "u"))
	revoked("same", false)
	s.end(session.Ending{ID: "same", Reason: session.EndedBySignOut, At: epoch0}, "same")
	revoked("same", false) // a session of that name is not a token
	for range 2 {
		if err := s.st.RevokeToken(s.ctx, "t1", epoch0); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.st.RevokeToken(s.ctx, "same", epoch0); err != nil {
		t.Fatal(err)
	}
	revoked("t1", true)
	revoked("same", true)
	revoked("T1", false)
	s.published(0, "same", "t1", "same")
	for _, r := range s.feed(0).Revoked[1:] {
		if r.TokenID == "" || r.SessionID != "" || !r.At.Equal(epoch0) {
			t.Errorf("feed entry of a token: %+v", r)
		}
	}
}

func testList(t *testing.T, s suite) {
	for id, seen := range map[string]int{"a": 1, "b": 3, "c": 2, "d": 9} {
		r := row(id, "u")
		r.SeenAt = epoch0.Add(time.Duration(seen) * time.Minute)
		r.ExpiresAt = epoch0 // past its End all the same
		s.create(r)
	}
	s.create(row("e", "v"))
	s.end(session.Ending{ID: "d", Reason: session.EndedBySignOut, At: epoch0}, "d")
	list := func(subject, want string) []*session.Session {
		t.Helper()
		all, err := s.st.List(s.ctx, subject)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, r := range all {
			got.WriteString(r.ID)
		}
		if got.String() != want {
			t.Fatalf("List(%s) = %q, want %q", subject, got.String(), want)
		}
		return all
	}
	all := list("u", "bca")
	equal(t, all[0], s.get("b"))
	list("v", "e")
	list("nobody", "")
	if err := s.st.Touch(s.ctx, map[string]time.Time{"a": epoch0.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	list("u", "abc")
}

// testCancelled: a call whose context is over fails, and has done nothing.
func testCancelled(t *testing.T, s suite) {
	s.create(row("a", "u"))
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	for name, call := range map[string]func() error{
		"Create":   func() error { _, err := s.st.Create(ctx, row("b", "u"), "a", 1); return err },
		"Get":      func() error { _, err := s.st.Get(ctx, "a"); return err },
		"Rotate":   func() error { _, err := s.st.Rotate(ctx, "a", 0, epoch0); return err },
		"Touch":    func() error { return s.st.Touch(ctx, map[string]time.Time{"a": epoch0.Add(time.Hour)}) },
		"End":      func() error { _, err := s.st.End(ctx, session.Ending{ID: "a", Reason: "x", At: epoch0}); return err },
		"EndAll":   func() error { _, err := s.st.EndAll(ctx, epoch0); return err },
		"Revoke":   func() error { return s.st.RevokeToken(ctx, "t", epoch0) },
		"Revoked":  func() error { _, err := s.st.TokenRevoked(ctx, "t"); return err },
		"List":     func() error { _, err := s.st.List(ctx, "u"); return err },
		"Feed":     func() error { _, err := s.st.Feed(ctx, 0); return err },
		"Lifetime": func() error { return s.st.RegisterLifetime(ctx, time.Hour) },
		"Purge":    func() error { _, err := s.st.Purge(ctx, epoch0.AddDate(9, 0, 0), 9); return err },
	} {
		err := call()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context: %v", name, err)
		}
		if errors.Is(err, session.ErrNotFound) || errors.Is(err, session.ErrConflict) {
			t.Errorf("%s took a cancelled context for an answer: %v", name, err)
		}
	}
	equal(t, s.get("a"), row("a", "u"))
	if _, err := s.st.Get(s.ctx, "b"); !errors.Is(err, session.ErrNotFound) {
		t.Errorf("Create with a cancelled context stored the row")
	}
	s.published(0)
}

// testText: values come back as they went in, whatever they are made of.
func testText(t *testing.T, s suite) {
	for i, text := range []string{"'; DROP TABLE latchkey_sessions; --", "%_\\", `"a","b"`, "\u202e𝔘ñ\u0301", strings.Repeat("x", 255), "[]", "$1 ? :x @y"} {
		r := row(fmt.Sprint("id", i), text)
		r.AMR, r.ACR = []string{text, ""}, text
		r.Client = session.Client{Address: text, UserAgent: text}
		r.Secret = []byte{0, 1, 0xfe, 0xff, '\'', byte(i)}
		s.create(r)
		equal(t, s.get(r.ID), r)
		all, err := s.st.List(s.ctx, text)
		if err != nil || len(all) != 1 {
			t.Fatalf("List(%q) = %d rows, %v", text, len(all), err)
		}
		if err := s.st.RevokeToken(s.ctx, text, epoch0); err != nil {
			t.Fatal(err)
		}
		if ok, err := s.st.TokenRevoked(s.ctx, text); !ok || err != nil {
			t.Fatalf("TokenRevoked(%q) = %v, %v", text, ok, err)
		}
	}
}
