package session

import (
	"context"
	"crypto/hmac"
	"errors"
	"time"
)

// Presented is a refresh token whose signature the caller has verified.
type Presented struct {
	// ID and Generation are the token's sid and gen.
	ID         string
	Generation int64
	// MAC is the token's mac, decoded.
	MAC []byte
	// ExpiresAt is the token's exp. The caller must not have judged it: a MAC
	// is checked before an expiry.
	ExpiresAt time.Time
	// Client is who presents it.
	Client Client
}

// maxRotations bounds how often a Refresh that lost a race looks again. One
// lost race settles it unless a store misbehaves.
const maxRotations = 8

// Refresh answers a refresh token with the session as it now is; the caller
// issues an access token and the refresh token of Session.Generation from it.
//
// A session rotates at most once in Config.Grace. Within it, the current token
// is answered with itself and its immediate predecessor with the current one.
// Outside it the current token rotates the session, and every older one ends
// it: a copy is about. A negative time since the rotation (a clock stepped
// back) counts as within, exactly Grace as outside. A generation above the
// session's means that the store went back in time; that ends the session too.
//
// Refresh is not use of the session: it does not put off an idle end.
//
// A caller that answers with a cookie must leave the refresh cookie alone when
// the session comes back in the generation that was presented. The client has
// that token, and by the time the answer arrives it may have a newer one from
// another request, which must not be overwritten.
//
// The error is one of ErrUnknown, ErrInvalid, ErrExpired, ErrEnded (an
// *EndedError), ErrReused and ErrUnavailable.
func (m *Manager) Refresh(ctx context.Context, p Presented) (*Session, error) {
	if err := m.register(ctx); err != nil {
		return nil, err
	}
	// One moment for the whole call: when another request wins the race, what
	// counts is that this one came in before or just after it, not how long
	// the store took.
	now := m.stamp()
	p.Client = clean(p.Client)
	if m.mayRotate(p, now) {
		rotated, err := m.rotate(ctx, p.ID, p.Generation, now)
		if err == nil || errors.Is(err, ErrUnavailable) {
			return rotated, err
		}
		m.recent.forget(p.ID)
	}
	lost := false
	for range maxRotations {
		s, answer, err := m.judge(ctx, p, now, lost)
		if err != nil {
			return nil, err
		}
		if answer == serve {
			return s, nil
		}
		rotated, err := m.rotate(ctx, s.ID, s.Generation, now)
		if err == nil || errors.Is(err, ErrUnavailable) {
			return rotated, err
		}
		lost = true // somebody was faster: look again
	}
	return nil, unavailable(errors.New("the session keeps changing"))
}

// rotate moves a session on. The error is ErrUnavailable, or that of the store
// which says that the session is not as the caller took it to be.
func (m *Manager) rotate(ctx context.Context, id string, from int64, now time.Time) (*Session, error) {
	rotated, err := m.cfg.Store.Rotate(ctx, id, from, now)
	if errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound) {
		return nil, err
	}
	if err != nil {
		return nil, unavailable(err)
	}
	m.recent.put(rotated)
	m.freshen(rotated)
	return rotated, nil
}

// Validate judges a refresh token as Refresh does, with the same errors, but
// does not rotate the session: it returns the session as it is.
func (m *Manager) Validate(ctx context.Context, p Presented) (*Session, error) {
	if err := m.register(ctx); err != nil {
		return nil, err
	}
	p.Client = clean(p.Client)
	s, _, err := m.judge(ctx, p, m.stamp(), false)
	return s, err
}

// Inspect says of a refresh token what Validate would say, with the same errors
// and in the same order, but it only looks: an old token does not end the
// session, and no event tells of the question. It is for whoever asks about a
// token without using it.
func (m *Manager) Inspect(ctx context.Context, p Presented) (*Session, error) {
	s, _, reason, err := m.assess(ctx, p, m.stamp(), false)
	if err != nil {
		return nil, err
	}
	if reason != "" {
		return nil, &EndedError{Reason: reason}
	}
	return s, nil
}

// judge assesses a refresh token and does what follows from it. The answer is
// rotate or serve.
func (m *Manager) judge(ctx context.Context, p Presented, now time.Time, lost bool) (*Session, answer, error) {
	s, answer, reason, err := m.assess(ctx, p, now, lost)
	switch {
	case err != nil:
		return nil, 0, err
	case reason != "":
		return nil, 0, m.refuse(ctx, s, p, reason, now)
	case answer == serve:
		m.noteOtherClient(ctx, s, p, now)
	}
	return s, answer, nil
}

// assess checks a refresh token in the order that keeps the session safe: only
// a token whose MAC verifies learns anything, and only such a one can end the
// session. It changes nothing. With a reason the session must end for it;
// without, the answer is rotate or serve.
func (m *Manager) assess(ctx context.Context, p Presented, now time.Time, lost bool) (*Session, answer, EndReason, error) {
	s, err := m.read(ctx, p.ID)
	if err != nil {
		return nil, 0, "", err
	}
	answer, reason, err := m.assessRow(s, p, now, lost)
	if err != nil {
		return nil, 0, "", err
	}
	return s, answer, reason, nil
}

// assessRow is assess for a row that was read.
func (m *Manager) assessRow(s *Session, p Presented, now time.Time, lost bool) (answer, EndReason, error) {
	if !hmac.Equal(RefreshMAC(s, p.Generation), p.MAC) {
		return 0, "", ErrInvalid
	}
	if !now.Before(p.ExpiresAt) {
		return 0, "", ErrExpired
	}
	if !s.EndedAt.IsZero() {
		return 0, "", &EndedError{Reason: s.EndReason}
	}
	if reason := m.over(s, now); reason != "" {
		return 0, reason, nil
	}
	switch answer := decide(s, p.Generation, lost || m.inGrace(s, now)); answer {
	case refuseReuse:
		return answer, EndedByReuse, nil
	case refuseFuture:
		return answer, EndedByFuture, nil
	default:
		return answer, "", nil
	}
}

// answer is what becomes of a genuine refresh token of a live session.
type answer int

const (
	rotate       answer = iota // move the session to its next generation
	serve                      // answer with the session as it is
	refuseReuse                // an old token: end the session
	refuseFuture               // a token newer than the row: end the session
)

// inGrace says whether the session rotated less than Grace ago.
func (m *Manager) inGrace(s *Session, now time.Time) bool {
	return !s.RotatedAt.IsZero() && now.Sub(s.RotatedAt) < m.cfg.Grace
}

// decide is the whole rule of rotation. inside says that the session rotated
// within the grace window, or while this very request was under way, which two
// processes whose clocks differ may not see from the times.
func decide(s *Session, generation int64, inside bool) answer {
	switch {
	case generation > s.Generation:
		return refuseFuture
	case generation == s.Generation && !inside:
		return rotate
	case generation >= s.Generation-1 && inside:
		return serve
	}
	return refuseReuse
}

// refuse ends the session because of a presented token. The token is refused
// only once the end is stored; else the answer is ErrUnavailable.
func (m *Manager) refuse(ctx context.Context, s *Session, p Presented, why EndReason, now time.Time) error {
	ended, err := m.cfg.Store.End(ctx, Ending{ID: s.ID, Reason: why, At: now})
	if err != nil {
		return unavailable(err)
	}
	m.Ended(s.ID)
	if len(ended) == 0 {
		// Another request ended it first, and its reason is the one stored.
		if row, err := m.cfg.Store.Get(ctx, s.ID); err == nil && row.EndReason != "" {
			why = row.EndReason
		}
		return &EndedError{Reason: why}
	}
	m.emit(ctx, Event{Kind: EventEnded, At: now, SessionID: s.ID, Subject: s.Subject, Reason: why,
		Client: p.Client, StartedBy: s.Client})
	return &EndedError{Reason: why}
}

// noteOtherClient reports that a token was answered inside the window for a
// client that does not look like the one that signed in.
func (m *Manager) noteOtherClient(ctx context.Context, s *Session, p Presented, now time.Time) {
	if p.Client == (Client{}) || p.Client == s.Client {
		return
	}
	m.emit(ctx, Event{Kind: EventOtherClient, At: now, SessionID: s.ID, Subject: s.Subject,
		Client: p.Client, StartedBy: s.Client})
}
