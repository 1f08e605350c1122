package session

import (
	"context"
	"errors"
	"math"
	"time"
)

// Access is what a verified access token says of its session.
type Access struct {
	// SessionID is the token's sid; empty for a token without a session.
	SessionID string
	// TokenID is the token's jti; empty if it has none, which then cannot be
	// revoked alone.
	TokenID string
	// Epoch is the token's ep.
	Epoch int64
	// Noted, which may be nil, spares Use most of its work for a token that
	// comes again.
	Noted *Noted
}

// Check says whether an access token may still be used. nil means yes; the
// token's own exp is for the caller to judge.
//
// While Run keeps the feed fresh, Check answers from memory: it does no I/O
// and allocates nothing. Otherwise it asks the store, where it also notices
// that a session is past its End. What this process knows to have ended is
// refused without asking.
//
// The error is ErrEnded (an *EndedError), ErrRevoked or ErrUnavailable.
func (m *Manager) Check(ctx context.Context, a Access) error {
	return m.checkAt(ctx, a, m.cfg.Now())
}

// Use is Check and then, if the token may be used, Seen: what a request that the
// person made needs. now is a reading of Config.Now that the caller has made for
// this request, to save another. A use that cannot be written is logged and
// harms nobody but the idle person: the error is that of Check.
func (m *Manager) Use(ctx context.Context, a Access, now time.Time) error {
	if err := m.checkAt(ctx, a, now); err != nil {
		return err
	}
	if err := m.note(ctx, a.SessionID, a.Noted, now); err != nil {
		m.cfg.Logger.WarnContext(ctx, "session: a use was not recorded", "error", err)
	}
	return nil
}

func (m *Manager) checkAt(ctx context.Context, a Access, now time.Time) error {
	if err := m.feed.check(a); err != nil {
		return err
	}
	// The caller may have read the clock before a poll that is done by now.
	if m.feed.fresh(now) || m.feed.fresh(m.cfg.Now()) {
		return nil
	}
	return m.ask(ctx, a)
}

// ask answers Check from the store.
func (m *Manager) ask(ctx context.Context, a Access) error {
	if a.TokenID != "" {
		revoked, err := m.cfg.Store.TokenRevoked(ctx, a.TokenID)
		if err != nil {
			return unavailable(err)
		}
		if revoked {
			return ErrRevoked
		}
	}
	if a.SessionID == "" {
		return m.askEpoch(ctx, a)
	}
	s, err := m.read(ctx, a.SessionID)
	switch {
	case errors.Is(err, ErrUnknown):
		return &EndedError{} // it ended long ago, or the store lost it
	case err != nil:
		return err
	}
	if reason := m.over(s, m.stamp()); reason != "" {
		return &EndedError{Reason: reason}
	}
	// A token carries its session's epoch. One that says less is not of this
	// session as it is stored.
	if a.Epoch < s.Epoch {
		return &EndedError{Reason: EndedByEpoch}
	}
	return nil
}

func (m *Manager) askEpoch(ctx context.Context, a Access) error {
	f, err := m.cfg.Store.Feed(ctx, math.MaxInt64)
	if err != nil {
		return unavailable(err)
	}
	if a.Epoch < f.Epoch {
		return &EndedError{Reason: EndedByEpoch}
	}
	return nil
}
