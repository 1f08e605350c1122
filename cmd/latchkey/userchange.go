package main

import (
	"context"
	"fmt"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
)

// change is what commands have that change one account.
type change struct {
	who
	location
	format
}

// change runs do on the account and prints how it is afterwards. text says in a
// sentence what was done.
func (c *change) change(ctx context.Context, to streams, do func(*people, *account.User) error, text string) error {
	return c.changeBy(ctx, to, installation.Passwords{}, do, text)
}

// changeBy is change for what sets passwords.
func (c *change) changeBy(ctx context.Context, to streams, rules installation.Passwords, do func(*people, *account.User) error, text string) error {
	return c.withRules(ctx, rules, func(p *people) error {
		u, err := c.find(p)
		if err != nil {
			return err
		}
		if err := do(p, u); err != nil {
			return plain(err)
		}
		if u, err = p.accounts.User(p.ctx, u.ID); err != nil {
			return err
		}
		return c.print(to, userOf(u), fmt.Sprintf(text, u.Username))
	})
}

type userDisableCommand struct{ change }

// Run disables the account.
func (c *userDisableCommand) Run(ctx context.Context, to streams) error {
	return c.change.change(ctx, to, func(p *people, u *account.User) error {
		return p.accounts.Disable(p.ctx, u.ID)
	}, "%s is disabled, and every session has ended.")
}

type userEnableCommand struct{ change }

// Run enables the account.
func (c *userEnableCommand) Run(ctx context.Context, to streams) error {
	return c.change.change(ctx, to, func(p *people, u *account.User) error {
		return p.accounts.Enable(p.ctx, u.ID)
	}, "%s can sign in again.")
}

type userUnlockCommand struct{ change }

// Run forgets wrong passwords.
func (c *userUnlockCommand) Run(ctx context.Context, to streams) error {
	return c.change.change(ctx, to, func(p *people, u *account.User) error {
		return p.accounts.Unlock(p.ctx, u.ID)
	}, "%s can try to sign in again.")
}

type userPasswordCommand struct {
	change
	passwordInput
	mustChange
	passwordRules
}

// Run sets the password.
func (c *userPasswordCommand) Run(ctx context.Context, to streams) error {
	return c.changeBy(ctx, to, c.passwords(), func(p *people, u *account.User) error {
		password, err := c.readPassword(ctx, to, ", or let the person choose it with: latchkey user reset-link "+u.Username)
		if err != nil {
			return err
		}
		return p.setPassword(u, password, c.MustChange)
	}, "%s has a new password, and every session has ended.")
}

type userAdminCommand struct {
	change
	Grant  bool `help:"Make the person an administrator." xor:"what" required:""`
	Revoke bool `help:"The person is an administrator no longer." xor:"what" required:""`
}

// Run grants or revokes the scope of administrators.
func (c *userAdminCommand) Run(ctx context.Context, to streams) error {
	do, text := (*account.Service).GrantScope, "%s is an administrator, and signs in anew."
	if c.Revoke {
		do, text = (*account.Service).RevokeScope, "%s is no administrator."
	}
	return c.change.change(ctx, to, func(p *people, u *account.User) error {
		return do(p.accounts, p.ctx, u.ID, account.ScopeAdmin)
	}, text)
}

type userDeleteCommand struct {
	who
	confirmation
	location
	format
}

// Run deletes the account.
func (c *userDeleteCommand) Run(ctx context.Context, to streams) error {
	return c.withPeople(ctx, func(p *people) error {
		u, err := c.find(p)
		if err != nil {
			return err
		}
		sessions, err := p.sessions.List(p.ctx, u.ID)
		if err != nil {
			return err
		}
		question := fmt.Sprintf("Delete %s and end %s, for good?", u.Username, plural(int64(len(sessions)), "session"))
		if err := c.confirm(ctx, to, question); err != nil {
			return err
		}
		if err := p.accounts.Delete(p.ctx, u.ID); err != nil {
			return err
		}
		return c.print(to, userOf(u), u.Username+" is deleted; the name is free again.")
	})
}
