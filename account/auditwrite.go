package account

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	auditFlushEvery = 250 * time.Millisecond
	auditPurgeEvery = time.Hour
	auditTimeout    = 5 * time.Second
	auditChunk      = 500  // records in one transaction
	auditPurgeRows  = 1000 // rows in one transaction
)

// Run stores what waits every quarter of a second and removes what is older than
// the retention every hour, until ctx ends; then it stores what is left and
// returns nil. Call it once, on a goroutine of its own; it fails at once if it is
// at work already. Without Run every record is stored when it comes, and nothing
// is removed.
func (l *AuditLog) Run(ctx context.Context) error {
	if !l.running.CompareAndSwap(false, true) {
		return errors.New("account: Run of the audit log is at work already")
	}
	flush, purge := time.NewTicker(auditFlushEvery), time.NewTicker(auditPurgeEvery)
	defer flush.Stop()
	defer purge.Stop()
	l.purgeAndLog(ctx)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-flush.C:
			l.flush()
		case <-purge.C:
			l.purgeAndLog(ctx)
		}
	}
	// From here on whoever adds a record writes it.
	l.running.Store(false)
	l.flush()
	return nil
}

// Purge removes what is older than the retention, in small steps. Run does it.
func (l *AuditLog) Purge(ctx context.Context) error {
	before := l.config.Now().Add(-l.config.Retention)
	for {
		n, err := l.config.Store.PurgeAudit(ctx, before, auditPurgeRows)
		if err != nil || n < auditPurgeRows {
			return wrap("purge the audit trail", err)
		}
	}
}

func (l *AuditLog) purgeAndLog(ctx context.Context) {
	if err := l.Purge(ctx); err != nil && ctx.Err() == nil {
		l.config.Logger.WarnContext(ctx, "account: the audit trail cannot be purged", "err", err)
	}
}

// flush writes what waits, if anything does.
func (l *AuditLog) flush() {
	l.mu.Lock()
	batch, some := l.open, len(l.open.records) > 0
	l.mu.Unlock()
	if some {
		_ = l.write(batch) // settle tells of the error
	}
}

// write makes sure that a batch is written, by this caller or by the one before
// it, and returns whether it is stored. Whoever comes while another writes joins
// the next batch, and one of them writes it for all.
func (l *AuditLog) write(batch *auditBatch) error {
	l.writing <- struct{}{}
	defer func() { <-l.writing }()
	select {
	case <-batch.done:
		return batch.err
	default:
	}
	l.mu.Lock()
	l.open = newAuditBatch()
	l.mu.Unlock()

	// Not the context of one request: the batch is of many.
	ctx, cancel := context.WithTimeout(context.Background(), auditTimeout)
	defer cancel()
	left := batch.records
	for len(left) > 0 && batch.err == nil {
		chunk := left[:min(len(left), auditChunk)]
		if batch.err = l.config.Store.AppendAudit(ctx, l.named(ctx, plain(chunk))); batch.err == nil {
			left = left[len(chunk):]
		}
	}
	batch.err = wrap("write the audit trail", batch.err)
	if batch.err != nil {
		l.giveBack(left)
		l.config.Logger.ErrorContext(ctx, "account: the audit trail cannot be written; records wait", "records", len(left), "err", batch.err)
	}
	close(batch.done)
	return batch.err
}

// named adds usernames where only the id is known, as in events of sessions, if
// the store has the accounts too.
func (l *AuditLog) named(ctx context.Context, records []AuditRecord) []AuditRecord {
	store, ok := l.config.Store.(interface {
		UserByID(ctx context.Context, id string) (*User, error)
	})
	if !ok {
		return records
	}
	names := map[string]string{}
	for _, r := range records {
		if r.Username != "" {
			names[r.UserID] = r.Username
		}
	}
	for i := range records {
		r := &records[i]
		if r.Username != "" || r.UserID == "" {
			continue
		}
		name, known := names[r.UserID]
		if !known {
			switch u, err := store.UserByID(ctx, r.UserID); {
			case err == nil:
				name = u.Username
			case !errors.Is(err, ErrUserNotFound):
				return records // a record without a name is better than none
			}
			names[r.UserID] = name
		}
		r.Username = name
	}
	return records
}

func plain(all []waiting) []AuditRecord {
	records := make([]AuditRecord, len(all))
	for i, w := range all {
		records[i] = w.AuditRecord
	}
	return records
}

// giveBack puts records that could not be stored before those that came
// meanwhile, and gives up what is too much.
func (l *AuditLog) giveBack(left []waiting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := slices.Concat(left, l.open.records)
	for _, weighty := range []bool{false, true} {
		excess := len(all) - l.config.Waiting
		all = slices.DeleteFunc(all, func(w waiting) bool {
			if excess <= 0 || w.weighty != weighty {
				return false
			}
			excess--
			l.giveUp(w)
			return true
		})
	}
	l.open.records = all
}

// giveUp loses a record; the log of the program is its last place.
func (l *AuditLog) giveUp(w waiting) {
	l.lost.Add(1)
	l.config.Logger.Error("account: an audit record is lost", "kind", w.Kind, "reason", w.Reason,
		"user", w.UserID, "session", w.SessionID, "actor", w.Actor, "address", w.Client.Address, "at", w.At)
}
