package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// CreateReset implements account.ResetStore.
func (s *Store) CreateReset(ctx context.Context, r account.Reset) error {
	const query = `INSERT INTO latchkey_resets (token_hash, user_id, basis, expires_at) VALUES ($1, $2, $3, $4)`
	return s.retry(ctx, "create reset", func() error {
		_, err := s.writer.ExecContext(ctx, query, r.TokenHash, r.UserID, r.Basis, toMicros(r.ExpiresAt))
		return err
	})
}

// ResetByHash implements account.ResetStore.
func (s *Store) ResetByHash(ctx context.Context, tokenHash string) (*account.Reset, error) {
	const query = `SELECT token_hash, user_id, basis, expires_at FROM latchkey_resets WHERE token_hash = $1`
	var found *account.Reset
	err := s.retry(ctx, "read reset", func() error {
		found = nil
		return each(ctx, s.reader, func(rows *sql.Rows) error {
			var r account.Reset
			var expires int64
			err := rows.Scan(&r.TokenHash, &r.UserID, &r.Basis, &expires)
			r.ExpiresAt = fromMicros(expires)
			found = &r
			return err
		}, query, tokenHash)
	})
	if err == nil && found == nil {
		return nil, account.ErrInvalidReset
	}
	return found, err
}

// PurgeResets implements account.ResetStore.
func (s *Store) PurgeResets(ctx context.Context, now time.Time, limit int) (int, error) {
	const query = `DELETE FROM latchkey_resets WHERE token_hash IN (
		SELECT token_hash FROM latchkey_resets WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)`
	return s.remove(ctx, "purge resets", query, toMicros(now), int64(limit))
}

// useReset removes a reset of a user, which must be there.
func useReset(ctx context.Context, tx *sql.Tx, userID, tokenHash string) error {
	const query = `DELETE FROM latchkey_resets WHERE token_hash = $1 AND user_id = $2`
	return changedOne(ctx, tx, errNoSuchRow, query, tokenHash, userID)
}

// dropResets removes all resets of a user.
func dropResets(ctx context.Context, tx *sql.Tx, userID string) error {
	const query = `DELETE FROM latchkey_resets WHERE user_id = $1`
	_, err := tx.ExecContext(ctx, query, userID)
	return err
}
