package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"strconv"
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

// QueryAudit implements account.AuditStore.
func (s *Store) QueryAudit(ctx context.Context, q account.AuditQuery) ([]account.AuditRecord, error) {
	query, args := selectAudit(q)
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

// selectAudit is the SELECT for what q asks for. It names the user only where q
// does, so that the history of one user is read from an index of its own.
func selectAudit(q account.AuditQuery) (query string, args []any) {
	parameter := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	query = `SELECT number, ` + auditColumns + ` FROM latchkey_audit WHERE number < ` + parameter(cmp.Or(q.Before, math.MaxInt64))
	if q.UserID != "" {
		query += ` AND user_id = ` + parameter(q.UserID)
	}
	if !q.Since.IsZero() {
		query += ` AND at >= ` + parameter(toMicros(q.Since))
	}
	if !q.Until.IsZero() {
		query += ` AND at < ` + parameter(toMicros(q.Until))
	}
	if len(q.Kinds) > 0 {
		kinds := make([]string, len(q.Kinds))
		for i, kind := range q.Kinds {
			kinds[i] = parameter(kind)
		}
		query += ` AND kind IN (` + strings.Join(kinds, ", ") + `)`
	}
	return query + ` ORDER BY number DESC LIMIT ` + parameter(int64(q.Limit)), args
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
