package account

import (
	"context"
	"errors"
)

// Errors of changes that a person makes to the account of another: see
// WithAuthority.
var (
	// ErrNotAllowed: the person in whose name a change is made is disabled,
	// deleted, or no longer has the scope for it. Nothing was changed.
	ErrNotAllowed = errors.New("account: whoever asks for this change may not make it")
	// ErrOwnAccount: the change would let a person shut themselves out, or get
	// round a question for their own password. Nothing was changed.
	ErrOwnAccount = errors.New("account: this cannot be done to one's own account")
)

// Authority is in whose name a change is made. The zero value is the operator's
// own, who may do everything.
type Authority struct {
	// UserID is the user who must be there, and not disabled.
	UserID string
	// Scope is what that user must have.
	Scope string
}

type authorityKey struct{}

// WithAuthority returns a context for what the user actorID does to accounts by
// having a scope, such as ScopeAdmin. It is WithActor, and more: changes made
// with it look whether that user still is there, is not disabled and has the
// scope, and are refused with ErrNotAllowed otherwise. Disable, Enable, Delete,
// the changes of scopes, RequirePasswordChange and EndSessions look in their own
// transaction; AddUser, Unlock and NewResetToken once more before they answer.
//
// Nobody can disable or delete themselves with it, change their own scopes, or
// make a reset token for themselves: those are refused with ErrOwnAccount. So
// whoever makes a change still has the scope afterwards: two administrators who
// disable each other at the same moment do not leave the service without one.
func WithAuthority(ctx context.Context, actorID, scope string) context.Context {
	return context.WithValue(WithActor(ctx, actorID), authorityKey{}, Authority{UserID: actorID, Scope: scope})
}

func authorityOf(ctx context.Context) Authority {
	by, _ := ctx.Value(authorityKey{}).(Authority)
	return by
}

// notToSelf refuses what nobody may do to themselves by having a scope.
func notToSelf(ctx context.Context, userID string) error {
	if by := authorityOf(ctx); by != (Authority{}) && by.UserID == userID {
		return ErrOwnAccount
	}
	return nil
}

// checkAuthority is what a Store does for a UserChange, for what is none.
func (s *Service) checkAuthority(ctx context.Context) error {
	by := authorityOf(ctx)
	if by == (Authority{}) {
		return nil
	}
	u, err := s.User(ctx, by.UserID)
	switch {
	case err != nil && !errors.Is(err, ErrUserNotFound):
		return err
	case err != nil, u.Disabled(), !u.HasScope(by.Scope):
		return ErrNotAllowed
	}
	return nil
}

// userChange is a change to u that is about to be made, with its first event.
func (s *Service) userChange(ctx context.Context, u *User, events ...Event) (UserChange, []Event) {
	c := UserChange{UserID: u.ID, By: authorityOf(ctx)}
	for i, e := range events {
		var log []AuditRecord
		events[i], log = s.change(ctx, e)
		c.At = events[i].At
		c.Log = append(c.Log, log...)
	}
	return c, events
}
