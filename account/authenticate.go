package account

import (
	"context"
	"errors"

	"github.com/latchkey-go/latchkey/session"
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Username string
	Password string
	// Client says where the attempt comes from. Its Address must be one that
	// the client cannot choose: the peer of the connection, or what a trusted
	// proxy says. Empty: not limited by address.
	Client session.Client
	// KnownDevice names the device, if the caller has proof that this user has
	// signed in on it before, such as a signed cookie that names user and
	// device; else it is empty. Attempts from it are counted apart from all
	// others, so that strangers' guesses do not keep the owner out.
	KnownDevice string
	// Device is the token that RememberDevice gave the device, as it was sent.
	// If it is this user's, the attempt is counted as one of a known device.
	// Empty if there is none.
	Device string
}

// Authenticate returns the user whose credentials these are. It starts no
// session.
//
// Errors: ErrInvalidCredentials for every failure that concerns the account;
// *ThrottledError; *BusyError; or that of the store or of ctx, when nothing is
// known.
func (s *Service) Authenticate(ctx context.Context, c Credentials) (*User, error) {
	key, problem := checkUsername(c.Username)
	if problem != "" {
		key = "" // of no user, and looked up all the same
	}
	known := false
	out, err := s.decide(ctx, attempt{
		password: c.Password,
		address:  c.Client.Address,
		rehash:   true,
		find: func(ctx context.Context) (*User, error) {
			u, err := s.config.Store.UserByUsernameKey(ctx, key)
			if err != nil && !errors.Is(err, ErrUserNotFound) {
				return nil, err
			}
			id := "" // of no user, and asked for all the same
			if u != nil {
				id = u.ID
			}
			var deviceErr error
			if known, deviceErr = s.IsKnownDevice(ctx, id, c.Device); deviceErr != nil {
				return nil, deviceErr
			}
			return u, err
		},
		row: func(u *User) row {
			switch {
			case u == nil:
				return s.throttle.unknownRow(NormalizeUsername(c.Username))
			case known:
				return deviceRow(u.ID, c.Device)
			case c.KnownDevice != "":
				return deviceRow(u.ID, c.KnownDevice)
			}
			return accountRow(u.ID)
		},
	})
	if errors.Is(err, ErrThrottled) {
		s.emit(ctx, Event{Kind: EventSignInFailed, Reason: ReasonClientThrottle, Client: c.Client})
	}
	if err != nil {
		return nil, err
	}
	if err := s.conclude(ctx, out, EventSignedIn, EventSignInFailed, c.Client); err != nil {
		return nil, err
	}
	return out.user, nil
}

// CheckPassword returns nil if this is the user's password: for a signed-in
// person who has to prove it again. The caller has checked that the request is
// that person's. Attempts are counted apart from those of Authenticate.
//
// Errors are those of Authenticate, without *ThrottledError.
func (s *Service) CheckPassword(ctx context.Context, userID, password string) error {
	_, err := s.confirm(ctx, userID, password, true)
	return err
}

// confirm checks the password of a signed-in person.
func (s *Service) confirm(ctx context.Context, userID, password string, rehash bool) (*User, error) {
	out, err := s.decide(ctx, attempt{
		password: password,
		rehash:   rehash,
		find: func(ctx context.Context) (*User, error) {
			if !isStorable(userID) {
				return nil, ErrUserNotFound
			}
			return s.config.Store.UserByID(ctx, userID)
		},
		row: func(u *User) row {
			if u == nil {
				return s.throttle.unknownRow(userID)
			}
			return sessionRow(u.ID)
		},
	})
	if err != nil {
		return nil, err
	}
	if err := s.conclude(ctx, out, EventConfirmed, EventConfirmFailed, session.Client{}); err != nil {
		return nil, err
	}
	return out.user, nil
}

// conclude emits the events of an outcome and turns it into the answer.
func (s *Service) conclude(ctx context.Context, out outcome, yes, no EventKind, client session.Client) error {
	emit := func(kind EventKind, reason Reason) {
		e := about(kind, out.user)
		e.Reason, e.Client = reason, client
		s.emit(ctx, e)
	}
	if out.reason != "" {
		emit(no, out.reason)
		if out.locked {
			emit(EventLocked, "")
		}
		return ErrInvalidCredentials
	}
	if out.rehashed {
		emit(EventRehashed, "")
	}
	emit(yes, "")
	return nil
}
