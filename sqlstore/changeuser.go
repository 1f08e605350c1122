package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// SetDisabled implements account.Store.
func (s *Store) SetDisabled(ctx context.Context, c account.UserChange, disabled bool) ([]string, error) {
	const set = `UPDATE latchkey_users SET disabled_at = $1 WHERE id = $2`
	op, at, end := "enable user", sql.NullInt64{}, (*session.Ending)(nil)
	if disabled {
		op, at, end = "disable user", toNullMicros(c.At), endOf(c, session.EndedByDisable)
	}
	return s.changeUser(ctx, op, c, end, func(tx *sql.Tx) error {
		u, err := lockUser(ctx, tx, c.UserID)
		switch {
		case err != nil:
			return err
		case u == nil:
			return errNoSuchRow
		}
		if disabled {
			if err := dropResets(ctx, tx, c.UserID); err != nil {
				return err
			}
		}
		if u.Disabled() == disabled {
			return errAsItWas
		}
		return changedOne(ctx, tx, errNoSuchRow, set, at, c.UserID)
	})
}

// SetScopes implements account.Store.
func (s *Store) SetScopes(ctx context.Context, c account.UserChange, old, scopes []string) ([]string, error) {
	const change = `UPDATE latchkey_users SET scopes = $1 WHERE id = $2`
	return s.changeUser(ctx, "change scopes", c, endOf(c, session.EndedByAdmin), func(tx *sql.Tx) error {
		u, err := lockUser(ctx, tx, c.UserID)
		if err != nil {
			return err
		}
		if u == nil || !slices.Equal(u.Scopes, old) {
			return errNoSuchRow
		}
		return changedOne(ctx, tx, errNoSuchRow, change, toList(scopes), c.UserID)
	})
}

// RequirePasswordChange implements account.Store.
func (s *Store) RequirePasswordChange(ctx context.Context, c account.UserChange) ([]string, error) {
	const require = `UPDATE latchkey_users SET must_change_password = 1 WHERE id = $1`
	return s.changeUser(ctx, "require a password change", c, endOf(c, session.EndedByAdmin), func(tx *sql.Tx) error {
		return changedOne(ctx, tx, errNoSuchRow, require, c.UserID)
	})
}

// EndSessions implements account.Store.
func (s *Store) EndSessions(ctx context.Context, c account.UserChange) ([]string, error) {
	return s.changeUser(ctx, "end the sessions of a user", c, endOf(c, session.EndedByAdmin), func(tx *sql.Tx) error {
		u, err := lockUser(ctx, tx, c.UserID)
		if err == nil && u == nil {
			err = errNoSuchRow
		}
		return err
	})
}

// DeleteUser implements account.Store.
func (s *Store) DeleteUser(ctx context.Context, c account.UserChange) ([]string, error) {
	const remove = `DELETE FROM latchkey_users WHERE id = $1`
	return s.changeUser(ctx, "delete user", c, endOf(c, session.EndedByDisable), func(tx *sql.Tx) error {
		if err := changedOne(ctx, tx, errNoSuchRow, remove, c.UserID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, forgetDevices, c.UserID); err != nil {
			return err
		}
		return dropResets(ctx, tx, c.UserID)
	})
}

// endOf is the end of all sessions of a user.
func endOf(c account.UserChange, why session.EndReason) *session.Ending {
	return &session.Ending{Subject: c.UserID, Reason: why, At: c.At}
}

// errNoSuchRow: a change found no row as its caller described it.
var errNoSuchRow = answer{account.ErrUserChanged}

// errAsItWas: a change found the user as it would make them. That is not audited.
var errAsItWas = errors.New("sqlstore: the user is as it should be")

// changeUser changes a user, appends to the audit trail and, if end is set, ends
// sessions, all in one transaction.
func (s *Store) changeUser(ctx context.Context, op string, c account.UserChange, end *session.Ending, change func(*sql.Tx) error) ([]string, error) {
	const exists = `SELECT count(*) FROM latchkey_users WHERE id = $1`
	var ended []string
	err := s.inTx(ctx, op, func(tx *sql.Tx) error {
		ended = nil
		if err := checkAuthority(ctx, tx, c); err != nil {
			return err
		}
		log := c.Log
		switch err := change(tx); err {
		case nil:
		case errAsItWas:
			log = nil
		case errNoSuchRow:
			n, err := number(ctx, tx, exists, c.UserID)
			switch {
			case err != nil:
				return err
			case n == 0:
				return answer{account.ErrUserNotFound}
			}
			return errNoSuchRow
		default:
			return err
		}
		err := s.appendAudit(ctx, tx, log)
		if err != nil || end == nil {
			return err
		}
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

// checkAuthority looks whether c.By may still make changes. It locks both rows,
// in one order whoever changes whom, so that of two who change each other one
// waits and then sees what has become of itself.
func checkAuthority(ctx context.Context, tx *sql.Tx, c account.UserChange) error {
	if c.By == (account.Authority{}) {
		return nil
	}
	ids := []string{c.By.UserID, c.UserID}
	slices.Sort(ids)
	allowed := false
	for _, id := range slices.Compact(ids) {
		u, err := lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		if id == c.By.UserID {
			allowed = u != nil && !u.Disabled() && u.HasScope(c.By.Scope)
		}
	}
	if !allowed {
		return answer{account.ErrNotAllowed}
	}
	return nil
}

// lockUser returns a user as they are, and keeps others from changing them until
// the transaction ends; nil if there is none.
func lockUser(ctx context.Context, tx *sql.Tx, id string) (*account.User, error) {
	const query = `UPDATE latchkey_users SET name = name WHERE id = $1 RETURNING ` + userColumns
	var u *account.User
	err := each(ctx, tx, func(rows *sql.Rows) (err error) {
		u, err = scanUser(rows)
		return err
	}, query, id)
	return u, err
}
