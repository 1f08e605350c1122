package sqlstore

import (
	"context"
	"database/sql"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// userColumns are the columns of a row in the order scanUser reads them.
const userColumns = `id, username, username_key, name, password_hash, password_changed_at, scopes, created_at, disabled_at,
	must_change_password`

// CreateUser implements account.Store. An ID that exists already is an error
// that changes nothing.
func (s *Store) CreateUser(ctx context.Context, u *account.User, log ...account.AuditRecord) error {
	const query = `INSERT INTO latchkey_users (` + userColumns + `)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (username_key) DO NOTHING`
	return s.inTx(ctx, "create user", func(tx *sql.Tx) error {
		err := changedOne(ctx, tx, answer{account.ErrUsernameTaken}, query,
			u.ID, u.Username, u.UsernameKey, u.Name, u.PasswordHash, toNullMicros(u.PasswordChangedAt),
			toList(u.Scopes), toMicros(u.CreatedAt), toNullMicros(u.DisabledAt),
			toFlag(u.MustChangePassword))
		if err != nil {
			return err
		}
		return s.appendAudit(ctx, tx, log)
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
	all, err := s.users(ctx, s.hotReader, query, arg)
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
	return s.users(ctx, s.reader, query, after, int64(limit))
}

// lastRune is above every character that there is or will be.
const lastRune = "\U0010FFFF"

// SearchUsers implements account.Store: a piece of the index of ListUsers.
func (s *Store) SearchUsers(ctx context.Context, prefix, after string, limit int) ([]*account.User, error) {
	const query = `SELECT ` + userColumns + ` FROM latchkey_users
		WHERE username_key > $1 AND username_key >= $2 AND username_key < $3 ORDER BY username_key LIMIT $4`
	return s.users(ctx, s.reader, query, after, prefix, prefix+lastRune, int64(limit))
}

func (s *Store) users(ctx context.Context, q querier, query string, args ...any) ([]*account.User, error) {
	var all []*account.User
	err := s.retry(ctx, "read users", func() error {
		all = nil
		return each(ctx, q, func(rows *sql.Rows) error {
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
	err := rows.Scan(&u.ID, &u.Username, &u.UsernameKey, &u.Name, &u.PasswordHash, &changed, &scopes, &created, &disabled,
		&u.MustChangePassword)
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
			password_changed_at = CASE WHEN password_changed_at >= $2 THEN password_changed_at + 1 ELSE $2 END,
			must_change_password = 0
		WHERE id = $3 AND password_hash = $4`
	if c.Rehash {
		return s.changeUser(ctx, "rehash password", account.UserChange{UserID: c.UserID, Log: c.Log}, nil, func(tx *sql.Tx) error {
			return changedOne(ctx, tx, errNoSuchRow, rehash, c.NewHash, c.UserID, c.OldHash)
		})
	}
	end := &session.Ending{Subject: c.UserID, Except: c.Keep, Reason: session.EndedByPasswordChange, At: c.At}
	return s.changeUser(ctx, "set password", account.UserChange{UserID: c.UserID, Log: c.Log}, end, func(tx *sql.Tx) error {
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
