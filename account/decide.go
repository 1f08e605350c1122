package account

import (
	"context"
	"errors"
)

// attempt is one try at a password.
type attempt struct {
	password string
	// address is limited by the sign-in bucket; empty: not limited.
	address string
	// find returns the user or ErrUserNotFound.
	find func(context.Context) (*User, error)
	// row is where failures are counted; the user is nil if there is none.
	row func(*User) row
	// rehash says to replace an outdated hash on success.
	rehash bool
}

// outcome is what became of an attempt.
type outcome struct {
	// user is nil if there is none.
	user *User
	// reason says why the attempt fails; empty: the password is right.
	reason Reason
	// locked: this failure was the last that the account had.
	locked bool
	// rehashed: the stored hash was replaced.
	rehashed bool
}

// decide is the one function that checks passwords. Every path through it,
// from the name that does not exist to the hash made with other parameters,
// takes one place in the queue, counts one attempt in the store and does one
// call of hasher.check. Only what depends on nothing but the input and the
// address is decided without.
//
// What limits the attempt is counted inside the place and before the hash:
// callers that are still waiting have tried nothing, and callers at the same
// time cannot pass the limit together.
func (s *Service) decide(ctx context.Context, a attempt) (outcome, error) {
	if len(a.password) > maxPasswordBytes {
		return outcome{reason: ReasonTooLong}, nil
	}
	release, err := s.workers.acquire(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer release()

	bucket := s.throttle.signInBucket(a.address)
	if err := s.throttle.take(ctx, bucket); err != nil {
		return outcome{}, wrap("count the attempt", err)
	}
	u, err := a.find(ctx)
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return outcome{}, wrap("read the user", err)
	}
	r := a.row(u)
	v, err := s.throttle.reserve(ctx, r)
	if err != nil {
		return outcome{}, wrap("count the attempt", err)
	}
	h, reason := candidate(u, v)
	pw := normalize(a.password)
	if !s.hasher.check(h, pw) {
		return outcome{user: u, reason: reason, locked: u != nil && v.allowed && v.stopped}, nil
	}
	if err := errors.Join(s.throttle.clear(ctx, r), s.throttle.giveBack(ctx, bucket)); err != nil {
		return outcome{}, wrap("count the attempt", err)
	}
	return outcome{user: u, rehashed: a.rehash && s.rehash(ctx, u, h, pw)}, nil
}

// candidate returns the hash to compare with, or nil when the attempt must
// fail; and the reason if it does.
func candidate(u *User, v verdict) (*Hash, Reason) {
	switch {
	case u == nil:
		return nil, ReasonUnknownUser
	case u.Disabled():
		return nil, ReasonDisabled
	case u.PasswordHash == "":
		return nil, ReasonNoPassword
	case !v.allowed && v.stopped:
		return nil, ReasonLocked
	case !v.allowed:
		return nil, ReasonTooSoon
	}
	h, err := ParseHash(u.PasswordHash)
	if err != nil {
		return nil, ReasonUnusableHash
	}
	return h, ReasonWrongPassword
}

// rehash replaces an outdated hash by one with the parameters in force. The
// person has proved who they are, so a store that cannot do it now does not
// stop them: the next sign-in tries again.
func (s *Service) rehash(ctx context.Context, u *User, old *Hash, pw password) bool {
	if !s.hasher.outdated(old) {
		return false
	}
	hash := s.hasher.hash(pw)
	_, err := s.config.Store.SetPassword(ctx, PasswordChange{
		UserID: u.ID, OldHash: u.PasswordHash, NewHash: hash, Rehash: true, At: s.config.Now(),
	})
	if err != nil {
		return false
	}
	u.PasswordHash = hash
	return true
}
