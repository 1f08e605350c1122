package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// AuditConfig configures an AuditLog. Only Store is required.
type AuditConfig struct {
	// Store keeps the records: the account.Store, or another. One that is an
	// account.Store too is asked for the usernames of what happens to sessions.
	Store AuditStore

	// Retention is how long records are kept. Defaults to 90 days; it must be
	// positive. Run removes what is older.
	Retention time.Duration

	// Waiting is how many records may wait for the store, such as while it is
	// down. Beyond it records are lost, those that nobody waits for first; each
	// loss is counted and logged. Defaults to 10,000.
	Waiting int

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time

	// Logger gets what could not be stored. Defaults to slog.Default().
	Logger *slog.Logger
}

// AuditLog writes what happens to accounts and sessions into an AuditStore. It
// is safe for concurrent use. Make one with NewAuditLog, hand it to
// Config.Audit, and its Session method to session.Config.OnEvent.
//
// What changes an account (a new password, a disabled user) is stored in the
// transaction of the change: neither is there without the other. A sign-in, what
// points to a stolen token, and what somebody does to the account of another
// (see WithActor) is stored before the call that caused it returns; callers at the same time share one transaction. What may come in
// floods or is of less weight, such as failed guesses, is stored within a
// quarter of a second, so that guessing does not keep the store busy; a killed
// process loses at most that much of it.
//
// When the store fails, records wait in memory and are tried again. Nobody is
// let in or kept out for the sake of the audit trail.
type AuditLog struct {
	config  AuditConfig
	running atomic.Bool
	lost    atomic.Int64

	mu   sync.Mutex
	open *auditBatch // what is not being written yet

	writing chan struct{} // full while somebody writes
}

// auditBatch is written in one go.
type auditBatch struct {
	records []waiting
	done    chan struct{} // closed when it is settled
	err     error         // whether it was stored; settled by done
}

// waiting is a record on its way to the store.
type waiting struct {
	AuditRecord
	weighty bool
}

func newAuditBatch() *auditBatch { return &auditBatch{done: make(chan struct{})} }

// NewAuditLog returns an AuditLog, or all mistakes in c at once.
func NewAuditLog(c AuditConfig) (*AuditLog, error) {
	if c.Retention == 0 {
		c.Retention = 90 * 24 * time.Hour
	}
	if c.Waiting == 0 {
		c.Waiting = 10_000
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	var errs []error
	if c.Store == nil {
		errs = append(errs, errors.New("account: AuditConfig.Store is required"))
	}
	if c.Retention < 0 {
		errs = append(errs, fmt.Errorf("account: AuditConfig.Retention is %v; it must be positive", c.Retention))
	}
	if c.Waiting < 0 {
		errs = append(errs, fmt.Errorf("account: AuditConfig.Waiting is %d; it must be positive", c.Waiting))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &AuditLog{config: c, open: newAuditBatch(), writing: make(chan struct{}, 1)}, nil
}

// Record stores a record of the program's own and returns nil once it is stored.
// A zero At means now. After an error the record waits and is tried again.
func (l *AuditLog) Record(ctx context.Context, r AuditRecord) error {
	if r.At.IsZero() {
		r.At = l.config.Now()
	}
	return l.add(r, true)
}

// Session stores an event of a session.Manager; it is meant for
// session.Config.OnEvent.
func (l *AuditLog) Session(ctx context.Context, e session.Event) {
	weighty := false
	switch e.Kind {
	case session.EventEnded:
		weighty = e.Reason == session.EndedByReuse || e.Reason == session.EndedByFuture
	case session.EventEpochRaised, session.EventTokenRevoked:
		weighty = true
	}
	_ = l.add(sessionRecord(ctx, e), weighty) // settle tells of the error
}

// account stores an event of a Service.
func (l *AuditLog) account(ctx context.Context, e Event) {
	weighty := true
	switch {
	case actorOf(ctx) != "":
		// What somebody does to the account of another is never lost.
	case slices.Contains(lightEvents, e.Kind):
		weighty = false
	}
	_ = l.add(e.record(ctx), weighty) // settle tells of the error
}

// lightEvents may come in floods.
var lightEvents = []EventKind{
	EventSignInFailed, EventSignUpRefused, EventConfirmFailed, EventConfirmed, EventRehashed,
	EventResetRequested, EventResetRefused,
}

// Query returns records, the latest first.
func (l *AuditLog) Query(ctx context.Context, q AuditQuery) ([]AuditRecord, error) {
	const most = 1000
	switch {
	case q.Limit < 0:
		return nil, fmt.Errorf("account: AuditQuery.Limit is %d; it must be positive, or 0 for 100", q.Limit)
	case q.Limit == 0:
		q.Limit = 100
	}
	q.Limit = min(q.Limit, most)
	records, err := l.config.Store.QueryAudit(ctx, q)
	return records, wrap("read the audit trail", err)
}

// AuditStatus is the state of an AuditLog, for metrics.
type AuditStatus struct {
	// Waiting is how many records are not stored yet.
	Waiting int
	// Lost is how many records were given up since the process began.
	Lost int64
}

// Status returns the state of the log.
func (l *AuditLog) Status() AuditStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	return AuditStatus{Waiting: len(l.open.records), Lost: l.lost.Load()}
}

// add queues a record and, if it has weight or nobody else would write it,
// waits until it is stored.
func (l *AuditLog) add(r AuditRecord, weighty bool) error {
	r = r.clean()
	l.mu.Lock()
	batch := l.open
	batch.records = append(batch.records, waiting{r, weighty})
	full := len(batch.records) > l.config.Waiting
	l.mu.Unlock()
	if !weighty && !full && l.running.Load() {
		return nil
	}
	return l.write(batch)
}
