package account

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// Errors of a Store. Any other error means that the store could not answer.
var (
	// ErrUserNotFound: there is no such user.
	ErrUserNotFound = errors.New("account: no such user")
	// ErrUsernameTaken: another user has this username.
	ErrUsernameTaken = errors.New("account: this username is taken")
	// ErrUserChanged: the row is no longer as the caller read it; nothing was
	// changed.
	ErrUserChanged = errors.New("account: the user was changed meanwhile")
)

// User is a person who can sign in.
type User struct {
	// ID is the subject of the user's sessions: 128 random bits in base64url.
	// It never changes and is never given to another user.
	ID string
	// Username is what the person types to sign in, as they wrote it.
	Username string
	// UsernameKey is Username normalised for comparison; unique. See
	// NormalizeUsername.
	UsernameKey string
	// Name is shown to people; may be empty.
	Name string
	// PasswordHash is a PHC string, or empty for a user without a password.
	PasswordHash string
	// PasswordChangedAt is when PasswordHash was last set by a person, not by
	// a rehash. It is another at each change, even if the clock stands still.
	PasswordChangedAt time.Time
	// Scopes are what the user may do besides signing in, such as ScopeAdmin,
	// in rising order and each once. They never come from what the person
	// sends: see Service.SetScopes.
	Scopes []string
	// MustChangePassword says that the person has to choose another password
	// before anything else. The next password takes it away.
	MustChangePassword bool
	// CreatedAt is when the user was created.
	CreatedAt time.Time
	// DisabledAt is when the user was disabled; zero while enabled.
	DisabledAt time.Time
}

// Disabled says whether the user may not sign in.
func (u *User) Disabled() bool { return !u.DisabledAt.IsZero() }

// SignInBasis names the password that u, as it was read, has: the value for
// session.Start.Basis, with which a sign-in by a password that is changed or
// reset meanwhile, or of a user who is disabled or deleted meanwhile, begins no
// session. A rehash leaves it as it is. It is no secret.
func (u *User) SignInBasis() string {
	return "password of " + strconv.FormatInt(u.PasswordChangedAt.UnixMicro(), 10)
}

// Store keeps users. It lives in the same database as the sessions, so that a
// change to a user and the end of their sessions is one transaction.
//
// All methods are safe for concurrent use and atomic; they return nil only once
// the change would survive a crash. storetest.Accounts checks every sentence.
type Store interface {
	// Store keeps the sessions. Its Create accepts a Basis if the subject is a
	// user who is not disabled and has that SignInBasis.
	session.Store
	AttemptStore
	AuditStore
	ResetStore
	DeviceStore

	// Methods that change a user take lines of the audit trail and store them
	// in the same transaction, if the change is made.

	// CreateUser stores u. ErrUsernameTaken if its UsernameKey exists.
	CreateUser(ctx context.Context, u *User, log ...AuditRecord) error

	// UserByID returns the user or ErrUserNotFound.
	UserByID(ctx context.Context, id string) (*User, error)

	// UserByUsernameKey returns the user or ErrUserNotFound.
	UserByUsernameKey(ctx context.Context, key string) (*User, error)

	// SetPassword replaces the hash of the user c.UserID if it still is
	// c.OldHash, else ErrUserChanged; ErrUserNotFound if there is no such
	// user. Unless c.Rehash is set it also sets PasswordChangedAt to c.At, or
	// to a microsecond after what it was if that is not before c.At, and ends the user's sessions except c.Keep with EndedByPasswordChange, in
	// the same transaction, takes away MustChangePassword, and removes all
	// resets of the user. If c.Reset is set, that reset of this user must be there, else ErrUserChanged.
	SetPassword(ctx context.Context, c PasswordChange) (ended []string, err error)

	// SetDisabled disables the user as of c.At, ending all sessions with
	// EndedByDisable and removing all resets in the same transaction, or enables them again when
	// disabled is false. ErrUserNotFound if there is no such user. Repeating
	// it is no error, keeps the first DisabledAt, and does not store c.Log.
	SetDisabled(ctx context.Context, c UserChange, disabled bool) (ended []string, err error)

	// SetScopes replaces the user's Scopes if they still are old, in this
	// order, else ErrUserChanged; ErrUserNotFound if there is no such user. It
	// ends all sessions with EndedByAdmin in the same transaction.
	SetScopes(ctx context.Context, c UserChange, old, scopes []string) (ended []string, err error)

	// RequirePasswordChange sets MustChangePassword and ends all sessions with
	// EndedByAdmin in the same transaction. ErrUserNotFound if there is no such
	// user. Repeating it is no error.
	RequirePasswordChange(ctx context.Context, c UserChange) (ended []string, err error)

	// EndSessions ends all sessions of the user with EndedByAdmin.
	// ErrUserNotFound if there is no such user.
	EndSessions(ctx context.Context, c UserChange) (ended []string, err error)

	// DeleteUser removes the user, with resets and devices, and ends all sessions with EndedByDisable in
	// the same transaction. ErrUserNotFound if there is no such user.
	DeleteUser(ctx context.Context, c UserChange) (ended []string, err error)

	// ListUsers returns at most limit users whose UsernameKey is above after,
	// in rising order of UsernameKey.
	ListUsers(ctx context.Context, after string, limit int) ([]*User, error)

	// SearchUsers is ListUsers for those whose UsernameKey begins with prefix.
	SearchUsers(ctx context.Context, prefix, after string, limit int) ([]*User, error)
}

// UserChange is what all changes of what a user may do have in common.
type UserChange struct {
	UserID string
	// By is in whose name the change is made. If it is not the zero value, that
	// user must be there, must not be disabled and must have the scope, in the
	// same transaction, else ErrNotAllowed and nothing is changed. Of two users
	// who take that away from each other at the same time, one is refused.
	By Authority
	At time.Time
	// Log is stored in the audit trail in the same transaction.
	Log []AuditRecord
}

// PasswordChange is the argument of Store.SetPassword.
type PasswordChange struct {
	UserID  string
	OldHash string
	NewHash string
	// Keep spares this session when the others end; empty spares none.
	Keep string
	// Rehash says that the same password was hashed anew with other
	// parameters: nothing but the hash changes.
	Rehash bool
	At     time.Time
	// Reset is the TokenHash of the reset that this uses up, if any.
	Reset string
	// Log is stored in the audit trail in the same transaction.
	Log []AuditRecord
}

// AttemptStore keeps the counters of the throttle, so that they hold for every
// process and survive a restart. Its rules are all in this package; a store
// only keeps the three values of an Attempts under a key.
//
// Keys are opaque: printable ASCII, at most 128 bytes, compared byte by byte.
// storetest.Accounts checks every sentence.
type AttemptStore interface {
	// UpdateAttempts reads what is kept under key, calls update with it and
	// keeps what update returns, all in one transaction: concurrent calls with
	// one key, by many processes too, take effect one after another, and none
	// works from a value that another has replaced.
	//
	// update gets the zero Attempts when nothing is kept. When it returns the
	// zero Attempts, nothing is kept under key from then on (the row goes);
	// when it returns what it was given, the store need not write. Rows past
	// their ExpiresAt are given to update like any other: it has the clock.
	//
	// update is a short pure function and does not use the store. It may be
	// called again when the transaction has to be repeated; what the last call
	// returned counts. When an error is returned nothing was kept.
	UpdateAttempts(ctx context.Context, key string, update func(Attempts) Attempts) error

	// PurgeAttempts removes at most limit rows whose ExpiresAt is set and not
	// after now, and returns how many went; fewer than limit means there are
	// no more.
	PurgeAttempts(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

// Attempts is what an AttemptStore keeps under a key. What the values mean is
// the throttle's own affair.
//
// Times are kept to the microsecond in UTC; the zero time stays the zero time.
type Attempts struct {
	// Count is a number of failures. Never negative.
	Count int64
	// At is a moment of the throttle.
	At time.Time
	// ExpiresAt is when the row has lost its meaning and may be removed; zero
	// means never.
	ExpiresAt time.Time
}
