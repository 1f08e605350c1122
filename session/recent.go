package session

import (
	"hash/maphash"
	"sync"
	"time"
)

// recent remembers what refresh tokens are checked with, of sessions that this
// process has begun or rotated lately: a refresh then need not read the row
// before it writes it. Nothing rests on it. It can only say that a token is the
// current one of a session that may rotate, and the store, which compares the
// generation again and knows whether the session has ended, has the last word. It
// is bounded: what is forgotten is read.
type recent struct {
	seed   maphash.Seed
	shards [32]recentShard
}

type recentShard struct {
	sync.Mutex
	sessions map[string]known
	_        [48]byte // a cache line for each
}

// known is what was true of a session once. Of it only SeenAt can have changed
// while the generation is the same, and that grows.
type known struct {
	secret     [secretBytes]byte
	generation int64
	rotatedAt  time.Time
	seenAt     time.Time
	expiresAt  time.Time
	idle       time.Duration
}

// recentSize is how many sessions are remembered: at some 250 bytes each, 4 MB.
const recentSize = 1 << 14

func (r *recent) init() {
	r.seed = maphash.MakeSeed()
	for i := range r.shards {
		r.shards[i].sessions = map[string]known{}
	}
}

func (r *recent) shard(id string) *recentShard {
	return &r.shards[maphash.String(r.seed, id)%uint64(len(r.shards))]
}

// put remembers a row that the store has just returned.
func (r *recent) put(s *Session) {
	if len(s.Secret) != secretBytes {
		return // not made here
	}
	k := known{
		secret: [secretBytes]byte(s.Secret), generation: s.Generation, rotatedAt: s.RotatedAt,
		seenAt: s.SeenAt, expiresAt: s.ExpiresAt, idle: s.IdleTimeout,
	}
	shard := r.shard(s.ID)
	shard.Lock()
	defer shard.Unlock()
	if _, there := shard.sessions[s.ID]; !there && len(shard.sessions) >= recentSize/len(r.shards) {
		for id := range shard.sessions { // in no order: any one
			delete(shard.sessions, id)
			break
		}
	}
	shard.sessions[s.ID] = k
}

// get returns as much of the row as is remembered.
func (r *recent) get(id string) (*Session, bool) {
	shard := r.shard(id)
	shard.Lock()
	k, ok := shard.sessions[id]
	shard.Unlock()
	if !ok {
		return nil, false
	}
	return &Session{
		ID: id, Secret: k.secret[:], Generation: k.generation, RotatedAt: k.rotatedAt,
		SeenAt: k.seenAt, ExpiresAt: k.expiresAt, IdleTimeout: k.idle,
	}, true
}

func (r *recent) forget(ids ...string) {
	for _, id := range ids {
		shard := r.shard(id)
		shard.Lock()
		delete(shard.sessions, id)
		shard.Unlock()
	}
}

// mayRotate says whether p is the current token of a session that is remembered
// and may rotate now, so that the store can be asked to rotate it at once. When it
// says no, nothing is known.
//
// It says no unless the feed is fresh and the clocks agree. If another process has
// rotated the session meanwhile, the store refuses, the row is read, and whether
// this request came within the grace window is judged by that process's clock.
func (m *Manager) mayRotate(p Presented, now time.Time) bool {
	v := m.feed.view.Load()
	if v == nil || !v.fresh(now) || v.skew.Abs() > MaxSkew {
		return false
	}
	s, ok := m.recent.get(p.ID)
	if !ok {
		return false
	}
	m.freshen(s)
	answer, reason, err := m.assessRow(s, p, now, false)
	return err == nil && reason == "" && answer == rotate
}
