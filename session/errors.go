package session

import "errors"

// Errors of a Manager. Test for them with errors.Is.
var (
	// ErrUnknown: the store has no such session. It never existed, or it ended
	// so long ago that Purge removed it.
	ErrUnknown = errors.New("session: unknown session")

	// ErrInvalid: the refresh token's MAC is not this session's. Nothing was
	// changed: only a token whose MAC verifies may end a session.
	ErrInvalid = errors.New("session: invalid refresh token")

	// ErrExpired: the refresh token is past its own exp. The session itself
	// may live on.
	ErrExpired = errors.New("session: refresh token has expired")

	// ErrEnded: the session has ended. Errors that are ErrEnded are always a
	// *EndedError, which says why.
	ErrEnded = errors.New("session: session has ended")

	// ErrReused: an old refresh token was used, now or earlier, and that ended
	// the session. An error that is ErrReused is ErrEnded too.
	ErrReused = errors.New("session: an old refresh token was used")

	// ErrRevoked: this one access token was revoked with RevokeToken.
	ErrRevoked = errors.New("session: token has been revoked")

	// ErrUnavailable: the store could not answer, so nothing is known. The
	// error wraps the store's. Answer 503; never read it as yes or as no.
	ErrUnavailable = errors.New("session: store is unavailable")
)

// EndedError says that a session has ended and why. It is ErrEnded, and
// ErrReused when Reason is EndedByReuse.
type EndedError struct {
	// Reason is empty when it is not known: Check usually answers from the
	// feed, which carries ids alone, and a purged row has taken its reason
	// along. Refresh always knows it.
	Reason EndReason
}

// Error implements error.
func (e *EndedError) Error() string {
	if e.Reason == "" {
		return ErrEnded.Error()
	}
	return ErrEnded.Error() + ": " + string(e.Reason)
}

// Is makes errors.Is find ErrEnded and ErrReused.
func (e *EndedError) Is(target error) bool {
	return target == ErrEnded || target == ErrReused && e.Reason == EndedByReuse
}

// unavailableError joins ErrUnavailable with the store's own error.
type unavailableError struct{ err error }

func unavailable(err error) error { return &unavailableError{err} }

func (e *unavailableError) Error() string   { return ErrUnavailable.Error() + ": " + e.err.Error() }
func (e *unavailableError) Unwrap() []error { return []error{ErrUnavailable, e.err} }
