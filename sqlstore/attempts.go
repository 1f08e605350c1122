package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// UpdateAttempts implements account.AttemptStore. The row is made if there is
// none and locked if there is, by one statement, so that others wait whether or
// not it was there.
func (s *Store) UpdateAttempts(ctx context.Context, key string, update func(account.Attempts) account.Attempts) error {
	return s.inTx(ctx, "update attempts", func(tx *sql.Tx) error {
		hot := s.hot(tx)
		old, err := lockAttempts(ctx, hot, key)
		if err != nil {
			return err
		}
		switch next := update(old); {
		case next == account.Attempts{}:
			const remove = `DELETE FROM latchkey_attempts WHERE key = $1`
			_, err = hot.ExecContext(ctx, remove, key)
		case next != old:
			const keep = `UPDATE latchkey_attempts SET count = $1, at = $2, expires_at = $3 WHERE key = $4`
			_, err = hot.ExecContext(ctx, keep, next.Count, toNullMicros(next.At), toNullMicros(next.ExpiresAt), key)
		}
		return err
	})
}

func lockAttempts(ctx context.Context, q querier, key string) (account.Attempts, error) {
	const query = `INSERT INTO latchkey_attempts (key, count) VALUES ($1, 0)
		ON CONFLICT (key) DO UPDATE SET count = latchkey_attempts.count
		RETURNING count, at, expires_at`
	var a account.Attempts
	err := each(ctx, q, func(rows *sql.Rows) error {
		var at, expires sql.NullInt64
		err := rows.Scan(&a.Count, &at, &expires)
		a.At, a.ExpiresAt = fromNullMicros(at), fromNullMicros(expires)
		return err
	}, query, key)
	return a, err
}

// PurgeAttempts implements account.AttemptStore.
func (s *Store) PurgeAttempts(ctx context.Context, now time.Time, limit int) (int, error) {
	const query = `DELETE FROM latchkey_attempts WHERE key IN (
		SELECT key FROM latchkey_attempts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`
	return s.remove(ctx, "purge attempts", query, toMicros(now), int64(limit))
}
