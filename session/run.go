package session

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	pollTimeout  = 5 * time.Second
	lastFlush    = 5 * time.Second
	minFlush     = 10 * time.Millisecond
	purgeEvery   = time.Minute
	purgeRows    = 500
	purgeBatches = 20
)

// Run keeps this process up to date until ctx ends: it reads the feed every 250
// ms so that Check need not ask the store, writes what Seen recorded, and
// purges what is over. Call it once, on a goroutine of its own. It returns nil
// when ctx ends, after it has written what Seen recorded; it fails at once if
// it is at work already.
//
// Without Run everything works and Check asks the store each time: slower,
// never wrong. Nothing is purged then.
func (m *Manager) Run(ctx context.Context) error {
	if !m.running.CompareAndSwap(false, true) {
		return errors.New("session: Run is at work already")
	}
	var wg sync.WaitGroup
	wg.Go(func() { m.every(ctx, max(m.seen.every/6, minFlush), m.flush) })
	wg.Go(func() { m.every(ctx, purgeEvery, m.purge) })
	m.pollUntilDone(ctx)
	wg.Wait()
	m.running.Store(false)

	// The last uses, also those that would not be due yet.
	m.seen.unwritten()
	flushCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
	defer cancel()
	m.flush(flushCtx)
	return nil
}

func (m *Manager) pollUntilDone(ctx context.Context) {
	failing := false
	m.every(ctx, pollEvery, func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, pollTimeout)
		defer cancel()
		err := m.Poll(ctx)
		switch {
		case err != nil && !failing:
			m.cfg.Logger.ErrorContext(ctx, "session: cannot read the revocation feed; requests ask the store", "err", err)
		case err == nil && failing:
			m.cfg.Logger.InfoContext(ctx, "session: the revocation feed is read again")
		}
		failing = err != nil
	})
}

// every calls f now and then at each tick until ctx ends. A tick that finds f
// at work is left out.
func (m *Manager) every(ctx context.Context, period time.Duration, f func(context.Context)) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for ctx.Err() == nil {
		f(ctx)
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

func (m *Manager) flush(ctx context.Context) {
	if err := m.flushSeen(ctx, m.stamp()); err != nil && ctx.Err() == nil {
		m.cfg.Logger.WarnContext(ctx, "session: cannot write when sessions were used", "err", err)
	}
}

// purge removes what is over in small batches, so that no lock is held for
// long. What is left waits for the next round. A wrong clock must not remove
// anything.
func (m *Manager) purge(ctx context.Context) {
	m.sweep()
	if s := m.Status(); s.Skewed {
		m.cfg.Logger.WarnContext(ctx, "session: nothing is purged while the clocks differ", "skew", s.Skew)
		return
	}
	for range purgeBatches {
		n, err := m.cfg.Store.Purge(ctx, m.stamp(), purgeRows)
		if err != nil {
			if ctx.Err() == nil {
				m.cfg.Logger.WarnContext(ctx, "session: cannot purge", "err", err)
			}
			return
		}
		if n < purgeRows {
			return
		}
	}
}
