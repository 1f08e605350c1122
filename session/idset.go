package session

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"
)

// idSet is a set of ids that every request looks into and few add to. It is
// split so that requests on many cores do not meet on one lock.
type idSet struct {
	seed   maphash.Seed
	size   atomic.Int64
	shards [32]struct {
		sync.RWMutex
		learned map[string]time.Time // when each id was added, with its monotonic reading
		_       [32]byte             // a cache line for each lock
	}
}

func (s *idSet) init() {
	s.seed = maphash.MakeSeed()
	for i := range s.shards {
		s.shards[i].learned = map[string]time.Time{}
	}
}

func (s *idSet) has(id string) bool {
	if s.size.Load() == 0 {
		return false
	}
	shard := &s.shards[maphash.String(s.seed, id)%uint64(len(s.shards))]
	shard.RLock()
	_, ok := shard.learned[id]
	shard.RUnlock()
	return ok
}

func (s *idSet) add(now time.Time, ids ...string) {
	for _, id := range ids {
		shard := &s.shards[maphash.String(s.seed, id)%uint64(len(s.shards))]
		shard.Lock()
		if _, ok := shard.learned[id]; !ok {
			shard.learned[id] = now
			s.size.Add(1)
		}
		shard.Unlock()
	}
}

// sweep forgets what was added more than keep ago. A step of the wall clock does
// not count as time: revoked tokens would come back to life when it is undone.
func (s *idSet) sweep(now time.Time, keep time.Duration) {
	for i := range s.shards {
		shard := &s.shards[i]
		shard.Lock()
		for id, at := range shard.learned {
			if now.Sub(at) > keep {
				delete(shard.learned, id)
				s.size.Add(-1)
			}
		}
		shard.Unlock()
	}
}

func (s *idSet) len() int { return int(s.size.Load()) }
