package session_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func TestStart(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout = time.Hour })
	authTime := start.Add(-time.Minute).In(time.FixedZone("", 3600))
	s, err := w.Start(ctx, session.Start{Subject: "u", AMR: []string{"pwd"}, ACR: "1", AuthTime: authTime,
		Client: session.Client{Address: "192.0.2.1", UserAgent: "a\x00b\r\nc\xff" + strings.Repeat("ü", 200)}})
	if err != nil {
		t.Fatal(err)
	}
	now := start.Truncate(time.Microsecond)
	if s.CreatedAt != now || s.SeenAt != now || !s.AuthTime.Equal(authTime) || !s.RotatedAt.IsZero() || s.Generation != 0 {
		t.Errorf("times %+v", s)
	}
	if s.End() != now.Add(time.Hour) || s.IdleTimeout != time.Hour {
		t.Errorf("ends at %v", s.End())
	}
	if ua := s.Client.UserAgent; !strings.HasPrefix(ua, "abcüüü") || len(ua) > 256 || strings.ContainsRune(ua, 0xfffd) {
		t.Errorf("user agent %q", ua)
	}
	if row, err := w.store.Get(ctx, s.ID); err != nil || !bytes.Equal(row.Secret, s.Secret) || len(s.Secret) != 32 {
		t.Errorf("stored %+v, %v", row, err)
	}
	if e := w.events.take(); len(e) != 1 || e[0].Kind != session.EventStarted || e[0].SessionID != s.ID || e[0].Client != s.Client {
		t.Errorf("events %+v", e)
	}
	for _, subject := range []string{"", strings.Repeat("x", 256), "a\x00b", "a\nb", "\xff"} {
		if s, err := w.Start(ctx, session.Start{Subject: subject}); err == nil || s != nil || errors.Is(err, session.ErrUnavailable) {
			t.Errorf("subject %q: %v", subject, err)
		}
	}
}

func TestStartSaysWhatItEnds(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, func(c *session.Config) { c.Limit = 2 })
	a, b := w.start("u"), w.start("u")
	if _, err := w.Start(ctx, session.Start{Subject: "u"}); err != nil {
		t.Fatal(err)
	}
	oldest := min(a.ID, b.ID) // both were used at the same moment
	e := w.events.take()
	if len(e) != 2 || e[1].SessionID != oldest || e[1].Reason != session.EndedByLimit || e[1].Subject != "u" {
		t.Errorf("events %+v", e)
	}
	other := w.start("v")
	if _, err := w.Start(ctx, session.Start{Subject: "w", Replaces: other.ID}); err != nil {
		t.Fatal(err)
	}
	if e := w.events.take(); len(e) != 2 || e[1].SessionID != other.ID || e[1].Reason != session.EndedByReplacement {
		t.Errorf("events %+v", e)
	}
}

func TestNoLimit(t *testing.T) {
	w := newWorld(t, func(c *session.Config) { c.Limit = -1 })
	for range 150 {
		w.start("u")
	}
	if all, err := w.List(t.Context(), "u"); err != nil || len(all) != 150 {
		t.Errorf("%d sessions, %v", len(all), err)
	}
}

func TestGetAndList(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, func(c *session.Config) { c.IdleTimeout, c.SessionTTL = time.Hour, 2*time.Hour })
	a := w.start("u")
	w.clock.Advance(30 * time.Minute)
	b := w.start("u")
	want := func(ids ...string) {
		t.Helper()
		all, err := w.List(ctx, "u")
		if err != nil || len(all) != len(ids) {
			t.Fatalf("List = %v, %v; want %q", all, err, ids)
		}
		for i, s := range all {
			if s.ID != ids[i] {
				t.Errorf("List[%d] = %s, want %s", i, s.ID, ids[i])
			}
		}
	}
	want(b.ID, a.ID)
	if s, err := w.Get(ctx, a.ID); err != nil || s.ID != a.ID {
		t.Errorf("Get = %v, %v", s, err)
	}
	w.clock.Advance(30 * time.Minute) // a is idle
	want(b.ID)
	_, err := w.Get(ctx, a.ID)
	wantReason(t, err, session.EndedByIdle)
	if err := w.End(ctx, b.ID, session.EndedByAdmin); err != nil {
		t.Fatal(err)
	}
	want()
	_, err = w.Get(ctx, b.ID)
	wantReason(t, err, session.EndedByAdmin)
	w.clock.Advance(90 * time.Minute)
	_, err = w.Get(ctx, a.ID)
	wantReason(t, err, session.EndedByExpiry)
	if _, err := w.Get(ctx, "unknown"); !errors.Is(err, session.ErrUnknown) {
		t.Errorf("Get(unknown) = %v", err)
	}
}

func TestEnds(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	a, b, c, d := w.start("u"), w.start("u"), w.start("u"), w.start("v")
	if ok, err := w.EndOwn(ctx, "v", a.ID); ok || err != nil {
		t.Errorf("EndOwn of another's session = %v, %v", ok, err)
	}
	for _, want := range []bool{true, false} {
		if ok, err := w.EndOwn(ctx, "u", a.ID); ok != want || err != nil {
			t.Errorf("EndOwn = %v, %v; want %v", ok, err, want)
		}
	}
	if n, err := w.EndOthers(ctx, "u", b.ID); n != 1 || err != nil {
		t.Errorf("EndOthers = %d, %v", n, err)
	}
	if err := errors.Join(w.Check(ctx, access(b, "")), w.Check(ctx, access(d, ""))); err != nil {
		t.Errorf("ended too much: %v", err)
	}
	wantReason(t, w.Check(ctx, access(c, "")), "")
	for range 2 {
		if err := w.End(ctx, b.ID, session.EndedBySignOut); err != nil {
			t.Error(err)
		}
	}
	// Nothing named is nothing ended.
	if err := w.End(ctx, "", session.EndedBySignOut); err != nil {
		t.Error(err)
	}
	if n, err := w.EndSubject(ctx, "", session.EndedByAdmin); n != 0 || err != nil {
		t.Errorf("EndSubject of nobody = %d, %v", n, err)
	}
	reasons := map[string]session.EndReason{}
	for _, e := range w.events.take() {
		reasons[e.SessionID] = e.Reason
	}
	if len(reasons) != 3 || reasons[a.ID] != session.EndedByUser || reasons[c.ID] != session.EndedByUser || reasons[b.ID] != session.EndedBySignOut {
		t.Errorf("events %v", reasons)
	}
}

// TestOutage: every method says that it does not know, and has done nothing.
func TestOutage(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t, nil)
	s := w.start("u")
	w.clock.Advance(time.Hour)
	w.store.shut.Store(true)
	for name, call := range map[string]func() error{
		"Start":       func() error { _, err := w.Start(ctx, session.Start{Subject: "u"}); return err },
		"Refresh":     func() error { _, err := w.refresh(s, 0); return err },
		"Validate":    func() error { _, err := w.Validate(ctx, w.present(s, 0)); return err },
		"Reuse":       func() error { _, err := w.refresh(s, 9); return err },
		"Check":       func() error { return w.Check(ctx, access(s, "jti")) },
		"CheckToken":  func() error { return w.Check(ctx, session.Access{TokenID: "jti"}) },
		"Get":         func() error { _, err := w.Get(ctx, s.ID); return err },
		"List":        func() error { _, err := w.List(ctx, "u"); return err },
		"End":         func() error { return w.End(ctx, s.ID, session.EndedBySignOut) },
		"EndOwn":      func() error { _, err := w.EndOwn(ctx, "u", s.ID); return err },
		"EndOthers":   func() error { _, err := w.EndOthers(ctx, "u", ""); return err },
		"EndSubject":  func() error { _, err := w.EndSubject(ctx, "u", session.EndedByAdmin); return err },
		"EndAll":      func() error { return w.EndAll(ctx) },
		"RevokeToken": func() error { return w.RevokeToken(ctx, "jti") },
		"Seen":        func() error { return w.Seen(ctx, s.ID) },
		"Poll":        func() error { return w.Poll(ctx) },
	} {
		if err := call(); !errors.Is(err, session.ErrUnavailable) || !errors.Is(err, errShut) {
			t.Errorf("%s: %v, want ErrUnavailable", name, err)
		}
	}
	w.store.shut.Store(false)
	if e := w.events.take(); len(e) != 0 {
		t.Errorf("events of what did not happen: %+v", e)
	}
	if err := w.Check(ctx, access(s, "jti")); err != nil {
		t.Errorf("after the outage: %v", err)
	}
	w.refreshed(s, 0, 1)
}

// TestStartBeforeLifetimeIsKnown: no token is issued that the store would forget
// too soon.
func TestStartBeforeLifetimeIsKnown(t *testing.T) {
	w := newWorld(t, nil)
	w.store.shut.Store(true)
	if s, err := w.Start(t.Context(), session.Start{Subject: "u"}); err == nil {
		t.Fatalf("started %+v", s)
	}
	w.store.shut.Store(false)
	w.start("u")
	if f, err := w.store.Feed(t.Context(), 0); err != nil || f.Keep != 16*time.Minute {
		t.Errorf("keep %v, %v", f.Keep, err)
	}
}

// TestDerived: what goes into tokens is bound to session, generation and
// purpose, and shows nothing of the secret.
func TestDerived(t *testing.T) {
	a := &session.Session{ID: "id", Secret: bytes.Repeat([]byte{7}, 32)}
	b := &session.Session{ID: "id2", Secret: a.Secret}
	c := &session.Session{ID: "id", Secret: bytes.Repeat([]byte{8}, 32)}
	seen := map[string]string{}
	add := func(what, value string) {
		t.Helper()
		if other, ok := seen[value]; ok {
			t.Errorf("%s is %s", what, other)
		}
		seen[value] = what
	}
	for name, s := range map[string]*session.Session{"a": a, "b": b, "c": c} {
		for _, generation := range []int64{0, 1, -1, 1 << 40} {
			mac := session.RefreshMAC(s, generation)
			if len(mac) != 32 || !bytes.Equal(mac, session.RefreshMAC(s.Clone(), generation)) {
				t.Errorf("RefreshMAC is %x", mac)
			}
			add(name, base64.RawURLEncoding.EncodeToString(mac[:16]))
			add(name, session.RefreshTokenID(s, generation))
		}
		add(name, session.CSRFToken(s))
	}
	if id := session.NewID(); len(id) != 22 || id == session.NewID() {
		t.Errorf("NewID = %q", id)
	}
}

// basisStore knows one user, whose state is "now".
type basisStore struct{ session.Store }

func (s basisStore) Create(ctx context.Context, row *session.Session, replaces string, limit int) ([]string, error) {
	if row.Basis != "" && row.Basis != "now" {
		return nil, fmt.Errorf("wrapped: %w", session.ErrBasisChanged)
	}
	row = row.Clone()
	row.Basis = ""
	return s.Store.Create(ctx, row, replaces, limit)
}

func TestStartBasis(t *testing.T) {
	w := joinWorld(t, basisStore{memstore.New()}, newClock(), nil)
	s, err := w.Start(t.Context(), session.Start{Subject: "u", Basis: "before"})
	if !errors.Is(err, session.ErrBasisChanged) || errors.Is(err, session.ErrUnavailable) || s != nil || len(w.events.take()) != 0 {
		t.Errorf("changed meanwhile: %+v, %v", s, err)
	}
	if s, err := w.Start(t.Context(), session.Start{Subject: "u", Basis: "now"}); err != nil || s.Basis != "" {
		t.Errorf("not changed: %+v, %v", s, err)
	}
	// A store that cannot check does not guess.
	w = newWorld(t, nil)
	if _, err := w.Start(t.Context(), session.Start{Subject: "u", Basis: "now"}); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a store without users: %v", err)
	}
}
