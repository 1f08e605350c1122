package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/loopback"
	"github.com/latchkey-go/latchkey/internal/server"
)

// baseURL is the flag of commands that print links.
type baseURL struct {
	BaseURL string `name:"base-url" help:"Address that people open, as that of serve." default:"http://127.0.0.1:8080" env:"LATCHKEY_BASE_URL" placeholder:"URL"`
}

// check refuses what serve does: it would lead people, and with them the token,
// elsewhere.
func (b baseURL) check() error {
	if err := server.CheckBaseURL(b.BaseURL); err != nil {
		return &exitError{exitUsage, err}
	}
	return nil
}

// onlyHere says that what begins with the address leads to this machine alone.
func (b baseURL) onlyHere() bool {
	u, err := url.Parse(b.BaseURL)
	return err == nil && loopback.IsHost(u.Hostname())
}

// reset is the link for a token. The fragment gets into no log and no Referer.
func (b baseURL) reset(token string) string {
	return strings.TrimRight(b.BaseURL, "/") + "/reset#" + token
}

type userResetLinkCommand struct {
	who
	baseURL
	location
	format
}

// Run prints a link.
func (c *userResetLinkCommand) Run(ctx context.Context, to streams) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.withPeople(ctx, func(p *people) error {
		u, err := c.find(p)
		if err != nil {
			return err
		}
		return c.printLink(to, p, u, c.baseURL)
	})
}

// printLink makes a token and prints its link on standard output, alone, and
// what to know about it on standard error.
func (f format) printLink(to streams, p *people, u *account.User, base baseURL) error {
	token, err := p.accounts.NewResetToken(p.ctx, u.ID)
	if errors.Is(err, account.ErrUserDisabled) {
		return fmt.Errorf("%s is disabled; first run: latchkey user enable %s", u.Username, u.Username)
	}
	if err != nil {
		return err
	}
	link := struct {
		Username  string    `json:"username"`
		UserID    string    `json:"user_id"`
		URL       string    `json:"url"`
		ExpiresAt time.Time `json:"expires_at"`
	}{u.Username, u.ID, base.reset(token.Token), token.ExpiresAt}
	if !f.JSON {
		text := fmt.Sprintf("Give this link to %s and nobody else. It works once, until %s:\n", u.Username, when(token.ExpiresAt))
		if base.onlyHere() {
			text = "The link leads to this machine; for people elsewhere say with --base-url which address they open.\n" + text
		}
		if _, err := io.WriteString(to.log, text); err != nil {
			return err
		}
	}
	return f.print(to, link, link.URL)
}
