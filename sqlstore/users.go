package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// userColumns are the columns of a row in the order scanUser reads them.
const userColumns = `id, username, username_key, name, password_hash, password_changed_at, scopes, created_at, disabled_at`

// CreateUser implements account.Store. An ID that exists already is an error
// that changes nothing.
func (s *Store) CreateUser(ctx context.Context, u *account.User, log ...account.AuditRecord) error {
	const query = `INSERT INTO latchkey_users (` + userColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (username_key) DO NOTHING`
	return s.inTx(ctx, "create user", func(tx *sql.Tx) error {
		err := changedOne(ctx, tx, answer{account.ErrUsernameTaken}, query,
			u.ID, u.Username, u.UsernameKey, u.Name, u.PasswordHash, toNullMicros(u.PasswordChangedAt),
			toList(u.Scopes), toMicros(u.CreatedAt), toNullMicros(u.DisabledAt))
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, log)
	})
}

// changedOne runs a statement that should change one row, and returns otherwise
// if it changes none.
func changedOne(ctx context.Context, q querier, otherwise error, query string, args ...any) error {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		return otherwise
	}
	return err
}

// UserByID implements account.Store.
func (s *Store) UserByID(ctx context.Context, id string) (*account.User, error) {
	return s.user(ctx, `SELECT `+userColumns+` FROM latchkey_users WHERE id = $1`, id)
}

// UserByUsernameKey implements account.Store.
func (s *Store) UserByUsernameKey(ctx context.Context, key string) (*account.User, error) {
	return s.user(ctx, `SELECT `+userColumns+` FROM latchkey_users WHERE username_key = $1`, key)
}

func (s *Store) user(ctx context.Context, query, arg string) (*account.User, error) {
	all, err := s.users(ctx, query, arg)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, account.ErrUserNotFound
	}
	return all[0], nil
}

// ListUsers implements account.Store.
func (s *Store) ListUsers(ctx context.Context, after string, limit int) ([]*account.User, error) {
	const query = `SELECT ` + userColumns + ` FROM latchkey_users
		WHERE username_key > $1 ORDER BY username_key LIMIT $2`
	return s.users(ctx, query, after, int64(limit))
}

func (s *Store) users(ctx context.Context, query string, args ...any) ([]*account.User, error) {
	var all []*account.User
	err := s.retry(ctx, "read users", func() error {
		all = nil
		return each(ctx, s.reader, func(rows *sql.Rows) error {
			u, err := scanUser(rows)
			all = append(all, u)
			return err
		}, query, args...)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func scanUser(rows *sql.Rows) (*account.User, error) {
	var (
		u                 account.User
		created           int64
		changed, disabled sql.NullInt64
		scopes            string
	)
	err := rows.Scan(&u.ID, &u.Username, &u.UsernameKey, &u.Name, &u.PasswordHash, &changed, &scopes, &created, &disabled)
	if err != nil {
		return nil, err
	}
	u.CreatedAt, u.PasswordChangedAt, u.DisabledAt = fromMicros(created), fromNullMicros(changed), fromNullMicros(disabled)
	u.Scopes, err = fromList(scopes)
	return &u, err
}

// SetPassword implements account.Store.
func (s *Store) SetPassword(ctx context.Context, c account.PasswordChange) ([]string, error) {
	const rehash = `UPDATE latchkey_users SET password_hash = $1 WHERE id = $2 AND password_hash = $3`
	const change = `UPDATE latchkey_users SET password_hash = $1,
			password_changed_at = CASE WHEN password_changed_at >= $2 THEN password_changed_at + 1 ELSE $2 END
		WHERE id = $3 AND password_hash = $4`
	if c.Rehash {
		return s.changeUser(ctx, "rehash password", c.UserID, nil, c.Log, func(tx *sql.Tx) error {
			return changedOne(ctx, tx, errNoSuchRow, rehash, c.NewHash, c.UserID, c.OldHash)
		})
	}
	end := &session.Ending{Subject: c.UserID, Except: c.Keep, Reason: session.EndedByPasswordChange, At: c.At}
	return s.changeUser(ctx, "set password", c.UserID, end, c.Log, func(tx *sql.Tx) error {
		if err := changedOne(ctx, tx, errNoSuchRow, change, c.NewHash, toMicros(c.At), c.UserID, c.OldHash); err != nil {
			return err
		}
		if c.Reset != "" {
			if err := useReset(ctx, tx, c.UserID, c.Reset); err != nil {
				return err
			}
		}
		return dropResets(ctx, tx, c.UserID)
	})
}

// SetDisabled implements account.Store.
func (s *Store) SetDisabled(ctx context.Context, userID string, disabled bool, at time.Time, log ...account.AuditRecord) ([]string, error) {
	const disable = `UPDATE latchkey_users SET disabled_at = coalesce(disabled_at, $1) WHERE id = $2`
	const enable = `UPDATE latchkey_users SET disabled_at = NULL WHERE id = $1`
	if !disabled {
		return s.changeUser(ctx, "enable user", userID, nil, log, func(tx *sql.Tx) error {
			return changedOne(ctx, tx, errNoSuchRow, enable, userID)
		})
	}
	return s.changeUser(ctx, "disable user", userID, endOfUser(userID, at), log, func(tx *sql.Tx) error {
		if err := changedOne(ctx, tx, errNoSuchRow, disable, toMicros(at), userID); err != nil {
			return err
		}
		return dropResets(ctx, tx, userID)
	})
}

// DeleteUser implements account.Store.
func (s *Store) DeleteUser(ctx context.Context, userID string, at time.Time, log ...account.AuditRecord) ([]string, error) {
	const remove = `DELETE FROM latchkey_users WHERE id = $1`
	return s.changeUser(ctx, "delete user", userID, endOfUser(userID, at), log, func(tx *sql.Tx) error {
		if err := changedOne(ctx, tx, errNoSuchRow, remove, userID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, forgetDevices, userID); err != nil {
			return err
		}
		return dropResets(ctx, tx, userID)
	})
}

func endOfUser(userID string, at time.Time) *session.Ending {
	return &session.Ending{Subject: userID, Reason: session.EndedByDisable, At: at}
}

// errNoSuchRow: a change found no row as its caller described it.
var errNoSuchRow = answer{account.ErrUserChanged}

// changeUser changes a user, appends to the audit trail and, if end is set, ends
// sessions, all in one transaction.
func (s *Store) changeUser(ctx context.Context, op, userID string, end *session.Ending, log []account.AuditRecord, change func(*sql.Tx) error) ([]string, error) {
	const exists = `SELECT count(*) FROM latchkey_users WHERE id = $1`
	var ended []string
	err := s.inTx(ctx, op, func(tx *sql.Tx) error {
		ended = nil
		if err := change(tx); err == errNoSuchRow {
			n, err := number(ctx, tx, exists, userID)
			if err == nil && n == 0 {
				err = answer{account.ErrUserNotFound}
			}
			return orElse(err, errNoSuchRow)
		} else if err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, log); err != nil || end == nil {
			return err
		}
		var err error
		if ended, err = endSubject(ctx, tx, *end); err != nil {
			return err
		}
		return publish(ctx, tx, kindSession, ended, end.At)
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

func orElse(err, fallback error) error {
	if err != nil {
		return err
	}
	return fallback
}
