package account

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// memory is a Store of users in memory, without sessions: each user has the
// sessions that a test gives them.
type memory struct {
	session.Store // none; a call panics

	mu       sync.Mutex
	users    map[string]*User
	attempts map[string]Attempts
	sessions map[string][]string
	audit    []AuditRecord
	resets   map[string]Reset
	devices  map[string]Device // by user and token
	err      error             // answers every call when set
}

func newMemory() *memory {
	return &memory{users: map[string]*User{}, attempts: map[string]Attempts{}, sessions: map[string][]string{},
		resets: map[string]Reset{}, devices: map[string]Device{}}
}

func (m *memory) lock(ctx context.Context) (unlock func(), err error) {
	m.mu.Lock()
	if err := ctx.Err(); err != nil {
		m.mu.Unlock()
		return nil, err
	}
	if m.err != nil {
		defer m.mu.Unlock()
		return nil, m.err
	}
	return m.mu.Unlock, nil
}

func (m *memory) CreateUser(ctx context.Context, u *User, log ...AuditRecord) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	for _, other := range m.users {
		if other.UsernameKey == u.UsernameKey {
			return ErrUsernameTaken
		}
	}
	row := *u
	m.users[u.ID] = &row
	m.append(log)
	return nil
}

func (m *memory) find(ctx context.Context, is func(*User) bool) (*User, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for _, u := range m.users {
		if is(u) {
			row := *u
			return &row, nil
		}
	}
	return nil, ErrUserNotFound
}

func (m *memory) UserByID(ctx context.Context, id string) (*User, error) {
	return m.find(ctx, func(u *User) bool { return u.ID == id })
}

func (m *memory) UserByUsernameKey(ctx context.Context, key string) (*User, error) {
	return m.find(ctx, func(u *User) bool { return u.UsernameKey == key })
}

// end ends the sessions of a user but one.
func (m *memory) end(userID, keep string) []string {
	var ended, kept []string
	for _, id := range m.sessions[userID] {
		if id == keep {
			kept = append(kept, id)
		} else {
			ended = append(ended, id)
		}
	}
	m.sessions[userID] = kept
	return ended
}

func (m *memory) SetPassword(ctx context.Context, c PasswordChange) ([]string, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	u := m.users[c.UserID]
	if u == nil {
		return nil, ErrUserNotFound
	}
	if u.PasswordHash != c.OldHash {
		return nil, ErrUserChanged
	}
	if r, ok := m.resets[c.Reset]; c.Reset != "" && (!ok || r.UserID != c.UserID) {
		return nil, ErrUserChanged
	}
	if !c.Rehash {
		m.dropResets(c.UserID)
	}
	m.append(c.Log)
	u.PasswordHash = c.NewHash
	if c.Rehash {
		return nil, nil
	}
	u.PasswordChangedAt, u.MustChangePassword = c.At.Truncate(time.Microsecond), false
	return m.end(c.UserID, c.Keep), nil
}

func (m *memory) ListUsers(ctx context.Context, after string, limit int) ([]*User, error) {
	return m.SearchUsers(ctx, "", after, limit)
}

func (m *memory) SearchUsers(ctx context.Context, prefix, after string, limit int) ([]*User, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var users []*User
	for _, u := range m.users {
		if u.UsernameKey > after && strings.HasPrefix(u.UsernameKey, prefix) {
			row := *u
			users = append(users, &row)
		}
	}
	slices.SortFunc(users, func(a, b *User) int { return strings.Compare(a.UsernameKey, b.UsernameKey) })
	return users[:min(limit, len(users))], nil
}

func (m *memory) UpdateAttempts(ctx context.Context, key string, update func(Attempts) Attempts) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if a := update(m.attempts[key]); a == (Attempts{}) {
		delete(m.attempts, key)
	} else {
		m.attempts[key] = a
	}
	return nil
}

func (m *memory) PurgeAttempts(ctx context.Context, now time.Time, limit int) (removed int, err error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	for key, a := range m.attempts {
		if removed < limit && !a.ExpiresAt.IsZero() && !a.ExpiresAt.After(now) {
			delete(m.attempts, key)
			removed++
		}
	}
	return removed, nil
}

func (m *memory) append(records []AuditRecord) {
	for _, r := range records {
		r.Number = int64(len(m.audit)) + 1
		m.audit = append(m.audit, r)
	}
}

func (m *memory) AppendAudit(ctx context.Context, records []AuditRecord) error {
	unlock, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	m.append(records)
	return nil
}

// QueryAudit looks at UserID, Kinds and Limit, which the tests here use.
func (m *memory) QueryAudit(ctx context.Context, q AuditQuery) ([]AuditRecord, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	var found []AuditRecord
	for _, r := range slices.Backward(m.audit) {
		if len(found) < q.Limit && (q.UserID == "" || r.UserID == q.UserID) && (len(q.Kinds) == 0 || slices.Contains(q.Kinds, r.Kind)) {
			found = append(found, r)
		}
	}
	return found, nil
}

func (m *memory) PurgeAudit(ctx context.Context, before time.Time, limit int) (removed int, err error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	m.audit = slices.DeleteFunc(m.audit, func(r AuditRecord) bool {
		old := removed < limit && r.At.Before(before)
		if old {
			removed++
		}
		return old
	})
	return removed, nil
}
