package account

import (
	"context"
	"time"
)

// ChangePassword replaces the password of a signed-in person who knows the
// current one. All their sessions end in the same transaction, except
// keepSession, which may be empty. The caller has checked that the request is
// that person's.
//
// It returns the user as they are afterwards, whose SignInBasis a new session
// of this person may rest on.
//
// Errors: *ValidationError with the field "new_password"; ErrInvalidCredentials
// if current is wrong; ErrUserChanged if the password was changed by somebody
// else meanwhile; *BusyError; or that of the store or of ctx. After an error
// the password is what it was.
func (s *Service) ChangePassword(ctx context.Context, userID, current, newPassword, keepSession string) (*User, error) {
	u, err := s.User(ctx, userID)
	if err != nil {
		return nil, err
	}
	if err := s.checkNew("new_password", newPassword, current, u); err != nil {
		return nil, err
	}
	if u, err = s.confirm(ctx, userID, current, false); err != nil {
		return nil, err
	}
	return s.replacePassword(ctx, EventPasswordChanged, u, newPassword, replacement{keep: keepSession})
}

// SetPassword replaces the password, or gives a first one, without asking for
// the current one, and ends all the user's sessions in the same transaction. It
// is for a person who has proved in another way who they are, such as by a
// reset link; an operator starts such a reset and does not choose passwords for
// others. The throttle's counters start anew.
//
// Errors: *ValidationError with the field "password", ErrUserNotFound,
// ErrUserChanged, *BusyError, or that of the store or of ctx.
func (s *Service) SetPassword(ctx context.Context, userID, newPassword string) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	if err := s.checkNew("password", newPassword, "", u); err != nil {
		return err
	}
	if err := s.checkOther(ctx, u, newPassword); err != nil {
		return err
	}
	_, err = s.replacePassword(ctx, EventPasswordSet, u, newPassword, replacement{})
	return err
}

const passwordAsBefore = "This is the password you have now. Choose another."

// checkNew applies the policy to a new password of u.
func (s *Service) checkNew(field, chosen, current string, u *User) error {
	var e ValidationError
	pw := normalize(chosen)
	problem := s.config.Policy.problem(pw, []string{u.Username, u.Name})
	if problem == "" && pw.normalized == normalize(current).normalized {
		problem = passwordAsBefore
	}
	e.add(field, problem)
	return e.orNil()
}

// checkOther refuses, where another password was asked for, the one that u has.
func (s *Service) checkOther(ctx context.Context, u *User, chosen string) error {
	if !u.MustChangePassword || u.PasswordHash == "" {
		return nil
	}
	old, err := ParseHash(u.PasswordHash)
	if err != nil {
		return nil // what cannot be read lets nobody in
	}
	release, err := s.workers.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	var e ValidationError
	if s.hasher.check(old, normalize(chosen)) {
		e.add("password", passwordAsBefore)
	}
	return e.orNil()
}

// replacement is what goes with a new password.
type replacement struct {
	keep  string // the session that stays
	reset string // the hash of the reset token that is used up
}

// replacePassword hashes and stores the new password of u as it was read, and
// returns u as it then is.
func (s *Service) replacePassword(ctx context.Context, kind EventKind, u *User, chosen string, r replacement) (*User, error) {
	hash, err := s.hash(ctx, chosen, bucket{})
	if err != nil {
		return nil, err
	}
	if err := s.throttle.clear(ctx, accountRow(u.ID), sessionRow(u.ID)); err != nil {
		return nil, wrap("clear the throttle", err)
	}
	e, log := s.change(ctx, about(kind, u))
	// Later than the last change, as the store would make it.
	at := e.At.UTC().Truncate(time.Microsecond)
	if !at.After(u.PasswordChangedAt) {
		at = u.PasswordChangedAt.Add(time.Microsecond)
	}
	ended, err := s.config.Store.SetPassword(ctx, PasswordChange{
		UserID: u.ID, OldHash: u.PasswordHash, NewHash: hash, Keep: r.keep, Reset: r.reset, At: at, Log: log,
	})
	if err != nil {
		return nil, wrap("change the password", err)
	}
	s.ended(ctx, e, ended)
	changed := *u
	changed.PasswordHash, changed.PasswordChangedAt, changed.MustChangePassword = hash, at, false
	return &changed, nil
}

// hash makes a hash in a place of the queue, if b has an attempt left.
func (s *Service) hash(ctx context.Context, chosen string, b bucket) (string, error) {
	release, err := s.workers.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	if err := s.throttle.take(ctx, b); err != nil {
		return "", wrap("count the attempt", err)
	}
	return s.hasher.hash(normalize(chosen)), nil
}
