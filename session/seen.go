package session

import (
	"context"
	"hash/maphash"
	"iter"
	"sync"
	"sync/atomic"
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
	grain  time.Duration
	seed   maphash.Seed
	shards [32]seenShard
}

type seenShard struct {
	sync.Mutex
	uses map[string]use
	_    [48]byte // a cache line for each
}

// use is in microseconds since 1970, as exact as stores are; 0 is never.
type use struct {
	at      int64 // the latest use
	written int64 // the latest use the store knows from us
}

func (s *seen) init(every time.Duration) {
	s.every, s.grain, s.seed = every, every/seenGrain, maphash.MakeSeed()
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
	if !isStorable(id) {
		return nil // the store would refuse the whole batch
	}
	return m.note(ctx, id, nil, m.cfg.Now())
}

// Noted is the latest use of a session that this process knows of, as far as one
// holder of a token has heard. A caller that keeps what it knows of a token keeps
// one of these with it, for one Manager and one session. The zero value is ready
// for use, also by several goroutines.
type Noted struct{ at atomic.Int64 } // in microseconds since 1970; 0 is never

// isRecent says whether now is so close behind that use that to record another
// would change nothing.
func (n *Noted) isRecent(now time.Time, grain time.Duration) bool {
	if n == nil {
		return false
	}
	at := n.at.Load()
	since := now.UnixMicro() - at
	return at != 0 && since >= 0 && since < grain.Microseconds()
}

func (n *Noted) set(at int64) {
	if n != nil {
		n.at.Store(at)
	}
}

// note is Seen at a moment.
func (m *Manager) note(ctx context.Context, id string, noted *Noted, now time.Time) error {
	if noted.isRecent(now, m.seen.grain) {
		return nil
	}
	latest, due := m.seen.record(id, now)
	noted.set(latest)
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

// record notes a use, unless one is noted that is hardly older. It returns the
// latest that is noted, and whether it should be written.
func (s *seen) record(id string, now time.Time) (latest int64, due bool) {
	shard := s.shard(id)
	shard.Lock()
	defer shard.Unlock()
	u, at := shard.uses[id], now.UnixMicro()
	if at-u.at >= s.grain.Microseconds() {
		u.at = at
		shard.uses[id] = u
	}
	return u.at, u.isDue(at, s.every)
}

func (u use) isDue(now int64, every time.Duration) bool {
	return u.at > u.written && now-u.written >= every.Microseconds()
}

// due returns the uses to write now. Written ones that nothing followed for a
// while are forgotten.
func (s *seen) due(now time.Time) map[string]time.Time {
	batch, at := map[string]time.Time{}, now.UnixMicro()
	for shard := range s.locked() {
		for id, u := range shard.uses {
			switch {
			case u.isDue(at, s.every):
				batch[id] = time.UnixMicro(u.at).UTC()
			case u.at == u.written && at-u.at >= s.every.Microseconds():
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
			u.written = at.UnixMicro()
			shard.uses[id] = u
		}
		shard.Unlock()
	}
}

// unwritten marks every use as due, for the last flush.
func (s *seen) unwritten() {
	for shard := range s.locked() {
		for id, u := range shard.uses {
			if u.at > u.written {
				u.written = 0
				shard.uses[id] = u
			}
		}
	}
}

// last is the latest use; the zero time if there was none.
func (s *seen) last(id string) time.Time {
	shard := s.shard(id)
	shard.Lock()
	defer shard.Unlock()
	if u, ok := shard.uses[id]; ok {
		return time.UnixMicro(u.at).UTC()
	}
	return time.Time{}
}

func (s *seen) forget(id string) {
	shard := s.shard(id)
	shard.Lock()
	defer shard.Unlock()
	delete(shard.uses, id)
}
