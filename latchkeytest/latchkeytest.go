// Package latchkeytest helps to test handlers that latchkey guards: it makes
// signed-in requests and clients, moves the clock, and keeps the events.
//
// New takes the configuration of the application and returns a Harness with a
// real [latchkey.Auth]. Nothing is pretended: tokens are signed, cookies are
// set and sessions are in the store, as they will be in production. All that
// differs is the clock, which stands still until [Harness.Advance].
//
//	func TestOrders(t *testing.T) {
//		lk := latchkeytest.New(t, authConfig())
//		app := newApp(lk.Auth)
//
//		r := httptest.NewRequest("GET", "/orders", nil)
//		w := httptest.NewRecorder()
//		app.ServeHTTP(w, lk.SignedIn(t, r, latchkey.Login{Subject: "ada"}))
//		// … look at w
//	}
//
// The package lets anybody be anybody, so it works in tests only: everything
// needs a testing.TB, and New fails outside of a test binary.
package latchkeytest

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// A Harness is an Auth, its clock and the events it has told. Make one with
// [New]. It is safe for concurrent use.
type Harness struct {
	// Auth is what the application under test is given.
	Auth *latchkey.Auth

	cfg latchkey.Config // as given, with what was missing

	mu     sync.Mutex
	now    time.Time
	events []session.Event
}

// New returns a Harness for an application that is configured so. It fails the
// test if the configuration has mistakes.
//
// What is required and missing is filled in, so that the zero Config will do
// where the configuration does not matter: Issuer becomes "http://localhost",
// Keys a new key, Store memstore.New(). Hooks.Event is still called. Now is
// replaced by a clock that stands still; it begins at what Now says, or else at
// the present moment.
//
// Auth.Run is not called, so every guard asks the store. What a test ends has
// ended by its next request.
func New(t testing.TB, cfg latchkey.Config) *Harness {
	t.Helper()
	if !testing.Testing() {
		t.Fatal("latchkeytest: New lets anybody sign in as anybody, so it works in tests only")
	}
	h := &Harness{now: time.Now()}
	if cfg.Now != nil {
		h.now = cfg.Now()
	}
	h.cfg = completed(t, cfg)
	observed := h.cfg
	observed.Now = h.Now
	observed.Hooks.Event = func(ctx context.Context, e session.Event) {
		h.mu.Lock()
		h.events = append(h.events, e)
		h.mu.Unlock()
		if cfg.Hooks.Event != nil {
			cfg.Hooks.Event(ctx, e)
		}
	}
	h.Auth = newAuth(t, observed)
	return h
}

// completed is cfg with what is required and missing.
func completed(t testing.TB, cfg latchkey.Config) latchkey.Config {
	t.Helper()
	if cfg.Store == nil {
		cfg.Store = memstore.New()
	}
	if cfg.Dialect != nil {
		return cfg // it brings keys, and needs no issuer
	}
	cfg.Issuer = cmp.Or(cfg.Issuer, "http://localhost")
	if cfg.Keys == nil {
		key, err := jwt.GenerateKey(jwt.HS256)
		if err != nil {
			t.Fatalf("latchkeytest: %v", err)
		}
		cfg.Keys = key
	}
	return cfg
}

func newAuth(t testing.TB, cfg latchkey.Config) *latchkey.Auth {
	t.Helper()
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatalf("latchkeytest: %v", err)
	}
	return auth
}

// Now is the time of the Harness. Give it to what else asks for the time:
//
//	account.New(account.Config{Store: store, Now: lk.Now})
func (h *Harness) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// Advance moves the clock, for example past the life of a token. A negative d
// moves it back, as happens to a machine whose clock is set.
func (h *Harness) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Events returns what Auth has told Hooks.Event so far, in order; with kinds,
// only events of these. The sign-ins of SignedIn and its like are not among
// them. An event is told before the call that causes it returns: once a handler
// has answered, there is nothing to wait for.
func (h *Harness) Events(kinds ...session.EventKind) []session.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	var events []session.Event
	for _, e := range h.events {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			events = append(events, e)
		}
	}
	return events
}
