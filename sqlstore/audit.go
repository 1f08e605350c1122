package sqlstore

import (
	"context"
	"database/sql"
	"math"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

const auditColumns = `at, kind, reason, user_id, username, session_id, actor, address, user_agent`

// auditChunk bounds the rows of one INSERT: databases limit its parameters.
const auditChunk = 500

// auditHot is up to how many rows an INSERT is one that requests wait for: a
// sign-in, and what came just before it. Each number has a text of its own.
const auditHot = 2

// AppendAudit implements account.AuditStore.
func (s *Store) AppendAudit(ctx context.Context, records []account.AuditRecord) error {
	return s.inTx(ctx, "append to the audit trail", func(tx *sql.Tx) error {
		return s.appendAudit(ctx, tx, records)
	})
}

func (s *Store) appendAudit(ctx context.Context, tx *sql.Tx, records []account.AuditRecord) error {
	for len(records) > 0 {
		n := min(len(records), auditChunk)
		args := make([]any, 0, 9*n)
		for _, r := range records[:n] {
			args = append(args, toMicros(r.At), r.Kind, r.Reason, r.UserID, r.Username, r.SessionID, r.Actor,
				r.Client.Address, r.Client.UserAgent)
		}
		q := querier(tx)
		if n <= auditHot {
			q = s.hot(tx)
		}
		if _, err := q.ExecContext(ctx, insertRows(s.dialect, "latchkey_audit", auditColumns, n), args...); err != nil {
			return err
		}
		records = records[n:]
	}
	return nil
}

// QueryAudit implements account.AuditStore. There are two texts so that the
// history of one user is read from an index of its own.
func (s *Store) QueryAudit(ctx context.Context, q account.AuditQuery) ([]account.AuditRecord, error) {
	const (
		ofUser = `SELECT number, ` + auditColumns + ` FROM latchkey_audit
			WHERE user_id = $1 AND number < $2 AND at >= $3 AND at < $4 AND ($5 = '' OR replace($5, ',' || kind || ',', '') <> $5)
			ORDER BY number DESC LIMIT $6`
		ofAll = `SELECT number, ` + auditColumns + ` FROM latchkey_audit
			WHERE number < $1 AND at >= $2 AND at < $3 AND ($4 = '' OR replace($4, ',' || kind || ',', '') <> $4)
			ORDER BY number DESC LIMIT $5`
	)
	before, since, until, kinds := int64(math.MaxInt64), int64(math.MinInt64), int64(math.MaxInt64), ""
	if q.Before != 0 {
		before = q.Before
	}
	if !q.Since.IsZero() {
		since = toMicros(q.Since)
	}
	if !q.Until.IsZero() {
		until = toMicros(q.Until)
	}
	if len(q.Kinds) > 0 {
		kinds = "," + strings.Join(q.Kinds, ",") + ","
	}
	query, args := ofAll, []any{before, since, until, kinds, int64(q.Limit)}
	if q.UserID != "" {
		query, args = ofUser, append([]any{q.UserID}, args...)
	}
	var found []account.AuditRecord
	err := s.retry(ctx, "read the audit trail", func() error {
		found = nil
		return each(ctx, s.reader, func(rows *sql.Rows) error {
			var r account.AuditRecord
			var at int64
			err := rows.Scan(&r.Number, &at, &r.Kind, &r.Reason, &r.UserID, &r.Username, &r.SessionID, &r.Actor,
				&r.Client.Address, &r.Client.UserAgent)
			r.At = fromMicros(at)
			found = append(found, r)
			return err
		}, query, args...)
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// PurgeAudit implements account.AuditStore.
func (s *Store) PurgeAudit(ctx context.Context, before time.Time, limit int) (int, error) {
	const query = `DELETE FROM latchkey_audit WHERE number IN (
		SELECT number FROM latchkey_audit WHERE at < $1 ORDER BY at LIMIT $2)`
	return s.remove(ctx, "purge the audit trail", query, toMicros(before), int64(limit))
}

// remove runs a statement that deletes, and returns how many rows went.
func (s *Store) remove(ctx context.Context, op, query string, args ...any) (int, error) {
	var removed int64
	err := s.retry(ctx, op, func() error {
		result, err := s.writer.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		removed, err = result.RowsAffected()
		return err
	})
	return int(removed), err
}
