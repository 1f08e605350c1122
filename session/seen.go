package session

import (
	"context"
	"hash/maphash"
	"iter"
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

// seenGrain is how exactly the time of use is known here, as a part of how often
// it is written: a second, if that is once a minute. A page makes dozens
// of requests at once, and it does not matter which of them is the last.
const seenGrain = 60

// seen remembers when sessions were used, so that the store is told of it once
// in a while and not by every request. Like an idSet it is split, so that
// requests on many cores do not meet on one lock.
type seen struct {
	every  time.Duration
	seed   maphash.Seed
	shards [32]seenShard
}

type seenShard struct {
	sync.Mutex
	uses map[string]use
	_    [48]byte // a cache line for each
}

type use struct {
	at      time.Time // the latest use
	written time.Time // the latest use the store knows from us
}

func (s *seen) init(every time.Duration) {
	s.every, s.seed = every, maphash.MakeSeed()
	for i := range s.shards {
		s.shards[i].uses = map[string]use{}
	}
}

func (s *seen) shard(id string) *seenShard {
	return &s.shards[maphash.String(s.seed, id)%uint64(len(s.shards))]
}

// Seen records that the person uses the session now, which puts off its idle
// end. It writes at most once a minute for each session (more often when
// IdleTimeout is under four minutes): from Run, in batches, when that is at
// work, else at once. Nobody's request should fail because of its error, which
// is ErrUnavailable.
func (m *Manager) Seen(ctx context.Context, id string) error {
	return m.note(ctx, id, m.cfg.Now())
}

// note is Seen at a moment.
func (m *Manager) note(ctx context.Context, id string, now time.Time) error {
	due := m.seen.record(id, now)
	if !due || m.running.Load() {
		return nil
	}
	return m.flushSeen(ctx, micros(now))
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
	shard := s.shard(id)
	shard.Lock()
	defer shard.Unlock()
	u, known := shard.uses[id]
	if known && now.Sub(u.at) < s.every/seenGrain && u.at.Sub(u.written) < s.every {
		return false
	}
	if at := micros(now); at.After(u.at) {
		u.at = at
		shard.uses[id] = u
	}
	return u.isDue(now, s.every)
}

func (u use) isDue(now time.Time, every time.Duration) bool {
	return u.at.After(u.written) && now.Sub(u.written) >= every
}

// due returns the uses to write now. Written ones that nothing followed for a
// while are forgotten.
func (s *seen) due(now time.Time) map[string]time.Time {
	batch := map[string]time.Time{}
	for shard := range s.locked() {
		for id, u := range shard.uses {
			switch {
			case u.isDue(now, s.every):
				batch[id] = u.at
			case u.at.Equal(u.written) && now.Sub(u.at) >= s.every:
				delete(shard.uses, id)
			}
		}
	}
	return batch
}

// locked yields one shard after the other, with its lock held.
func (s *seen) locked() iter.Seq[*seenShard] {
	return func(yield func(*seenShard) bool) {
		for i := range s.shards {
			shard := &s.shards[i]
			shard.Lock()
			more := yield(shard)
			shard.Unlock()
			if !more {
				return
			}
		}
	}
}

func (s *seen) wrote(batch map[string]time.Time) {
	for id, at := range batch {
		shard := s.shard(id)
		shard.Lock()
		if u, ok := shard.uses[id]; ok {
			u.written = at
			shard.uses[id] = u
		}
		shard.Unlock()
	}
}

// unwritten marks every use as due, for the last flush.
func (s *seen) unwritten() {
	for shard := range s.locked() {
		for id, u := range shard.uses {
			if u.at.After(u.written) {
				u.written = time.Time{}
				shard.uses[id] = u
			}
		}
	}
}

func (s *seen) last(id string) time.Time {
	shard := s.shard(id)
	shard.Lock()
	defer shard.Unlock()
	return shard.uses[id].at
}

func (s *seen) forget(id string) {
	shard := s.shard(id)
	shard.Lock()
	defer shard.Unlock()
	delete(shard.uses, id)
}
