package account

import (
	"context"
)

// Disable keeps the user from signing in and ends all their sessions in one
// transaction. Disabling twice is no error. ErrUserNotFound if there is no such
// user.
func (s *Service) Disable(ctx context.Context, userID string) error {
	return s.setDisabled(ctx, EventDisabled, userID, true)
}

// Enable lets the user sign in again, with the password they had. Enabling
// twice is no error. ErrUserNotFound if there is no such user.
func (s *Service) Enable(ctx context.Context, userID string) error {
	return s.setDisabled(ctx, EventEnabled, userID, false)
}

func (s *Service) setDisabled(ctx context.Context, kind EventKind, userID string, disabled bool) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	e, log := s.change(ctx, about(kind, u))
	ended, err := s.config.Store.SetDisabled(ctx, userID, disabled, e.At, log...)
	if err != nil {
		return wrap("disable or enable the user", err)
	}
	s.ended(ctx, e, ended)
	return nil
}

// Delete removes the user for good and ends all their sessions in one
// transaction. The name is free afterwards, the id is never used again.
// ErrUserNotFound if there is no such user.
func (s *Service) Delete(ctx context.Context, userID string) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	if err := s.throttle.clear(ctx, accountRow(userID), sessionRow(userID)); err != nil {
		return wrap("clear the throttle", err)
	}
	e, log := s.change(ctx, about(EventDeleted, u))
	ended, err := s.config.Store.DeleteUser(ctx, userID, e.At, log...)
	if err != nil {
		return wrap("delete the user", err)
	}
	s.ended(ctx, e, ended)
	return nil
}

// Unlock starts the throttle's counters for the user anew, after an attack or a
// forgotten password. It changes nothing else. ErrUserNotFound if there is no
// such user.
func (s *Service) Unlock(ctx context.Context, userID string) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	if err := s.throttle.clear(ctx, accountRow(userID), sessionRow(userID)); err != nil {
		return wrap("unlock the user", err)
	}
	s.emit(ctx, about(EventUnlocked, u))
	return nil
}

// ended tells the process and the operator of a change that was made and of the
// sessions that the store ended with it.
func (s *Service) ended(ctx context.Context, e Event, ids []string) {
	if s.config.OnSessionsEnded != nil && len(ids) > 0 {
		s.config.OnSessionsEnded(ids...)
	}
	e.Ended = ids
	s.tell(ctx, e)
}
