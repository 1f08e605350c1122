package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/latchkey-go/latchkey/account"
)

// userCommand is "latchkey user".
type userCommand struct {
	Add       userAddCommand       `cmd:"" help:"Make an account for somebody."`
	List      userListCommand      `cmd:"" help:"List accounts in the order of their usernames."`
	Show      userShowCommand      `cmd:"" help:"Show an account."`
	Disable   userDisableCommand   `cmd:"" help:"Keep somebody from signing in, and end their sessions."`
	Enable    userEnableCommand    `cmd:"" help:"Let somebody sign in again, with the password they had."`
	Unlock    userUnlockCommand    `cmd:"" help:"Forget the wrong passwords that were tried, so that they can be tried again."`
	Password  userPasswordCommand  `cmd:"" help:"Set somebody's password, and end their sessions. A reset link is better: nobody else learns it then."`
	ResetLink userResetLinkCommand `cmd:"" help:"Print a link with which somebody can choose a password; it works once, for 10 minutes."`
	Admin     userAdminCommand     `cmd:"" help:"Make somebody an administrator, or no longer one, and end their sessions."`
	Delete    userDeleteCommand    `cmd:"" help:"Delete an account for good, and end its sessions."`
}

// who is the argument that names an account.
type who struct {
	Name string `arg:"" help:"Username, or id:ID."`
}

// find returns the account.
func (w who) find(p *people) (*account.User, error) {
	var u *account.User
	var err error
	if id, ok := strings.CutPrefix(w.Name, "id:"); ok { // no username has a colon
		u, err = p.accounts.User(p.ctx, id)
	} else {
		u, err = p.accounts.UserByUsername(p.ctx, w.Name)
	}
	if errors.Is(err, account.ErrUserNotFound) {
		return nil, notFoundError("there is no user %s; look with: latchkey user list", w.Name)
	}
	return u, err
}

type userAddCommand struct {
	Username string `arg:"" help:"Username, in the way the person types it."`
	FullName string `name:"name" help:"What the person is called." placeholder:"NAME"`
	Admin    bool   `help:"Make the person an administrator; prints a link unless there is a password."`
	Link     bool   `help:"Print a link with which the person chooses a password, as reset-link does."`
	passwordInput
	mustChange
	passwordRules
	baseURL
	location
	format
}

// mustChange is the flag of commands with which an operator chooses a password.
type mustChange struct {
	MustChange bool `help:"Ask the person for another password when they sign in with this one."`
}

// Run makes the account, with a password or a link to choose one.
func (c *userAddCommand) Run(ctx context.Context, to streams) error {
	if c.Link && (c.PasswordStdin || c.MustChange) {
		return usageError("--link lets the person choose the password; leave --password-stdin and --must-change out")
	}
	link := c.Link || c.Admin && !c.PasswordStdin && !c.MustChange
	if err := c.check(); err != nil {
		return err
	}
	return c.withRules(ctx, c.passwords(), func(p *people) error {
		password := ""
		if !link {
			var err error
			if password, err = c.newPassword(ctx, to, p); err != nil {
				return err
			}
		}
		in := account.NewUser{Username: c.Username, Name: c.FullName}
		if c.Admin {
			in.Scopes = []string{account.ScopeAdmin}
		}
		u, err := p.accounts.AddUser(p.ctx, in)
		if errors.Is(err, account.ErrUsernameTaken) {
			return c.taken()
		}
		if err != nil {
			return plain(err)
		}
		if link {
			return c.printLink(to, p, u, c.baseURL)
		}
		return c.finish(to, p, u, password)
	})
}

// taken says that somebody has the username.
func (c *userAddCommand) taken() error {
	return fmt.Errorf("the username %s is taken; choose another, or look with: latchkey user show %s", c.Username, c.Username)
}

// newPassword reads a password that may be chosen, before there is an account
// that would be left without one.
func (c *userAddCommand) newPassword(ctx context.Context, to streams, p *people) (string, error) {
	_, err := p.accounts.UserByUsername(p.ctx, c.Username)
	if err == nil {
		return "", c.taken()
	}
	if !errors.Is(err, account.ErrUserNotFound) {
		return "", err
	}
	password, err := c.readPassword(ctx, to, ", or let the person choose it with --link")
	if err != nil {
		return "", err
	}
	return password, plain(p.accounts.Policy().Check(password, c.Username, c.FullName))
}

func (c *userAddCommand) finish(to streams, p *people, u *account.User, password string) error {
	if err := p.setPassword(u, password, c.MustChange); err != nil {
		return fmt.Errorf("the account was made, but has no password yet: %w; set one with: latchkey user password %s", plain(err), u.Username)
	}
	u, err := p.accounts.User(p.ctx, u.ID)
	if err != nil {
		return err
	}
	return c.print(to, userOf(u), u.Username+" can sign in.")
}

// setPassword sets a password and, if asked to, has its owner change it.
func (p *people) setPassword(u *account.User, password string, mustChange bool) error {
	if err := p.accounts.SetPassword(p.ctx, u.ID, password); err != nil {
		return err
	}
	if !mustChange {
		return nil
	}
	return p.accounts.RequirePasswordChange(p.ctx, u.ID)
}

// plain is err in the words for a person: what was refused, and why.
func plain(err error) error {
	invalid, ok := errors.AsType[*account.ValidationError](err)
	if !ok {
		return err
	}
	var errs []error
	for _, field := range invalid.Fields {
		errs = append(errs, fmt.Errorf("%s: %s", strings.ReplaceAll(field.Field, "_", " "), strings.TrimSuffix(field.Message, ".")))
	}
	return errors.Join(errs...)
}
