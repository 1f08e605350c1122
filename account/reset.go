package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// ResetLifetime is how long a reset token can be used.
const ResetLifetime = 10 * time.Minute

// Limits of RequestReset for one account: letters in a row, and the time after
// which one more may be sent.
const (
	resetBurst  = 3
	resetRefill = 5 * time.Minute
)

// Reset is a reset token as it is stored: its hash, for whom it is, and until
// when. Nothing in it can be used as a token.
type Reset struct {
	// TokenHash is the SHA-256 of the token in base64url.
	TokenHash string
	UserID    string
	// Basis is the SignInBasis of the user when it was made: with another
	// password the token is worthless.
	Basis     string
	ExpiresAt time.Time
}

// ResetStore keeps resets that were asked for. storetest.Accounts checks every
// sentence. They go with the user's next password, with disabling and with
// deletion: see Store.
type ResetStore interface {
	// CreateReset stores r. There need be no such user.
	CreateReset(ctx context.Context, r Reset) error

	// ResetByHash returns the reset or ErrInvalidReset. Its expiry is for the
	// caller to judge.
	ResetByHash(ctx context.Context, tokenHash string) (*Reset, error)

	// PurgeResets removes at most limit resets whose ExpiresAt is not after
	// now, and returns how many went; fewer than limit means there are no more.
	PurgeResets(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

// ResetToken is what a person proves with that they may choose a new password.
// It belongs into a link of the program's own page: in the fragment
// (https://example.org/reset#TOKEN), where it gets into no log and no Referer.
type ResetToken struct {
	// Token is 256 random bits in base64url.
	Token string
	// ExpiresAt is when it can no longer be used.
	ExpiresAt time.Time
}

// ResetMail is what Config.SendReset sends to a person.
type ResetMail struct {
	User *User
	ResetToken
}

// NewResetToken makes a token with which somebody can choose a new password for
// the user within ResetLifetime, once. It is for an operator who hands the link
// to the right person, and is shown once: the store keeps its hash. Earlier
// tokens stay good until one is used.
//
// Errors: ErrUserNotFound, ErrUserDisabled, ErrOwnAccount and ErrNotAllowed (see
// WithAuthority), or that of the store.
func (s *Service) NewResetToken(ctx context.Context, userID string) (ResetToken, error) {
	if err := notToSelf(ctx, userID); err != nil {
		return ResetToken{}, err
	}
	u, err := s.User(ctx, userID)
	if err != nil {
		return ResetToken{}, err
	}
	if u.Disabled() {
		return ResetToken{}, ErrUserDisabled
	}
	t, err := s.storeReset(ctx, u.ID, u.SignInBasis())
	if err != nil {
		return ResetToken{}, err
	}
	// Last, so that nobody gets a token that was stored after they lost the
	// right to it. Without its text the stored hash is of no use.
	if err := s.checkAuthority(ctx); err != nil {
		return ResetToken{}, err
	}
	s.emit(ctx, about(EventResetRequested, u))
	return t, nil
}

func (s *Service) storeReset(ctx context.Context, userID, basis string) (ResetToken, error) {
	t := ResetToken{Token: newToken(), ExpiresAt: s.config.Now().Add(ResetLifetime)}
	err := s.config.Store.CreateReset(ctx, Reset{
		TokenHash: tokenHash(t.Token), UserID: userID, Basis: basis, ExpiresAt: t.ExpiresAt,
	})
	return t, wrap("store the reset", err)
}

// RequestReset is for somebody who has forgotten their password: if the user
// name exists, Config.SendReset gets a token for its owner. Whether it exists
// cannot be told from the answer, nor from the work done; letters to one account
// are limited, silently, and requests are limited by address.
//
// Errors: ErrNoResetMail without Config.SendReset; *ThrottledError; or that of
// the store. That a letter could not be sent is an Event and no error.
func (s *Service) RequestReset(ctx context.Context, username string, client session.Client) error {
	if s.config.SendReset == nil {
		return ErrNoResetMail
	}
	if err := s.throttle.take(ctx, s.throttle.resetBucket(client.Address)); err != nil {
		return wrap("count the attempt", err)
	}
	u, err := s.UserByUsername(ctx, username)
	if err != nil && !errors.Is(err, ErrUserNotFound) {
		return err
	}
	e := about(EventResetRequested, u)
	e.Client = client
	// Where nothing is sent the same is written: a token that nobody has.
	owner, basis, key := "", "", s.throttle.unknownRow(NormalizeUsername(username)).key
	switch {
	case u == nil:
		e.Reason = ReasonUnknownUser
	case u.Disabled():
		e.Reason = ReasonDisabled
	default:
		owner, basis, key = u.ID, u.SignInBasis(), u.ID
	}
	err = s.throttle.take(ctx, bucket{key: "reset/" + key, burst: resetBurst, refill: resetRefill})
	if errors.Is(err, ErrThrottled) {
		e.Reason = ReasonTooSoon
		owner = ""
	} else if err != nil {
		return wrap("count the attempt", err)
	}
	t, err := s.storeReset(ctx, owner, basis)
	if err != nil {
		return err
	}
	if owner != "" && s.config.SendReset(ctx, ResetMail{User: u, ResetToken: t}) != nil {
		e.Reason = ReasonMailFailed
	}
	s.emit(ctx, e)
	return nil
}

// ResetUser returns the user for whom a token can be used now, for the page that
// asks for the new password. It does not use the token up.
//
// Errors: ErrInvalidReset; *ThrottledError after many of those from the address
// of WithClient; or that of the store.
func (s *Service) ResetUser(ctx context.Context, token string) (*User, error) {
	giveBack, err := s.takeResetAttempt(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.resetUser(ctx, token)
	if err != nil {
		return nil, err
	}
	return u, giveBack()
}

// takeResetAttempt counts a token that is presented against its sender's
// address. giveBack is for the caller to call when the token was good. Nobody
// guesses 256 bits; this keeps those who try from keeping the store busy.
func (s *Service) takeResetAttempt(ctx context.Context) (giveBack func() error, err error) {
	client, _ := ctx.Value(clientKey{}).(session.Client)
	b := s.throttle.resetUseBucket(client.Address)
	if err := s.throttle.take(ctx, b); err != nil {
		return nil, wrap("count the attempt", err)
	}
	return func() error { return wrap("count the attempt", s.throttle.giveBack(ctx, b)) }, nil
}

func (s *Service) resetUser(ctx context.Context, token string) (*User, error) {
	hash := tokenHash(token)
	r, err := s.config.Store.ResetByHash(ctx, hash)
	if err != nil {
		return nil, wrap("read the reset", err)
	}
	u, err := s.config.Store.UserByID(ctx, r.UserID)
	switch {
	case errors.Is(err, ErrUserNotFound):
		return nil, ErrInvalidReset
	case err != nil:
		return nil, wrap("read the user", err)
	case u.Disabled(), u.SignInBasis() != r.Basis, !s.config.Now().Before(r.ExpiresAt):
		return nil, ErrInvalidReset
	}
	return u, nil
}

// ResetPassword replaces the password of the user whom the token was made for,
// ends all their sessions and uses the token up, with all others of the user, in
// one transaction. The throttle's counters start anew. It signs nobody in: the
// person does so with the new password.
//
// Of any number of calls with one token at most one succeeds. A password that
// may not be chosen leaves the token good.
//
// Errors: ErrInvalidReset for a token that is unknown, used, expired, or of a
// user whose password was changed since or who is disabled; *ValidationError
// with the field "password"; *BusyError; *ThrottledError as that of ResetUser; or
// that of the store or of ctx.
func (s *Service) ResetPassword(ctx context.Context, token, newPassword string) (*User, error) {
	giveBack, err := s.takeResetAttempt(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.resetUser(ctx, token)
	if errors.Is(err, ErrInvalidReset) {
		s.emit(ctx, Event{Kind: EventResetRefused})
	}
	if err != nil {
		return nil, err
	}
	if err := giveBack(); err != nil {
		return nil, err
	}
	if err := s.checkNew("password", newPassword, "", u); err != nil {
		return nil, err
	}
	if err := s.checkOther(ctx, u, newPassword); err != nil {
		return nil, err
	}
	use := replacement{reset: tokenHash(token)}
	changed, err := s.replacePassword(ctx, EventPasswordReset, u, newPassword, use)
	if errors.Is(err, ErrUserChanged) {
		// A sign-in may have renewed the hash, which leaves the token good.
		if again, stale := s.resetUser(ctx, token); stale == nil {
			changed, err = s.replacePassword(ctx, EventPasswordReset, again, newPassword, use)
		}
	}
	if errors.Is(err, ErrUserChanged) {
		// Another use of the token, or another new password, was faster.
		err = ErrInvalidReset
		s.emit(ctx, about(EventResetRefused, u))
	}
	return changed, err
}

// newToken is 256 random bits in base64url.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// tokenHash is how tokens are stored. They have so many bits that a plain hash
// cannot be turned back.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
