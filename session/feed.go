package session

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// pollEvery is how often Run reads the feed.
	pollEvery = 250 * time.Millisecond
	// freshFor is how long a good poll is good for, from its start. It bounds
	// how late a process learns of a revocation.
	freshFor = time.Second
	// MaxSkew is how far this process's clock and the store's may be apart
	// before FeedStatus says so.
	MaxSkew = 2 * time.Second
	// feedMargin is what is kept beyond the longest token lifetime, here as in
	// the stores.
	feedMargin = time.Minute
)

// feed is what this process knows of revocations.
type feed struct {
	sessions idSet // ids of sessions that have ended
	tokens   idSet // jtis of revoked tokens

	polling sync.Mutex // held for a whole poll
	mu      sync.Mutex // held to replace view
	view    atomic.Pointer[view]
	lastErr atomic.Pointer[error]
	swept   atomic.Pointer[time.Time]
}

// view is what the last good poll found. It is never changed, only replaced.
type view struct {
	polled      time.Time // when that poll began
	incarnation string
	last        int64
	epoch       int64
	skew        time.Duration
	keep        time.Duration
}

func (f *feed) init() {
	f.sessions.init()
	f.tokens.init()
}

// check refuses what is known to be dead, however old that knowledge is: the
// dead do not come back.
func (f *feed) check(a Access) error {
	if v := f.view.Load(); v != nil && a.Epoch < v.epoch {
		return &EndedError{Reason: EndedByEpoch}
	}
	if a.SessionID != "" && f.sessions.has(a.SessionID) {
		return &EndedError{}
	}
	if a.TokenID != "" && f.tokens.has(a.TokenID) {
		return ErrRevoked
	}
	return nil
}

// fresh says whether what is not known to be dead may be taken to be alive.
func (f *feed) fresh(now time.Time) bool {
	v := f.view.Load()
	return v != nil && v.fresh(now)
}

func (v *view) fresh(now time.Time) bool {
	age, ok := v.age(now)
	return ok && age < freshFor
}

// age is how long ago the poll began, by whichever clock says longer: the
// monotonic clock stands still while a machine sleeps, and the wall clock can
// be set back. It is not ok when there was none, or when both clocks say that
// it is yet to come.
func (v *view) age(now time.Time) (age time.Duration, ok bool) {
	if v.polled.IsZero() {
		return 0, false
	}
	age = now.Sub(v.polled)
	if age == math.MinInt64 { // so long before the poll that UnixNano may have wrapped
		return age, false
	}
	age = max(age, time.Duration(now.UnixNano()-v.polled.UnixNano()))
	return age, age >= 0
}

// raise learns of a new epoch from this process itself.
func (f *feed) raise(epoch int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var raised view // not fresh, if nothing was polled yet
	if v := f.view.Load(); v != nil {
		raised = *v
	}
	raised.epoch = max(raised.epoch, epoch)
	f.view.Store(&raised)
}

// Poll reads the feed once, as Run does every 250 ms. A caller that runs no
// goroutines may call it instead: each good poll lets Check answer from memory
// for a second. The error is ErrUnavailable.
func (m *Manager) Poll(ctx context.Context) error {
	m.feed.polling.Lock()
	defer m.feed.polling.Unlock()
	err := m.poll(ctx)
	m.feed.lastErr.Store(&err)
	return err
}

func (m *Manager) poll(ctx context.Context) error {
	if err := m.register(ctx); err != nil {
		return err
	}
	old := m.feed.view.Load()
	if old == nil {
		old = &view{}
	}
	began := m.cfg.Now()
	f, err := m.cfg.Store.Feed(ctx, old.last)
	if err != nil {
		return unavailable(err)
	}
	reset := old.incarnation != "" && (f.Incarnation != old.incarnation || f.Last < old.last)
	if reset {
		// Another store, or this one as it was before: everything it says
		// counts from the start. What is known to be dead stays dead.
		m.registered.Store(false)
		if err := m.register(ctx); err != nil {
			return err
		}
		if f, err = m.cfg.Store.Feed(ctx, 0); err != nil {
			return unavailable(err)
		}
	}
	m.apply(f, began, reset)
	if reset {
		m.cfg.Logger.WarnContext(ctx, "session: the store was replaced or went back in time; its feed was read anew",
			"incarnation", f.Incarnation, "last", f.Last, "epoch", f.Epoch)
		m.emit(ctx, Event{Kind: EventFeedReset})
	}
	return nil
}

// apply takes in what a poll found: first the dead, then the word that the rest
// is alive.
func (m *Manager) apply(f *Feed, began time.Time, reset bool) {
	for _, r := range f.Revoked {
		if r.SessionID != "" {
			m.Ended(r.SessionID)
			continue
		}
		m.learn(&m.feed.tokens, r.TokenID)
		m.watchers.endToken(r.TokenID)
	}
	next := &view{
		polled:      began,
		incarnation: f.Incarnation,
		last:        f.Last,
		epoch:       f.Epoch,
		skew:        skew(f.Now, began, m.cfg.Now()),
		keep:        f.Keep,
	}
	m.feed.mu.Lock()
	old := m.feed.view.Load()
	if old != nil && !reset {
		// This process may have raised it while the poll was under way.
		next.epoch = max(next.epoch, old.epoch)
	}
	m.feed.view.Store(next)
	m.feed.mu.Unlock()
	if old == nil || next.epoch > old.epoch {
		m.watchers.endBelow(next.epoch)
	}
}

// skew is how far the store's clock is ahead of ours, as little as the time the
// answer took allows.
func skew(store, began, ended time.Time) time.Duration {
	switch {
	case store.Before(began):
		return store.Sub(began.Round(0))
	case store.After(ended):
		return store.Sub(ended.Round(0))
	}
	return 0
}

// learn adds to what is known to be dead.
func (m *Manager) learn(set *idSet, ids ...string) {
	now := m.cfg.Now()
	set.add(now, ids...)
	if swept := m.feed.swept.Load(); swept == nil || now.Sub(*swept) > feedMargin {
		m.sweep()
	}
}

// sweep forgets revocations that no live token can need any more.
func (m *Manager) sweep() {
	now := m.cfg.Now()
	m.feed.swept.Store(&now)
	keep := m.cfg.AccessTTL + m.cfg.Leeway + feedMargin
	if v := m.feed.view.Load(); v != nil {
		keep = max(keep, v.keep)
	}
	m.feed.sessions.sweep(now, keep)
	m.feed.tokens.sweep(now, keep)
}

// FeedStatus is what a process knows of the revocation feed, for metrics and
// readiness.
type FeedStatus struct {
	// Running says that Run is at work.
	Running bool
	// Fresh says that Check answers from memory; else it asks the store.
	Fresh bool
	// Age is the time since the last good poll began; zero if none did.
	Age time.Duration
	// Last is the number of the newest revocation seen.
	Last int64
	// Epoch is the epoch as last seen.
	Epoch int64
	// Skew is how far the store's clock is ahead of this process's.
	Skew time.Duration
	// Skewed says that the clocks are more than MaxSkew apart: the process is
	// not fit to serve, because grace windows and expiries are judged by its
	// clock.
	Skewed bool
	// Entries is how many revocations are in memory.
	Entries int
	// Err is why the last poll failed; nil if it did not.
	Err error
}

// Status reports on the feed. It does no I/O.
func (m *Manager) Status() FeedStatus {
	s := FeedStatus{
		Running: m.running.Load(),
		Entries: m.feed.sessions.len() + m.feed.tokens.len(),
	}
	if err := m.feed.lastErr.Load(); err != nil {
		s.Err = *err
	}
	v := m.feed.view.Load()
	if v == nil {
		return s
	}
	now := m.cfg.Now()
	s.Age, _ = v.age(now)
	s.Fresh = v.fresh(now)
	s.Last, s.Epoch, s.Skew = v.last, v.epoch, v.skew
	s.Skewed = v.skew.Abs() > MaxSkew
	return s
}
