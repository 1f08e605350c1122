package session_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

var start = time.Date(2030, 1, 2, 3, 4, 5, 678000, time.UTC)

// clock is a clock that moves when told to.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(start.UnixNano())
	return c
}

func (c *clock) Now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) Advance(d time.Duration) { c.at.Add(int64(d)) }

// events collects what a Manager reports.
type events struct {
	mu  sync.Mutex
	all []session.Event
}

func (e *events) add(_ context.Context, event session.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
}

func (e *events) take() []session.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.all
	e.all = nil
	return all
}

// world is a Manager and what it stands on.
type world struct {
	*session.Manager
	t      *testing.T
	store  *gate
	clock  *clock
	events *events
}

// newWorld makes a Manager on a store in memory. change may be nil.
func newWorld(t *testing.T, change func(*session.Config)) *world {
	t.Helper()
	return joinWorld(t, memstore.New(), newClock(), change)
}

// joinWorld makes one more process on a store.
func joinWorld(t *testing.T, store session.Store, c *clock, change func(*session.Config)) *world {
	t.Helper()
	w := &world{t: t, store: &gate{Store: store}, clock: c, events: &events{}}
	config := session.Config{Store: w.store, Now: c.Now, OnEvent: w.events.add, Logger: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&config)
	}
	m, err := session.NewManager(config)
	if err != nil {
		t.Fatal(err)
	}
	w.Manager = m
	return w
}

func (w *world) start(subject string) *session.Session {
	w.t.Helper()
	s, err := w.Start(w.t.Context(), session.Start{Subject: subject})
	if err != nil {
		w.t.Fatal(err)
	}
	w.events.take()
	return s
}

// present is the session's refresh token of a generation, as it was issued.
func (w *world) present(s *session.Session, generation int64) session.Presented {
	return session.Presented{
		ID:         s.ID,
		Generation: generation,
		MAC:        session.RefreshMAC(s, generation),
		ExpiresAt:  s.ExpiresAt,
	}
}

func (w *world) refresh(s *session.Session, generation int64) (*session.Session, error) {
	return w.Refresh(w.t.Context(), w.present(s, generation))
}

// refreshed refreshes and checks the generation that comes back.
func (w *world) refreshed(s *session.Session, presented, want int64) *session.Session {
	w.t.Helper()
	got, err := w.refresh(s, presented)
	if err != nil {
		w.t.Fatalf("refresh with generation %d: %v", presented, err)
	}
	if got.Generation != want {
		w.t.Fatalf("refresh with generation %d gave %d, want %d", presented, got.Generation, want)
	}
	return got
}

func access(s *session.Session, jti string) session.Access {
	return session.Access{SessionID: s.ID, TokenID: jti, Epoch: s.Epoch}
}

// wantReason checks that err is an end for a reason.
func wantReason(t *testing.T, err error, want session.EndReason) {
	t.Helper()
	var ended *session.EndedError
	if !errors.As(err, &ended) || ended.Reason != want || !errors.Is(err, session.ErrEnded) {
		t.Fatalf("error %v, want the end %q", err, want)
	}
	if errors.Is(err, session.ErrReused) != (want == session.EndedByReuse) {
		t.Fatalf("errors.Is(%v, ErrReused) is wrong", err)
	}
}

// gate is a store whose door can be shut: then every call fails. It also counts
// calls.
type gate struct {
	session.Store
	shut  atomic.Bool
	calls atomic.Int64
	// onFeed, if set, may change what a poll finds.
	onFeed func(*session.Feed)
}

var errShut = errors.New("the store is shut")

func (g *gate) enter() error {
	g.calls.Add(1)
	if g.shut.Load() {
		return errShut
	}
	return nil
}

func (g *gate) Create(ctx context.Context, s *session.Session, replaces string, limit int) ([]string, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	return g.Store.Create(ctx, s, replaces, limit)
}

func (g *gate) Get(ctx context.Context, id string) (*session.Session, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	return g.Store.Get(ctx, id)
}

func (g *gate) Rotate(ctx context.Context, id string, from int64, at time.Time) (*session.Session, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	return g.Store.Rotate(ctx, id, from, at)
}

func (g *gate) Touch(ctx context.Context, seen map[string]time.Time) error {
	if err := g.enter(); err != nil {
		return err
	}
	return g.Store.Touch(ctx, seen)
}

func (g *gate) End(ctx context.Context, e session.Ending) ([]string, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	return g.Store.End(ctx, e)
}

func (g *gate) EndAll(ctx context.Context, at time.Time) (int64, error) {
	if err := g.enter(); err != nil {
		return 0, err
	}
	return g.Store.EndAll(ctx, at)
}

func (g *gate) RevokeToken(ctx context.Context, jti string, at time.Time) error {
	if err := g.enter(); err != nil {
		return err
	}
	return g.Store.RevokeToken(ctx, jti, at)
}

func (g *gate) TokenRevoked(ctx context.Context, jti string) (bool, error) {
	if err := g.enter(); err != nil {
		return false, err
	}
	return g.Store.TokenRevoked(ctx, jti)
}

func (g *gate) List(ctx context.Context, subject string) ([]*session.Session, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	return g.Store.List(ctx, subject)
}

func (g *gate) Feed(ctx context.Context, after int64) (*session.Feed, error) {
	if err := g.enter(); err != nil {
		return nil, err
	}
	f, err := g.Store.Feed(ctx, after)
	if err == nil && g.onFeed != nil {
		g.onFeed(f)
	}
	return f, err
}

func (g *gate) RegisterLifetime(ctx context.Context, d time.Duration) error {
	if err := g.enter(); err != nil {
		return err
	}
	return g.Store.RegisterLifetime(ctx, d)
}

func (g *gate) Purge(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := g.enter(); err != nil {
		return 0, err
	}
	return g.Store.Purge(ctx, now, limit)
}
