package account

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/latchkey-go/latchkey/session"
)

// AuditRecord is one line of the audit trail: who did what, when and from where.
// It holds no secrets.
type AuditRecord struct {
	// Number is given by the store and rises from record to record. It is the
	// cursor of AuditQuery.
	Number int64
	// At is when it happened, kept to the microsecond in UTC.
	At time.Time
	// Kind says what happened: an EventKind of this package or of package
	// session, or a word of the program's own for AuditLog.Record.
	Kind string
	// Reason says why, where there is a reason.
	Reason string
	// UserID and Username name the account that it happened to; Username as it
	// was then. Empty for an unknown user: what people type there is a password
	// more often than one thinks.
	UserID   string
	Username string
	// SessionID names the session, where there is one. For a revoked token it is
	// the token's jti.
	SessionID string
	// Actor is who did it, if not the user: see WithActor.
	Actor string
	// Client says where it came from.
	Client session.Client
}

// AuditQuery asks for records. Zero fields ask for nothing in particular.
type AuditQuery struct {
	// UserID asks for the records of one user.
	UserID string
	// Kinds asks for these kinds only.
	Kinds []string
	// Since and Until bound At: not before Since, and before Until.
	Since, Until time.Time
	// Before asks for records with a lower Number, to go on where a query
	// ended.
	Before int64
	// Limit is the most records to return. Defaults to 100, at most 1000.
	Limit int
}

// AuditStore keeps the audit trail. storetest.Accounts checks every sentence.
//
// All methods are safe for concurrent use and atomic, as those of Store are.
type AuditStore interface {
	// AppendAudit stores all records or none, and gives each a Number of its
	// own. It does not look at their Number.
	AppendAudit(ctx context.Context, records []AuditRecord) error

	// QueryAudit returns what q asks for, the highest Number first. q.Limit is
	// set.
	QueryAudit(ctx context.Context, q AuditQuery) ([]AuditRecord, error)

	// PurgeAudit removes at most limit records whose At is before the given
	// moment, the oldest first, and returns how many went; fewer than limit
	// means there are no more.
	PurgeAudit(ctx context.Context, before time.Time, limit int) (removed int, err error)
}

type actorKey struct{}

// WithActor returns a context that says who is at work when it is not the person
// the account belongs to: the id of an administrator, or "cli" for an operator
// at the machine. The audit trail keeps it.
func WithActor(ctx context.Context, actor string) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

func actorOf(ctx context.Context) string {
	actor, _ := ctx.Value(actorKey{}).(string)
	return actor
}

// record is the event as a line of the audit trail.
func (e Event) record(ctx context.Context) AuditRecord {
	return AuditRecord{
		At: e.At, Kind: string(e.Kind), Reason: string(e.Reason), UserID: e.UserID, Username: e.Username,
		Actor: actorOf(ctx), Client: e.Client,
	}
}

// sessionRecord is the same of an event of a session.
func sessionRecord(ctx context.Context, e session.Event) AuditRecord {
	if e.Client == (session.Client{}) {
		e.Client, _ = ctx.Value(clientKey{}).(session.Client)
	}
	return AuditRecord{
		At: e.At, Kind: string(e.Kind), Reason: string(e.Reason), UserID: e.Subject,
		SessionID: e.SessionID + e.TokenID, // at most one is set
		Actor:     actorOf(ctx), Client: e.Client,
	}
}

// maxAuditText is the most bytes of a text in a record.
const maxAuditText = 256

// clean is r with times and texts as every store takes them: one record that no
// store takes would keep back all others.
func (r AuditRecord) clean() AuditRecord {
	r.At = r.At.UTC().Truncate(time.Microsecond)
	for _, text := range []*string{
		&r.Kind, &r.Reason, &r.UserID, &r.Username, &r.SessionID, &r.Actor, &r.Client.Address, &r.Client.UserAgent,
	} {
		*text = cleanText(*text)
	}
	return r
}

// cleanText is valid UTF-8 of bounded length that keeps to its line.
func cleanText(s string) string {
	if len(s) > maxAuditText {
		s = s[:maxAuditText]
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || breaksText(r) {
			return -1
		}
		return r
	}, s)
}
