package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/session"
)

type tokenMintCommand struct {
	who
	InsecureMint           bool     `help:"Yes, make a token with which anybody is this person. Required."`
	InsecureUnknownSubject bool     `help:"Take the name for a subject as it is, even if there is no such account."`
	TTL                    duration `name:"ttl" help:"How long it is good for: at most an hour, and at most --access-ttl of serve, else the server refuses it." default:"5m"`
	baseURL
	location
	format
}

// maxMintTTL is the longest life of a minted token.
const maxMintTTL = time.Hour

// minted is a token that was made, in JSON.
type minted struct {
	AccessToken string    `json:"access_token"`
	Subject     string    `json:"subject"`
	SessionID   string    `json:"session_id"`
	ExpiresAt   time.Time `json:"expires_at"`
}

// Run makes a token with a session of its own, which its owner and operators can
// see and end as any other.
func (c *tokenMintCommand) Run(ctx context.Context, to streams) error {
	if !c.InsecureMint {
		return usageError("whoever has the token is %s, without a password; if that is meant, add --insecure-mint", c.Name)
	}
	if ttl := time.Duration(c.TTL); ttl < time.Second || ttl > maxMintTTL {
		return usageError("--ttl must be from 1s to 1h")
	}
	if err := c.check(); err != nil {
		return err
	}
	return c.withPeople(ctx, func(p *people) error {
		login, err := c.login(p)
		if err != nil {
			return err
		}
		tokens, err := c.mint(p, login)
		if err != nil {
			return err
		}
		record := account.AuditRecord{
			Kind: string(installation.TokenMinted), Reason: "good for " + time.Duration(c.TTL).String(), UserID: login.Subject, SessionID: tokens.Session.ID, Actor: p.actor,
		}
		if err := p.audit.Record(p.ctx, record); err != nil {
			// One that leaves no trace must not exist.
			return errors.Join(err, p.sessions.End(p.ctx, tokens.Session.ID, session.EndedByAdmin))
		}
		return c.tell(to, tokens)
	})
}

// login is in whose name the token is.
func (c *tokenMintCommand) login(p *people) (latchkey.Login, error) {
	u, err := c.find(p)
	if code := exitCode(err); err != nil && code == exitNotFound && c.InsecureUnknownSubject {
		return latchkey.Login{Subject: strings.TrimPrefix(c.Name, "id:")}, nil
	}
	if err != nil {
		return latchkey.Login{}, err
	}
	if u.Disabled() {
		return latchkey.Login{}, fmt.Errorf("%s is disabled; first run: latchkey user enable %s", u.Username, u.Username)
	}
	return latchkey.Login{Subject: u.ID, Basis: u.SignInBasis()}, nil
}

// mint makes the token as the server makes those of people who sign in.
func (c *tokenMintCommand) mint(p *people, login latchkey.Login) (latchkey.Tokens, error) {
	keys, err := keyFile{Algorithm: "EdDSA", location: c.location}.open()
	if err != nil {
		return latchkey.Tokens{}, err
	}
	ttl := time.Duration(c.TTL)
	auth, err := latchkey.New(latchkey.Config{
		Issuer: strings.TrimRight(c.BaseURL, "/"), Keys: keys, Store: p.store,
		AccessTTL: ttl, RefreshTTL: ttl, SessionTTL: ttl,
		Locations: []latchkey.Location{latchkey.InHeader},
		Hooks:     latchkey.Hooks{Event: p.audit.Session},
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return latchkey.Tokens{}, err
	}
	r, err := http.NewRequestWithContext(p.ctx, http.MethodPost, c.BaseURL, nil)
	if err != nil {
		return latchkey.Tokens{}, err
	}
	r.Header.Set("User-Agent", "latchkey token mint, "+p.actor)
	tokens, err := auth.Issue(r, login)
	if failure, ok := errors.AsType[*latchkey.Error](err); ok {
		err = cmp.Or(errors.Unwrap(failure), err)
	}
	return tokens, err
}

// tell prints the token alone on standard output, and what to know about it on
// standard error.
func (c *tokenMintCommand) tell(to streams, tokens latchkey.Tokens) error {
	s := tokens.Session
	if !c.JSON {
		text := fmt.Sprintf("Whoever has this token is %s until %s. To end it: latchkey session revoke %s\n",
			c.Name, when(tokens.AccessExpiresAt), keyArgument(s.ID))
		if _, err := io.WriteString(to.log, text); err != nil {
			return err
		}
	}
	return c.print(to, minted{tokens.Access, s.Subject, s.ID, tokens.AccessExpiresAt}, tokens.Access)
}
