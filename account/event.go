package account

import (
	"context"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// Event is something that happened to an account, for an audit trail. It holds
// no secrets: no password, no hash, and not what was typed as the name of an
// unknown user, which is a password more often than one thinks.
type Event struct {
	Kind EventKind
	// Reason says why an attempt failed; empty for what succeeded. Of
	// EventScopeGranted and EventScopeRevoked it is the scope.
	Reason Reason
	// At is when it happened.
	At time.Time
	// UserID and Username name the account, when there is one.
	UserID   string
	Username string
	// Client says where it came from, as far as the caller said so.
	Client session.Client
	// Ended are the sessions that ended by it.
	Ended []string
}

// EventKind says what happened. Values may be stored.
type EventKind string

// The events there are.
const (
	EventSignedUp        EventKind = "signed_up"                // a person made an account
	EventSignUpRefused   EventKind = "sign_up_refused"          // a name was taken, or an address throttled
	EventUserAdded       EventKind = "user_added"               // an operator made an account
	EventSignedIn        EventKind = "signed_in"                // Authenticate said yes
	EventSignInFailed    EventKind = "sign_in_failed"           // Authenticate said no
	EventConfirmed       EventKind = "password_confirmed"       // CheckPassword said yes
	EventConfirmFailed   EventKind = "password_check_failed"    // CheckPassword or ChangePassword said no
	EventLocked          EventKind = "locked"                   // the last attempt there was has failed; see Throttle.Stop
	EventUnlocked        EventKind = "unlocked"                 // Unlock
	EventPasswordChanged EventKind = "password_changed"         // the person changed the password
	EventPasswordSet     EventKind = "password_set"             // SetPassword
	EventResetRequested  EventKind = "password_reset_requested" // NewResetToken or RequestReset; with a Reason nothing was sent
	EventPasswordReset   EventKind = "password_reset"           // ResetPassword
	EventResetRefused    EventKind = "password_reset_refused"   // ResetPassword with a token that cannot be used
	EventRehashed        EventKind = "password_rehashed"        // the hash was replaced at sign-in, the password was not
	EventDisabled        EventKind = "user_disabled"
	EventEnabled         EventKind = "user_enabled"
	EventDeleted         EventKind = "user_deleted"
	EventScopeGranted    EventKind = "scope_granted"
	EventScopeRevoked    EventKind = "scope_revoked"
	EventMustChange      EventKind = "password_change_required" // RequirePasswordChange
	EventSessionsEnded   EventKind = "sessions_ended"           // EndSessions
)

// Reason says why an attempt failed. It is for the operator: the person who
// tried is told the same for all of them but the last two.
type Reason string

// The reasons there are.
const (
	ReasonUnknownUser    Reason = "unknown_user"
	ReasonWrongPassword  Reason = "wrong_password"
	ReasonDisabled       Reason = "disabled"
	ReasonNoPassword     Reason = "no_password"       // the user has none
	ReasonUnusableHash   Reason = "unusable_hash"     // ParseHash refuses what is stored
	ReasonTooLong        Reason = "password_too_long" // longer than any password here
	ReasonTooSoon        Reason = "too_soon"          // the account had to wait
	ReasonLocked         Reason = "locked"            // the account is stopped until a reset
	ReasonUsernameTaken  Reason = "username_taken"
	ReasonMailFailed     Reason = "mail_failed" // Config.SendReset failed
	ReasonClientThrottle Reason = "client_throttled"
)

type clientKey struct{}

// WithClient returns a context that says where a request comes from, for the
// events of methods that have no Client among their arguments.
func WithClient(ctx context.Context, c session.Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// emit completes an event, puts it into the audit trail and hands it to the hook.
func (s *Service) emit(ctx context.Context, e Event) {
	e = s.complete(ctx, e)
	if s.config.Audit != nil {
		s.config.Audit.account(ctx, e)
	}
	s.tell(ctx, e)
}

// complete fills in when and from where.
func (s *Service) complete(ctx context.Context, e Event) Event {
	e.At = s.config.Now()
	if e.Client == (session.Client{}) {
		e.Client, _ = ctx.Value(clientKey{}).(session.Client)
	}
	return e
}

// tell hands an event to the hook.
func (s *Service) tell(ctx context.Context, e Event) {
	if s.config.OnEvent != nil {
		s.config.OnEvent(ctx, e)
	}
}

// change is a change to u that is about to be made: its event, and what goes
// into the audit trail in the transaction that makes it.
func (s *Service) change(ctx context.Context, e Event) (Event, []AuditRecord) {
	e = s.complete(ctx, e)
	if s.config.Audit == nil {
		return e, nil
	}
	return e, []AuditRecord{e.record(ctx).clean()}
}

// about returns an event about u, which may be nil.
func about(kind EventKind, u *User) Event {
	e := Event{Kind: kind}
	if u != nil {
		e.UserID, e.Username = u.ID, u.Username
	}
	return e
}
