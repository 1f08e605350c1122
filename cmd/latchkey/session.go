package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/session"
)

// sessionCommand is "latchkey session".
type sessionCommand struct {
	List   sessionListCommand   `cmd:"" help:"List live sessions: signed-in devices."`
	Show   sessionShowCommand   `cmd:"" help:"Show a session, also one that has ended."`
	Revoke sessionRevokeCommand `cmd:"" help:"End one session, all of an account, or all there are. Running servers refuse them within a second."`
}

// sessionRow is a session in JSON, without its secret.
type sessionRow struct {
	ID        string    `json:"id"`
	UserID    string    `json:"user_id"`
	Username  string    `json:"username,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	AuthTime  time.Time `json:"auth_time"`
	EndsAt    time.Time `json:"ends_at"`
	AMR       []string  `json:"amr"`
	Address   string    `json:"address"`
	UserAgent string    `json:"user_agent"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	EndReason string    `json:"end_reason,omitempty"`
}

func sessionOf(s *session.Session, username string) sessionRow {
	row := sessionRow{
		ID: s.ID, UserID: s.Subject, Username: username,
		CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, AuthTime: s.AuthTime, EndsAt: s.End(), AMR: s.AMR,
		Address: s.Client.Address, UserAgent: s.Client.UserAgent,
		EndedAt: s.EndedAt, EndReason: string(s.EndReason),
	}
	if row.AMR == nil {
		row.AMR = []string{}
	}
	return row
}

type sessionListCommand struct {
	User string `arg:"" optional:"" help:"Only of this account: a username, or id:ID. Otherwise of all, in the order of their names."`
	page
	location
	format
}

// Run lists sessions.
func (c *sessionListCommand) Run(ctx context.Context, to streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.withPeople(ctx, func(p *people) error {
		list := c.table(to, "SESSION", "USERNAME", "SIGNED IN", "LAST SEEN", "ENDS", "ADDRESS", "CLIENT")
		more, err := c.rows(p, list)
		if err != nil {
			return err
		}
		if err := list.end("Nobody is signed in."); err != nil {
			return err
		}
		return c.moreAt(to, more, "a higher --limit")
	})
}

// rows writes at most c.Limit sessions and says whether there are more.
func (c *sessionListCommand) rows(p *people, list *table) (more bool, err error) {
	if c.User != "" {
		u, err := who{c.User}.find(p)
		if err != nil {
			return false, err
		}
		return c.rowsOf(p, list, u.ID, u.Username)
	}
	for after := ""; !more; {
		users, err := p.accounts.Users(p.ctx, "", after, pageSize)
		if err != nil || len(users) == 0 {
			return false, err
		}
		for _, u := range users {
			if more, err = c.rowsOf(p, list, u.ID, u.Username); err != nil || more {
				return more, err
			}
			after = u.Username
		}
	}
	return more, nil
}

func (c *sessionListCommand) rowsOf(p *people, list *table, userID, username string) (more bool, err error) {
	sessions, err := p.sessions.List(p.ctx, userID)
	if err != nil {
		return false, err
	}
	for _, s := range sessions {
		if c.Limit > 0 && list.rows == c.Limit {
			return true, nil
		}
		err := list.row(sessionOf(s, username), s.ID, username, when(s.CreatedAt), when(s.SeenAt), when(s.End()),
			s.Client.Address, s.Client.UserAgent)
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

type sessionShowCommand struct {
	ID string `arg:"" help:"Id of the session, as in the sid of its tokens."`
	location
	format
}

// Run shows a session.
func (c *sessionShowCommand) Run(ctx context.Context, to streams) error {
	return c.withPeople(ctx, func(p *people) error {
		s, err := p.session(c.ID)
		if err != nil {
			return err
		}
		username := ""
		if u, err := p.accounts.User(p.ctx, s.Subject); err == nil {
			username = u.Username
		}
		row := sessionOf(s, username)
		state := "live"
		switch {
		case !s.EndedAt.IsZero():
			state = "ended " + when(s.EndedAt) + ": " + row.EndReason
		case !time.Now().Before(s.End()):
			state = "over since " + when(s.End())
		}
		return c.print(to, row, fields(
			"Session", s.ID, "State", state, "Username", username, "User ID", s.Subject,
			"Signed in", when(s.CreatedAt), "Proved who", when(s.AuthTime), "By", strings.Join(s.AMR, " "),
			"Last seen", when(s.SeenAt), "Ends", when(s.End()),
			"Address", s.Client.Address, "Client", s.Client.UserAgent,
		))
	})
}

// session returns a session, ended or not.
func (p *people) session(id string) (*session.Session, error) {
	s, err := p.store.Get(p.ctx, id)
	if errors.Is(err, session.ErrNotFound) {
		return nil, notFoundError("there is no session %s, or it ended long ago; look with: latchkey session list", id)
	}
	return s, err
}

type sessionRevokeCommand struct {
	ID   string `arg:"" optional:"" help:"Id of the session."`
	User string `help:"All sessions of this account: a username, or id:ID." placeholder:"NAME"`
	All  bool   `help:"Every session there is: everybody is signed out."`
	confirmation
	location
	format
}

// revoked is the result of session revoke, which knows no number for --all.
type revoked struct {
	ID       string `json:"id,omitempty"`
	UserID   string `json:"user_id"`
	Sessions int    `json:"sessions"`
}

// Run ends sessions.
func (c *sessionRevokeCommand) Run(ctx context.Context, to streams) error {
	given := 0
	for _, is := range []bool{c.ID != "", c.User != "", c.All} {
		if is {
			given++
		}
	}
	if given != 1 {
		return usageError("say what to end: the id of a session, --user NAME, or --all")
	}
	return c.withPeople(ctx, func(p *people) error {
		switch {
		case c.All:
			return c.all(ctx, to, p)
		case c.User != "":
			return c.ofUser(ctx, to, p)
		}
		return c.one(ctx, to, p)
	})
}

func (c *sessionRevokeCommand) one(ctx context.Context, to streams, p *people) error {
	s, err := p.session(c.ID)
	if err != nil {
		return err
	}
	if !s.EndedAt.IsZero() {
		return c.print(to, revoked{ID: s.ID, UserID: s.Subject}, fmt.Sprintf("The session had ended already, at %s: %s.", when(s.EndedAt), s.EndReason))
	}
	if err := c.confirm(ctx, to, fmt.Sprintf("End session %s, last seen %s?", s.ID, when(s.SeenAt))); err != nil {
		return err
	}
	if err := p.sessions.End(p.ctx, s.ID, session.EndedByAdmin); err != nil {
		return err
	}
	return c.print(to, revoked{ID: s.ID, UserID: s.Subject, Sessions: 1}, "The session has ended.")
}

func (c *sessionRevokeCommand) ofUser(ctx context.Context, to streams, p *people) error {
	u, err := who{c.User}.find(p)
	if err != nil {
		return err
	}
	if err := c.confirm(ctx, to, fmt.Sprintf("Sign %s out everywhere?", u.Username)); err != nil {
		return err
	}
	n, err := p.accounts.EndSessions(p.ctx, u.ID)
	if err != nil {
		return err
	}
	return c.print(to, revoked{UserID: u.ID, Sessions: n}, fmt.Sprintf("%s: %s ended.", u.Username, plural(int64(n), "session")))
}

func (c *sessionRevokeCommand) all(ctx context.Context, to streams, p *people) error {
	if err := c.confirm(ctx, to, "Sign everybody out?"); err != nil {
		return err
	}
	if err := p.sessions.EndAll(p.ctx); err != nil {
		return err
	}
	return c.print(to, map[string]bool{"all": true}, "Every session has ended.")
}
