package account

import (
	"context"
)

// Disable keeps the user from signing in and ends all their sessions in one
// transaction. Disabling twice is no error and no event. Errors: ErrUserNotFound,
// ErrOwnAccount and ErrNotAllowed (see WithAuthority), or that of the store.
func (s *Service) Disable(ctx context.Context, userID string) error {
	if err := notToSelf(ctx, userID); err != nil {
		return err
	}
	return s.setDisabled(ctx, EventDisabled, userID, true)
}

// Enable lets the user sign in again, with the password they had. Enabling
// twice is no error and no event. Errors are those of Disable.
func (s *Service) Enable(ctx context.Context, userID string) error {
	return s.setDisabled(ctx, EventEnabled, userID, false)
}

// setDisabled asks the store also where nothing seems to change: somebody else
// may be changing it. The store then decides what goes into the audit trail; the
// hook is told by what was so before.
func (s *Service) setDisabled(ctx context.Context, kind EventKind, userID string, disabled bool) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	c, events := s.userChange(ctx, u, about(kind, u))
	ended, err := s.config.Store.SetDisabled(ctx, c, disabled)
	if err != nil {
		return wrap("change the user", err)
	}
	if u.Disabled() == disabled {
		s.tellEnded(ended)
		return nil
	}
	s.ended(ctx, events[0], ended)
	return nil
}

// RequirePasswordChange makes the user choose another password before anything
// else, and ends all their sessions in the same transaction: they sign in with
// the password they have, User.MustChangePassword is set, and it is for the
// program to let them do nothing but change it. Package accounthttp does. The
// next password takes the requirement away. Errors: ErrUserNotFound,
// ErrNotAllowed (see WithAuthority), or that of the store.
func (s *Service) RequirePasswordChange(ctx context.Context, userID string) error {
	return s.changeUser(ctx, EventMustChange, userID, func(c UserChange) ([]string, error) {
		return s.config.Store.RequirePasswordChange(ctx, c)
	})
}

// EndSessions ends all sessions of the user, for an operator, and returns how
// many there were. Errors are those of RequirePasswordChange.
func (s *Service) EndSessions(ctx context.Context, userID string) (int, error) {
	n := 0
	err := s.changeUser(ctx, EventSessionsEnded, userID, func(c UserChange) ([]string, error) {
		ended, err := s.config.Store.EndSessions(ctx, c)
		n = len(ended)
		return ended, err
	})
	return n, err
}

// changeUser makes a change and tells of it.
func (s *Service) changeUser(ctx context.Context, kind EventKind, userID string, change func(UserChange) ([]string, error)) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	c, events := s.userChange(ctx, u, about(kind, u))
	ended, err := change(c)
	if err != nil {
		return wrap("change the user", err)
	}
	s.ended(ctx, events[0], ended)
	return nil
}

// Delete removes the user for good and ends all their sessions in one
// transaction. The name is free afterwards, the id is never used again.
// Errors are those of Disable.
func (s *Service) Delete(ctx context.Context, userID string) error {
	if err := notToSelf(ctx, userID); err != nil {
		return err
	}
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	// Who may not delete must not unlock either.
	if err := s.checkAuthority(ctx); err != nil {
		return err
	}
	if err := s.throttle.clear(ctx, accountRow(userID), sessionRow(userID)); err != nil {
		return wrap("clear the throttle", err)
	}
	c, events := s.userChange(ctx, u, about(EventDeleted, u))
	ended, err := s.config.Store.DeleteUser(ctx, c)
	if err != nil {
		return wrap("delete the user", err)
	}
	s.ended(ctx, events[0], ended)
	return nil
}

// Unlock starts the throttle's counters for the user anew, after an attack or a
// forgotten password. It changes nothing else. Errors: ErrUserNotFound,
// ErrNotAllowed (see WithAuthority), or that of the store.
func (s *Service) Unlock(ctx context.Context, userID string) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	if err := s.checkAuthority(ctx); err != nil {
		return err
	}
	if err := s.throttle.clear(ctx, accountRow(userID), sessionRow(userID)); err != nil {
		return wrap("unlock the user", err)
	}
	s.emit(ctx, about(EventUnlocked, u))
	return nil
}

// Locked says whether the account is stopped: so many passwords were wrong in a
// row that only Unlock or a new password lets anybody try again, except on
// devices that are known. See Throttle.Stop.
func (s *Service) Locked(ctx context.Context, userID string) (bool, error) {
	if !isStorable(userID) {
		return false, nil
	}
	locked, err := s.throttle.stopped(ctx, accountRow(userID))
	return locked, wrap("read the throttle", err)
}

// ended tells the process and the operator of a change that was made and of the
// sessions that the store ended with it.
func (s *Service) ended(ctx context.Context, e Event, ids []string) {
	s.tellEnded(ids)
	e.Ended = ids
	s.tell(ctx, e)
}

// tellEnded tells the process of sessions that the store ended.
func (s *Service) tellEnded(ids []string) {
	if s.config.OnSessionsEnded != nil && len(ids) > 0 {
		s.config.OnSessionsEnded(ids...)
	}
}
