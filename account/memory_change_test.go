package account

import (
	"context"
	"errors"
	"slices"
	"time"
)

// change makes a change to a user, which returns whether it ends the sessions.
func (m *memory) change(ctx context.Context, c UserChange, make func(*User) (ends bool, err error)) ([]string, error) {
	unlock, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if by := m.users[c.By.UserID]; c.By != (Authority{}) && (by == nil || by.Disabled() || !by.HasScope(c.By.Scope)) {
		return nil, ErrNotAllowed
	}
	u := m.users[c.UserID]
	if u == nil {
		return nil, ErrUserNotFound
	}
	ends, err := make(u)
	if err != nil && err != errAsItWas {
		return nil, err
	}
	if err == nil {
		m.append(c.Log)
	}
	if !ends {
		return nil, nil
	}
	return m.end(c.UserID, ""), nil
}

func (m *memory) SetDisabled(ctx context.Context, c UserChange, disabled bool) ([]string, error) {
	return m.change(ctx, c, func(u *User) (bool, error) {
		if u.Disabled() == disabled {
			return disabled, errAsItWas
		}
		u.DisabledAt = time.Time{}
		if disabled {
			u.DisabledAt = c.At
			m.dropResets(u.ID)
		}
		return disabled, nil
	})
}

// errAsItWas: there is nothing to change, and so nothing for the trail.
var errAsItWas = errors.New("as it was")

func (m *memory) SetScopes(ctx context.Context, c UserChange, old, scopes []string) ([]string, error) {
	return m.change(ctx, c, func(u *User) (bool, error) {
		if !slices.Equal(u.Scopes, old) {
			return false, ErrUserChanged
		}
		u.Scopes = scopes
		return true, nil
	})
}

func (m *memory) RequirePasswordChange(ctx context.Context, c UserChange) ([]string, error) {
	return m.change(ctx, c, func(u *User) (bool, error) {
		u.MustChangePassword = true
		return true, nil
	})
}

func (m *memory) EndSessions(ctx context.Context, c UserChange) ([]string, error) {
	return m.change(ctx, c, func(*User) (bool, error) { return true, nil })
}

func (m *memory) DeleteUser(ctx context.Context, c UserChange) ([]string, error) {
	return m.change(ctx, c, func(u *User) (bool, error) {
		delete(m.users, u.ID)
		return true, nil
	})
}
