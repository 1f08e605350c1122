package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// userRow is an account in JSON, without what could be used to sign in.
type userRow struct {
	ID                 string    `json:"id"`
	Username           string    `json:"username"`
	Name               string    `json:"name"`
	Scopes             []string  `json:"scopes"`
	HasPassword        bool      `json:"has_password"`
	MustChangePassword bool      `json:"must_change_password"`
	PasswordChangedAt  time.Time `json:"password_changed_at,omitzero"`
	CreatedAt          time.Time `json:"created_at"`
	DisabledAt         time.Time `json:"disabled_at,omitzero"`
}

func userOf(u *account.User) userRow {
	row := userRow{
		ID: u.ID, Username: u.Username, Name: u.Name, Scopes: u.Scopes,
		HasPassword: u.PasswordHash != "", MustChangePassword: u.MustChangePassword,
		PasswordChangedAt: u.PasswordChangedAt, CreatedAt: u.CreatedAt, DisabledAt: u.DisabledAt,
	}
	if row.Scopes == nil {
		row.Scopes = []string{}
	}
	return row
}

// state says in a word what keeps somebody from signing in.
func (r userRow) state() string {
	switch {
	case !r.DisabledAt.IsZero():
		return "disabled"
	case !r.HasPassword:
		return "no password"
	case r.MustChangePassword:
		return "must change password"
	}
	return "active"
}

// page is the flags of lists that are read a piece at a time.
type page struct {
	Limit int `help:"Most rows to show; 0: all." default:"100"`
}

// pageSize is how many rows are asked of the store at once.
const pageSize = 500

// left is how many rows to ask for when shown have been.
func (l page) left(shown int) int {
	if l.Limit == 0 {
		return pageSize
	}
	return min(pageSize, l.Limit-shown)
}

func (l page) check() error {
	if l.Limit < 0 {
		return usageError("--limit is below zero")
	}
	return nil
}

type userListCommand struct {
	Search string `help:"Only usernames that begin so." placeholder:"TEXT"`
	After  string `help:"Go on after this username." placeholder:"NAME"`
	page
	location
	format
}

// Run lists accounts.
func (c *userListCommand) Run(ctx context.Context, to streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.withPeople(ctx, func(p *people) error {
		list := c.table(to, "USERNAME", "NAME", "STATE", "SCOPES", "CREATED")
		last, more, err := c.rows(p, list)
		if err != nil {
			return err
		}
		nothing := "There are no accounts. Make one with: latchkey user add"
		if c.Search != "" || c.After != "" {
			nothing = "There are no such accounts."
		}
		if err := list.end(nothing); err != nil {
			return err
		}
		return c.moreAt(to, more, "--after "+last)
	})
}

// rows writes at most c.Limit accounts, and says which was the last and whether
// there are more.
func (c *userListCommand) rows(p *people, list *table) (last string, more bool, err error) {
	last = c.After
	for {
		want := c.left(list.rows)
		users, err := p.accounts.Users(p.ctx, c.Search, last, want+1)
		if err != nil {
			return last, false, err
		}
		for _, u := range users[:min(want, len(users))] {
			row := userOf(u)
			err := list.row(row, u.Username, u.Name, row.state(), strings.Join(u.Scopes, " "), when(u.CreatedAt))
			if err != nil {
				return last, false, err
			}
			last = u.Username
		}
		more = len(users) > want
		if !more || c.Limit > 0 && list.rows >= c.Limit {
			return last, more, nil
		}
	}
}

// moreAt tells people, not programs, that the list goes on.
func (f format) moreAt(to streams, more bool, how string) error {
	if !more || f.JSON {
		return nil
	}
	_, err := fmt.Fprintf(to.log, "There are more; go on with %s, or show all with --limit 0.\n", how)
	return err
}

type userShowCommand struct {
	who
	location
	format
}

// Run shows an account.
func (c *userShowCommand) Run(ctx context.Context, to streams) error {
	return c.withPeople(ctx, func(p *people) error {
		u, err := c.find(p)
		if err != nil {
			return err
		}
		sessions, err := p.sessions.List(p.ctx, u.ID)
		if err != nil {
			return err
		}
		devices, err := p.accounts.Devices(p.ctx, u.ID)
		if err != nil {
			return err
		}
		locked, err := p.accounts.Locked(p.ctx, u.ID)
		if err != nil {
			return err
		}
		row := struct {
			userRow
			Locked   bool `json:"locked"`
			Sessions int  `json:"sessions"`
			Devices  int  `json:"devices"`
		}{userOf(u), locked, len(sessions), len(devices)}
		state := row.state()
		if locked {
			state += ", locked after too many wrong passwords (latchkey user unlock " + u.Username + ")"
		}
		return c.print(to, row, fields(
			"Username", u.Username, "Name", u.Name, "ID", u.ID, "State", state,
			"Scopes", strings.Join(u.Scopes, " "), "Created", when(u.CreatedAt),
			"Password set", when(u.PasswordChangedAt), "Disabled", when(u.DisabledAt),
			"Sessions", fmt.Sprint(row.Sessions), "Known devices", fmt.Sprint(row.Devices),
		))
	})
}
