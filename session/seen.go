package session

import (
	"context"
	"sync"
	"time"
)

// maxSeenInterval is how old SeenAt may be while a session is in use.
const maxSeenInterval = time.Minute

// seenInterval is how often the use of a session is written: once a minute, or
// more often when idle sessions end so soon that a minute would matter.
func seenInterval(idle time.Duration) time.Duration {
	if idle <= 0 {
		return maxSeenInterval
	}
	return min(maxSeenInterval, idle/4)
}

// seen remembers when sessions were used, so that the store is told of it once
// in a while and not by every request.
type seen struct {
	every time.Duration
	mu    sync.Mutex
	uses  map[string]use
}

type use struct {
	at      time.Time // the latest use
	written time.Time // the latest use the store knows from us
}

// Seen records that the person uses the session now, which puts off its idle
// end. It writes at most once a minute for each session (more often when
// IdleTimeout is under four minutes): from Run, in batches, when that is at
// work, else at once. Nobody's request should fail because of its error, which
// is ErrUnavailable.
func (m *Manager) Seen(ctx context.Context, id string) error {
	now := m.stamp()
	due := m.seen.record(id, now)
	if !due || m.running.Load() {
		return nil
	}
	return m.flushSeen(ctx, now)
}

// flushSeen writes every use that is due, and forgets what is no longer needed.
func (m *Manager) flushSeen(ctx context.Context, now time.Time) error {
	batch := m.seen.due(now)
	if len(batch) == 0 {
		return nil
	}
	if err := m.cfg.Store.Touch(ctx, batch); err != nil {
		return unavailable(err)
	}
	m.seen.wrote(batch)
	return nil
}

// record notes a use and says whether it should be written.
func (s *seen) record(id string, now time.Time) (due bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uses == nil {
		s.uses = map[string]use{}
	}
	u := s.uses[id]
	if now.After(u.at) {
		u.at = now
		s.uses[id] = u
	}
	return u.isDue(now, s.every)
}

func (u use) isDue(now time.Time, every time.Duration) bool {
	return u.at.After(u.written) && now.Sub(u.written) >= every
}

// due returns the uses to write now. Written ones that nothing followed for a
// while are forgotten.
func (s *seen) due(now time.Time) map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := map[string]time.Time{}
	for id, u := range s.uses {
		switch {
		case u.isDue(now, s.every):
			batch[id] = u.at
		case u.at.Equal(u.written) && now.Sub(u.at) >= s.every:
			delete(s.uses, id)
		}
	}
	return batch
}

func (s *seen) wrote(batch map[string]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range batch {
		if u, ok := s.uses[id]; ok {
			u.written = at
			s.uses[id] = u
		}
	}
}

// unwritten marks every use as due, for the last flush.
func (s *seen) unwritten() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, u := range s.uses {
		if u.at.After(u.written) {
			u.written = time.Time{}
			s.uses[id] = u
		}
	}
}

func (s *seen) last(id string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uses[id].at
}

func (s *seen) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.uses, id)
}
