package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// UpdateAttempts implements account.AttemptStore. Hardly ever do two callers
// want one row at the same moment, so it first reads the row and replaces it
// on condition that it is as it was read: two statements in place of a
// transaction of four. Where another was quicker it takes the row's lock. It
// reads by the connection that writes, which on SQLite has the pages at hand.
//
// What has not changed is written all the same: how long it takes must not tell
// whether an attempt was counted, and so perhaps whether there is such a user.
func (s *Store) UpdateAttempts(ctx context.Context, key string, update func(account.Attempts) account.Attempts) error {
	const op = "update attempts"
	var old account.Attempts
	err := s.retry(ctx, op, func() (err error) {
		old, err = readAttempts(ctx, s.hotWriter, key)
		return err
	})
	if err != nil {
		return err
	}
	next := update(old)
	if next == old && old == (account.Attempts{}) {
		return nil
	}
	replaced, err := replaceAttempts(ctx, s.hotWriter, key, old, next)
	if replaced || err != nil && !undone(err) {
		return wrap(ctx, op, err)
	}
	return s.inTx(ctx, op, func(tx *sql.Tx) error {
		hot := s.hot(tx)
		old, err := lockAttempts(ctx, hot, key)
		if err != nil {
			return err
		}
		_, err = replaceAttempts(ctx, hot, key, old, update(old))
		return err
	})
}

func readAttempts(ctx context.Context, q querier, key string) (account.Attempts, error) {
	const query = `SELECT count, at, expires_at FROM latchkey_attempts WHERE key = $1`
	return attempts(ctx, q, query, key)
}

// lockAttempts is readAttempts with the row locked, and made if there is none,
// by one statement, so that others wait whether or not it was there. A row that
// it made is as good as none until it is replaced.
func lockAttempts(ctx context.Context, q querier, key string) (account.Attempts, error) {
	const query = `INSERT INTO latchkey_attempts (key, count) VALUES ($1, 0)
		ON CONFLICT (key) DO UPDATE SET count = latchkey_attempts.count
		RETURNING count, at, expires_at`
	return attempts(ctx, q, query, key)
}

func attempts(ctx context.Context, q querier, query, key string) (a account.Attempts, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var at, expires sql.NullInt64
		err := rows.Scan(&a.Count, &at, &expires)
		a.At, a.ExpiresAt = fromNullMicros(at), fromNullMicros(expires)
		return err
	}, query, key)
	return a, err
}

// replaceAttempts puts next in the place of old, and says whether it did: it
// does nothing if something else is there by now. Parameters are numbered in
// the order in which they come, as drivers of SQLite want them.
func replaceAttempts(ctx context.Context, q querier, key string, old, next account.Attempts) (bool, error) {
	const (
		remove = `DELETE FROM latchkey_attempts WHERE key = $1 AND count = $2
			AND (at = $3 OR at IS NULL AND $3 IS NULL) AND (expires_at = $4 OR expires_at IS NULL AND $4 IS NULL)`
		change = `UPDATE latchkey_attempts SET count = $1, at = $2, expires_at = $3 WHERE key = $4 AND count = $5
			AND (at = $6 OR at IS NULL AND $6 IS NULL) AND (expires_at = $7 OR expires_at IS NULL AND $7 IS NULL)`
		add = `INSERT INTO latchkey_attempts (count, at, expires_at, key) VALUES ($1, $2, $3, $4)
			ON CONFLICT (key) DO UPDATE SET count = excluded.count, at = excluded.at, expires_at = excluded.expires_at
			WHERE latchkey_attempts.count = 0 AND latchkey_attempts.at IS NULL AND latchkey_attempts.expires_at IS NULL`
	)
	zero := account.Attempts{}
	was := []any{key, old.Count, toNullMicros(old.At), toNullMicros(old.ExpiresAt)}
	becomes := []any{next.Count, toNullMicros(next.At), toNullMicros(next.ExpiresAt)}
	var result sql.Result
	var err error
	switch {
	case next == zero:
		result, err = q.ExecContext(ctx, remove, was...)
	case old == zero:
		result, err = q.ExecContext(ctx, add, append(becomes, key)...)
	default:
		result, err = q.ExecContext(ctx, change, append(becomes, was...)...)
	}
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// PurgeAttempts implements account.AttemptStore.
func (s *Store) PurgeAttempts(ctx context.Context, now time.Time, limit int) (int, error) {
	const query = `DELETE FROM latchkey_attempts WHERE key IN (
		SELECT key FROM latchkey_attempts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`
	return s.remove(ctx, "purge attempts", query, toMicros(now), int64(limit))
}
