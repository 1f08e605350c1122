package session

import (
	"context"
	"errors"
	"time"
)

// Errors of a Store. Any other error means that the store could not answer:
// callers refuse with 503 and never read it as "no".
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("session: not found")
	// ErrConflict: the row's generation is not the one the caller named, or
	// the session has ended; nothing was changed.
	ErrConflict = errors.New("session: changed meanwhile")
	// ErrBasisChanged: what the sign-in rested on is no longer so, and no
	// session was begun. See Start.Basis.
	ErrBasisChanged = errors.New("session: the sign-in rests on what is no longer so")
)

// Store keeps sessions, and the feed of revocations through which every
// process learns of ended sessions.
//
// All methods are safe for concurrent use, by many processes if the store is
// shared, and each is atomic: it does all it says or nothing. A method returns
// nil only once its change would survive a crash of the process. Methods obey
// ctx: a call whose ctx is over fails with its error. Times are kept to the
// microsecond and never compared with the store's own clock. Text must be valid
// UTF-8 without NUL. storetest.Sessions checks every sentence of this contract.
type Store interface {
	// Create stores s. If replaces is not empty, that session ends with
	// EndedByReplacement in the same transaction; it is no error when it is
	// unknown or has ended. If limit > 0 and s.Subject then has more than
	// limit live sessions, those with the oldest SeenAt (then the lowest ID)
	// end with EndedByLimit; s itself never does. Their EndedAt is s.CreatedAt.
	// Create sets s.Epoch to the store's epoch. ended lists the ids it ended, in
	// no order.
	// An ID that exists already is an error and changes nothing.
	//
	// If s.Basis is not empty, Create compares it in the same transaction with
	// what the store knows of s.Subject, so that no change to the subject that
	// ends its sessions can pass between; if it differs the error is
	// ErrBasisChanged and nothing is changed. A store that knows nothing of
	// subjects refuses every s.Basis but the empty one with an error.
	Create(ctx context.Context, s *Session, replaces string, limit int) (ended []string, err error)

	// Get returns the session, ended or not, or ErrNotFound. A session whose
	// Epoch is below the store's comes back ended with EndedByEpoch.
	Get(ctx context.Context, id string) (*Session, error)

	// Rotate moves a live session of generation from to from+1, sets RotatedAt
	// to at, and returns it as it then is. If the generation differs or the
	// session has ended it returns ErrConflict; if there is none, ErrNotFound.
	// Of any number of concurrent calls with one from, exactly one succeeds.
	Rotate(ctx context.Context, id string, from int64, at time.Time) (*Session, error)

	// Touch sets SeenAt of live sessions to the given times, never backwards.
	// Unknown and ended sessions are passed over.
	Touch(ctx context.Context, seen map[string]time.Time) error

	// End ends the live sessions that e names and puts each into the feed.
	// It returns their ids, in no order; ending what has ended already or
	// never was is no error and returns none.
	End(ctx context.Context, e Ending) (ended []string, err error)

	// EndAll ends every session by raising the epoch by one, and returns the
	// new epoch.
	EndAll(ctx context.Context, at time.Time) (epoch int64, err error)

	// RevokeToken puts a single token's jti into the feed. Revoking twice is
	// no error.
	RevokeToken(ctx context.Context, jti string, at time.Time) error

	// TokenRevoked says whether RevokeToken was called for jti and the entry
	// has not been purged.
	TokenRevoked(ctx context.Context, jti string) (bool, error)

	// List returns the subject's live sessions, the last seen first. A session
	// past its End is listed until something ends it; callers filter by time.
	List(ctx context.Context, subject string) ([]*Session, error)

	// Feed returns the state of the feed and every revocation numbered above
	// after, in rising order. Numbers rise in commit order: once a caller has
	// seen number n, no number below n appears later.
	Feed(ctx context.Context, after int64) (*Feed, error)

	// RegisterLifetime tells the store that some process issues access tokens
	// that can be used for d after they are issued, leeway included. The store
	// keeps feed entries for the largest d ever registered plus one minute.
	RegisterLifetime(ctx context.Context, d time.Duration) error

	// Purge removes at most limit sessions that ended, or passed ExpiresAt or
	// their idle end, before now minus the registered lifetime and one minute,
	// and feed entries as old. It returns how many rows went; fewer than limit
	// means there are no more.
	Purge(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

// Ending names sessions to end and why. Exactly one of ID and Subject is set.
type Ending struct {
	// ID names one session.
	ID string
	// Subject names all sessions of a user.
	Subject string
	// Except spares one session of Subject; empty spares none.
	Except string
	// Owner, when set with ID, ends the session only if it belongs to this
	// subject, so that a person cannot end another's.
	Owner string
	// Reason is stored with each. Required.
	Reason EndReason
	// At becomes EndedAt. Required.
	At time.Time
}

// Feed is the state of the revocation feed at one moment.
type Feed struct {
	// Incarnation is a random id made when the store was created and again
	// when it was restored from a backup. A change means: read the feed from 0
	// and believe the epoch it names. Ids known to be dead stay dead.
	Incarnation string
	// Last is the highest number given out. It never falls within one
	// incarnation.
	Last int64
	// Epoch is the current epoch; sessions and tokens below it are dead.
	Epoch int64
	// Now is the store's clock, to notice a skewed one.
	Now time.Time
	// Keep is how long entries are kept: the largest registered lifetime plus
	// one minute.
	Keep time.Duration
	// Revoked are the entries asked for.
	Revoked []Revocation
}

// Revocation is one entry of the feed. Exactly one of SessionID and TokenID is
// set.
type Revocation struct {
	Number    int64
	SessionID string
	TokenID   string
	At        time.Time
}
