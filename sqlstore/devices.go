package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// SaveDevice implements account.DeviceStore.
func (s *Store) SaveDevice(ctx context.Context, d account.Device, limit int) error {
	const (
		save = `INSERT INTO latchkey_devices (user_id, token_hash, created_at, seen_at, address, user_agent)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (user_id, token_hash) DO UPDATE SET
				seen_at = excluded.seen_at, address = excluded.address, user_agent = excluded.user_agent`
		trim = `DELETE FROM latchkey_devices WHERE user_id = $1 AND token_hash IN (
			SELECT token_hash FROM latchkey_devices WHERE user_id = $1 AND token_hash <> $2
			ORDER BY seen_at DESC, token_hash DESC LIMIT 1000000 OFFSET $3)`
	)
	return s.inTx(ctx, "save device", func(tx *sql.Tx) error {
		hot := s.hot(tx)
		_, err := hot.ExecContext(ctx, save, d.UserID, d.TokenHash, toMicros(d.CreatedAt), toMicros(d.SeenAt),
			d.Client.Address, d.Client.UserAgent)
		if err != nil {
			return err
		}
		_, err = hot.ExecContext(ctx, trim, d.UserID, d.TokenHash, int64(limit-1))
		return err
	})
}

// HasDevice implements account.DeviceStore.
func (s *Store) HasDevice(ctx context.Context, userID, tokenHash string, since time.Time) (bool, error) {
	const query = `SELECT count(*) FROM latchkey_devices WHERE user_id = $1 AND token_hash = $2 AND seen_at > $3`
	var n int64
	err := s.retry(ctx, "look up device", func() (err error) {
		n, err = number(ctx, s.hotReader, query, userID, tokenHash, toMicros(since))
		return err
	})
	return n > 0, err
}

// ListDevices implements account.DeviceStore.
func (s *Store) ListDevices(ctx context.Context, userID string) ([]account.Device, error) {
	const query = `SELECT user_id, token_hash, created_at, seen_at, address, user_agent FROM latchkey_devices
		WHERE user_id = $1 ORDER BY seen_at DESC, token_hash DESC`
	var all []account.Device
	err := s.retry(ctx, "list devices", func() error {
		all = nil
		return each(ctx, s.reader, func(rows *sql.Rows) error {
			var d account.Device
			var created, seen int64
			err := rows.Scan(&d.UserID, &d.TokenHash, &created, &seen, &d.Client.Address, &d.Client.UserAgent)
			d.CreatedAt, d.SeenAt = fromMicros(created), fromMicros(seen)
			all = append(all, d)
			return err
		}, query, userID)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

const forgetDevices = `DELETE FROM latchkey_devices WHERE user_id = $1`

// ForgetDevices implements account.DeviceStore.
func (s *Store) ForgetDevices(ctx context.Context, userID string) error {
	_, err := s.remove(ctx, "forget devices", forgetDevices, userID)
	return err
}

// PurgeDevices implements account.DeviceStore.
func (s *Store) PurgeDevices(ctx context.Context, before time.Time, limit int) (int, error) {
	const query = `DELETE FROM latchkey_devices WHERE (user_id, token_hash) IN (
		SELECT user_id, token_hash FROM latchkey_devices WHERE seen_at <= $1 ORDER BY seen_at LIMIT $2)`
	return s.remove(ctx, "purge devices", query, toMicros(before), int64(limit))
}
