// Package sessionmodel checks session.Manager against a model: random schedules
// of sign-ins, refreshes, sign-outs, new keys, outages of clocks and processes are run on
// a real store, and after every step the model must have foreseen the answer
// and what the store then holds.
package sessionmodel

import (
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// The settings of every Manager under test.
const (
	accessTTL   = 15 * time.Minute
	refreshTTL  = 3 * 24 * time.Hour
	sessionTTL  = 10 * 24 * time.Hour
	idleTimeout = 2 * time.Hour
	grace       = 10 * time.Second
	limit       = 4

	fresh      = time.Second // how long a poll is good for
	seenWithin = time.Minute // how exact SeenAt is
	keep       = accessTTL + time.Minute
)

// modelSession is what the model knows of a session. The model is told the
// secret, because tokens are made of it.
type modelSession struct {
	row *session.Session // as Start returned it: id, subject, secret, epoch

	generation int64
	rotated    time.Time
	rotations  int
	ended      session.EndReason // empty while nothing has ended it
	endedAt    time.Time
	purged     bool
	used       time.Time // the latest use that any process was told of

	tokens []token // every refresh token that was issued
	access []access
}

// access is an access token.
type access struct {
	session.Access
	expires time.Time
	signed
}

// token is a refresh token.
type token struct {
	generation int64
	expires    time.Time
	signed
}

// verdict is what the model says of a moment. Where the rules leave open how
// exact SeenAt is, it does not decide.
type verdict int

const (
	alive verdict = iota
	over
	either
)

// state says whether the session is over at now, and why.
func (s *modelSession) state(now time.Time, epoch int64) (verdict, session.EndReason) {
	switch {
	case s.ended != "":
		return over, s.ended
	case s.row.Epoch < epoch:
		return over, session.EndedByEpoch
	case !now.Before(s.row.ExpiresAt):
		return over, session.EndedByExpiry
	case !now.Before(s.used.Add(idleTimeout)):
		return over, session.EndedByIdle
	case !now.Before(s.used.Add(idleTimeout - seenWithin)):
		return either, session.EndedByIdle
	}
	return alive, ""
}

// live says whether the store counts the session as live: times do not matter.
func (s *modelSession) live(epoch int64) bool { return s.ended == "" && s.row.Epoch >= epoch }

func (s *modelSession) end(why session.EndReason, at time.Time) { s.ended, s.endedAt = why, at }

// inWindow says whether the session rotated less than the grace time ago.
func (s *modelSession) inWindow(now time.Time) bool {
	return s.rotations > 0 && now.Sub(s.rotated) < grace
}

// foresee is the rule of rotation in the model's words: what becomes of a
// genuine token of a live session.
func (s *modelSession) foresee(generation int64, now time.Time) (rotates bool, refusal session.EndReason) {
	age := s.generation - generation // 0: current, 1: predecessor
	if age < 0 {
		return false, session.EndedByFuture
	}
	if s.inWindow(now) {
		if age > 1 {
			return false, session.EndedByReuse
		}
		return false, ""
	}
	if age > 0 {
		return false, session.EndedByReuse
	}
	return true, ""
}

func (s *modelSession) rotate(now time.Time) {
	s.generation++
	s.rotations++
	s.rotated = now
}

// process is a Manager and what the model knows of its memory.
type process struct {
	*session.Manager
	polled  time.Time // when the last poll began; zero before the first
	epoch   int64     // as the last poll, or the process itself, saw it
	known   map[string]bool
	watched []*watch
}

// watch is an AfterEnd that must be called if and only if the process knows.
type watch struct {
	access
	called int
}

// isFresh says whether the process answers Check from memory.
func (p *process) isFresh(now time.Time) bool {
	return !p.polled.IsZero() && !now.Before(p.polled) && now.Sub(p.polled) < fresh
}

// knows says whether the process has learned that the token is dead.
func (p *process) knows(a session.Access) bool {
	return a.Epoch < p.epoch || p.known["s"+a.SessionID] || p.known["t"+a.TokenID]
}
