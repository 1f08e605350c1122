// Package memstore keeps sessions in memory: for tests, and for one process
// whose people may sign in again after a restart.
package memstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// margin is how long feed entries are kept beyond the longest token lifetime.
const margin = time.Minute

// Store is a session.Store in memory. Make one with New. Its "survives a crash"
// is empty: everything goes with the process. It keeps no users, so that it
// refuses every session.Start with a Basis.
type Store struct {
	mu          sync.Mutex
	incarnation string
	last        int64
	epoch       int64
	epochAt     time.Time // when epoch was last raised
	lifetime    time.Duration
	sessions    map[string]*session.Session
	bySubject   map[string]map[string]*session.Session
	feed        []session.Revocation // in rising order of Number
	tokens      map[string]struct{}  // jtis in feed
}

var _ session.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{
		incarnation: session.NewID(),
		sessions:    map[string]*session.Session{},
		bySubject:   map[string]map[string]*session.Session{},
		tokens:      map[string]struct{}{},
	}
}

// lock takes the lock unless ctx is over.
func (st *Store) lock(ctx context.Context) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	st.mu.Lock()
	return st.mu.Unlock, nil
}

// Create implements session.Store.
func (st *Store) Create(ctx context.Context, s *session.Session, replaces string, limit int) ([]string, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if s.Basis != "" {
		return nil, errors.New("memstore: Basis cannot be checked, as there are no users here: keep sessions and users in one store")
	}
	if _, ok := st.sessions[s.ID]; ok {
		return nil, errors.New("memstore: a session with this ID exists already")
	}
	s.Epoch = st.epoch
	row := normal(s)
	st.sessions[row.ID] = row
	if st.bySubject[row.Subject] == nil {
		st.bySubject[row.Subject] = map[string]*session.Session{}
	}
	st.bySubject[row.Subject][row.ID] = row

	var ended []string
	if old, ok := st.sessions[replaces]; ok && replaces != row.ID && st.end(old, session.EndedByReplacement, row.CreatedAt) {
		ended = append(ended, old.ID)
	}
	if limit > 0 {
		for _, old := range st.beyond(row, limit) {
			st.end(old, session.EndedByLimit, row.CreatedAt)
			ended = append(ended, old.ID)
		}
	}
	return ended, nil
}

// beyond returns the live sessions that row pushes out.
func (st *Store) beyond(row *session.Session, limit int) []*session.Session {
	var others []*session.Session
	for _, s := range st.bySubject[row.Subject] {
		if s.ID != row.ID && st.live(s) {
			others = append(others, s)
		}
	}
	slices.SortFunc(others, func(a, b *session.Session) int {
		return cmp.Or(a.SeenAt.Compare(b.SeenAt), cmp.Compare(a.ID, b.ID))
	})
	return others[:max(0, len(others)+1-limit)]
}

func (st *Store) live(s *session.Session) bool {
	return s.EndedAt.IsZero() && s.Epoch >= st.epoch
}

// end ends a live session and puts it into the feed; it says whether it did.
func (st *Store) end(s *session.Session, why session.EndReason, at time.Time) bool {
	if !st.live(s) {
		return false
	}
	s.EndedAt, s.EndReason = micros(at), why
	st.publish(session.Revocation{SessionID: s.ID, At: micros(at)})
	return true
}

func (st *Store) publish(r session.Revocation) {
	st.last++
	r.Number = st.last
	st.feed = append(st.feed, r)
}

// Get implements session.Store.
func (st *Store) Get(ctx context.Context, id string) (*session.Session, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, ok := st.sessions[id]
	if !ok {
		return nil, session.ErrNotFound
	}
	s = s.Clone()
	if s.EndedAt.IsZero() && s.Epoch < st.epoch {
		s.EndedAt, s.EndReason = st.epochAt, session.EndedByEpoch
	}
	return s, nil
}

// Rotate implements session.Store.
func (st *Store) Rotate(ctx context.Context, id string, from int64, at time.Time) (*session.Session, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, ok := st.sessions[id]
	switch {
	case !ok:
		return nil, session.ErrNotFound
	case s.Generation != from || !st.live(s):
		return nil, session.ErrConflict
	}
	s.Generation++
	s.RotatedAt = micros(at)
	return s.Clone(), nil
}

// Touch implements session.Store.
func (st *Store) Touch(ctx context.Context, seen map[string]time.Time) error {
	unlock, err := st.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	for id, at := range seen {
		if s, ok := st.sessions[id]; ok && st.live(s) && micros(at).After(s.SeenAt) {
			s.SeenAt = micros(at)
		}
	}
	return nil
}

// End implements session.Store.
func (st *Store) End(ctx context.Context, e session.Ending) ([]string, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var ended []string
	for _, s := range st.named(e) {
		if st.end(s, e.Reason, e.At) {
			ended = append(ended, s.ID)
		}
	}
	return ended, nil
}

func (st *Store) named(e session.Ending) []*session.Session {
	if e.ID != "" {
		s, ok := st.sessions[e.ID]
		if !ok || e.Owner != "" && s.Subject != e.Owner {
			return nil
		}
		return []*session.Session{s}
	}
	var all []*session.Session
	for id, s := range st.bySubject[e.Subject] {
		if id != e.Except {
			all = append(all, s)
		}
	}
	return all
}

// EndAll implements session.Store.
func (st *Store) EndAll(ctx context.Context, at time.Time) (int64, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	st.epoch++
	st.epochAt = micros(at)
	return st.epoch, nil
}

// RevokeToken implements session.Store.
func (st *Store) RevokeToken(ctx context.Context, jti string, at time.Time) error {
	unlock, err := st.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if _, ok := st.tokens[jti]; ok {
		return nil
	}
	st.tokens[jti] = struct{}{}
	st.publish(session.Revocation{TokenID: jti, At: micros(at)})
	return nil
}

// TokenRevoked implements session.Store.
func (st *Store) TokenRevoked(ctx context.Context, jti string) (bool, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	_, ok := st.tokens[jti]
	return ok, nil
}

// List implements session.Store.
func (st *Store) List(ctx context.Context, subject string) ([]*session.Session, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var all []*session.Session
	for _, s := range st.bySubject[subject] {
		if st.live(s) {
			all = append(all, s.Clone())
		}
	}
	slices.SortFunc(all, func(a, b *session.Session) int {
		return cmp.Or(b.SeenAt.Compare(a.SeenAt), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Feed implements session.Store.
func (st *Store) Feed(ctx context.Context, after int64) (*session.Feed, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	first, found := slices.BinarySearchFunc(st.feed, after, func(r session.Revocation, n int64) int {
		return cmp.Compare(r.Number, n)
	})
	if found {
		first++
	}
	return &session.Feed{
		Incarnation: st.incarnation,
		Last:        st.last,
		Epoch:       st.epoch,
		Now:         time.Now().UTC(),
		Keep:        st.lifetime + margin,
		Revoked:     slices.Clone(st.feed[first:]),
	}, nil
}

// RegisterLifetime implements session.Store.
func (st *Store) RegisterLifetime(ctx context.Context, d time.Duration) error {
	unlock, err := st.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	st.lifetime = max(st.lifetime, d)
	return nil
}

// Purge implements session.Store. It looks at every session.
func (st *Store) Purge(ctx context.Context, now time.Time, limit int) (int, error) {
	unlock, err := st.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	cutoff := now.Add(-st.lifetime - margin)
	removed := 0
	for id, s := range st.sessions {
		if removed == limit {
			return removed, nil
		}
		if st.goneAt(s).Before(cutoff) {
			st.remove(id, s)
			removed++
		}
	}
	kept := st.feed[:0]
	for _, r := range st.feed {
		if removed < limit && r.At.Before(cutoff) {
			delete(st.tokens, r.TokenID)
			removed++
			continue
		}
		kept = append(kept, r)
	}
	clear(st.feed[len(kept):])
	st.feed = kept
	return removed, nil
}

// goneAt is when a session ended, or ends if nothing more happens.
func (st *Store) goneAt(s *session.Session) time.Time {
	switch {
	case !s.EndedAt.IsZero():
		return s.EndedAt
	case s.Epoch < st.epoch && st.epochAt.Before(s.End()):
		return st.epochAt
	}
	return s.End()
}

func (st *Store) remove(id string, s *session.Session) {
	delete(st.sessions, id)
	delete(st.bySubject[s.Subject], id)
	if len(st.bySubject[s.Subject]) == 0 {
		delete(st.bySubject, s.Subject)
	}
}

// normal is a copy with times as every store keeps them.
func normal(s *session.Session) *session.Session {
	c := s.Clone()
	for _, t := range []*time.Time{&c.CreatedAt, &c.RotatedAt, &c.SeenAt, &c.AuthTime, &c.ExpiresAt, &c.EndedAt} {
		if !t.IsZero() {
			*t = micros(*t)
		}
	}
	if len(c.AMR) == 0 {
		c.AMR = nil
	}
	return c
}

func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
