package session

import (
	"cmp"
	"context"
)

// End ends one session. It is no error if it has ended already or never was.
// The error is ErrUnavailable.
func (m *Manager) End(ctx context.Context, id string, reason EndReason) error {
	_, err := m.end(ctx, Ending{ID: id, Reason: reason})
	return err
}

// EndOwn ends a session if it belongs to subject, with EndedByUser, and says
// whether there was one to end. The error is ErrUnavailable.
func (m *Manager) EndOwn(ctx context.Context, subject, id string) (bool, error) {
	n, err := m.end(ctx, Ending{ID: id, Owner: subject, Reason: EndedByUser})
	return n > 0, err
}

// EndOthers ends the subject's sessions except keep, with EndedByUser, and
// returns how many. The error is ErrUnavailable.
func (m *Manager) EndOthers(ctx context.Context, subject, keep string) (int, error) {
	return m.end(ctx, Ending{Subject: subject, Except: keep, Reason: EndedByUser})
}

// EndSubject ends all sessions of a subject and returns how many. The error is
// ErrUnavailable.
func (m *Manager) EndSubject(ctx context.Context, subject string, reason EndReason) (int, error) {
	return m.end(ctx, Ending{Subject: subject, Reason: reason})
}

// EndAll ends every session there is. The error is ErrUnavailable.
func (m *Manager) EndAll(ctx context.Context) error {
	now := m.stamp()
	epoch, err := m.cfg.Store.EndAll(ctx, now)
	if err != nil {
		return unavailable(err)
	}
	m.feed.raise(epoch)
	m.watchers.endBelow(epoch)
	m.emit(ctx, Event{Kind: EventEpochRaised, At: now})
	return nil
}

// RevokeToken makes one access token useless before it expires. Its session
// lives on. The error is ErrUnavailable.
func (m *Manager) RevokeToken(ctx context.Context, jti string) error {
	now := m.stamp()
	if err := m.cfg.Store.RevokeToken(ctx, jti, now); err != nil {
		return unavailable(err)
	}
	m.learn(&m.feed.tokens, jti)
	m.watchers.endToken(jti)
	m.emit(ctx, Event{Kind: EventTokenRevoked, At: now, TokenID: jti})
	return nil
}

// Ended tells this process of sessions that the caller ended through the store
// itself, as account.Store.SetPassword does. Other processes learn of them from
// the feed.
func (m *Manager) Ended(ids ...string) {
	m.learn(&m.feed.sessions, ids...)
	for _, id := range ids {
		m.watchers.endSession(id)
		m.seen.forget(id)
		m.recent.forget(id)
	}
}

func (m *Manager) end(ctx context.Context, e Ending) (int, error) {
	if e.ID == "" && e.Subject == "" || !isStorable(e.ID) || !isStorable(e.Subject) || !isStorable(e.Owner) {
		return 0, nil
	}
	if !isStorable(e.Except) {
		e.Except = "" // no session to spare
	}
	e.At = m.stamp()
	ended, err := m.cfg.Store.End(ctx, e)
	if err != nil {
		return 0, unavailable(err)
	}
	m.Ended(ended...)
	for _, id := range ended {
		subject := cmp.Or(e.Subject, e.Owner)
		if subject == "" {
			subject = m.subjectOf(ctx, id)
		}
		m.emit(ctx, Event{Kind: EventEnded, At: e.At, SessionID: id, Subject: subject, Reason: e.Reason})
	}
	return len(ended), nil
}
