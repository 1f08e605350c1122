package session

import (
	"context"
	"errors"
	"time"
)

// Adopt begins the session named id for a refresh token that another system
// issued and that is good until the given time, or returns the session, ended
// or not, if it was begun before. id must derive from what makes the token
// unique, so that one token begins one session: Refresh treats the token as
// generation 0 of it from then on, with the MAC that [RefreshMAC] gives.
//
// s.Basis is not looked at: the other system has let the person in long ago.
//
// Rows of ended sessions are kept as long as tokens can be adopted after them,
// so that signing out is not undone by presenting the token again. The error is
// ErrUnavailable, or names a bad field.
func (m *Manager) Adopt(ctx context.Context, id string, s Start, until time.Time) (*Session, error) {
	if id == "" || !isStorable(id) || until.IsZero() {
		return nil, errors.New("session: Adopt needs an id, of valid UTF-8 without NUL, and an end")
	}
	if err := checkSubject(s.Subject); err != nil {
		return nil, err
	}
	if row, err := m.read(ctx, id); !errors.Is(err, ErrUnknown) {
		return row, err
	}
	now := m.stamp()
	if err := m.register(ctx); err != nil {
		return nil, err
	}
	if err := m.cfg.Store.RegisterLifetime(ctx, until.Sub(now)); err != nil {
		return nil, unavailable(err)
	}
	s.Basis = ""
	row := m.newRow(id, s, now)
	ended, err := m.cfg.Store.Create(ctx, row, "", max(m.cfg.Limit, 0))
	if err != nil {
		// Another request may have been faster with the same token.
		if row, again := m.read(ctx, id); again == nil {
			return row, nil
		}
		return nil, unavailable(err)
	}
	m.announce(ctx, row, ended, "")
	return row, nil
}
