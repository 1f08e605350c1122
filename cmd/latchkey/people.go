package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// people is what the commands on users and sessions work with. Everything they
// change is in the audit trail under the name of who is at the machine.
type people struct {
	// ctx carries the actor.
	ctx      context.Context
	actor    string
	store    *sqlstore.Store
	audit    *account.AuditLog
	accounts *account.Service
	sessions *session.Manager
}

// withPeople opens the database that is there, calls use, and closes it.
func (l location) withPeople(ctx context.Context, use func(*people) error) error {
	return l.withRules(ctx, installation.Passwords{}, use)
}

// withRules is withPeople for what sets passwords.
func (l location) withRules(ctx context.Context, rules installation.Passwords, use func(*people) error) (err error) {
	where := l.installation()
	if err := errors.Join(where.Check(), rules.Check()); err != nil {
		return err
	}
	policy, closeList, err := rules.Policy()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeList()) }()
	store, err := where.OpenExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	p, err := newPeople(ctx, store, account.Config{Policy: policy, Hash: rules.Hash})
	if err != nil {
		return err
	}
	return errors.Join(use(p), p.warnUnwritten())
}

// warnUnwritten tells of what was done and is not in the audit trail, as when
// the disk is full. It was done, so that this is no failure.
func (p *people) warnUnwritten() error {
	status := p.audit.Status()
	if n := int64(status.Waiting) + status.Lost; n > 0 {
		_, err := fmt.Fprintf(os.Stderr, "latchkey: the audit trail could not be written; it lacks %s of what was done here\n", plural(n, "record"))
		return err
	}
	return nil
}

// record keeps in the audit trail what was done to the installation, by whom.
func (p *people) record(kind installation.RecordKind, reason string) error {
	return p.audit.Record(p.ctx, account.AuditRecord{Kind: string(kind), Reason: reason, Actor: p.actor})
}

func newPeople(ctx context.Context, store *sqlstore.Store, c account.Config) (*people, error) {
	p := &people{actor: actor(), store: store}
	p.ctx = account.WithActor(ctx, p.actor)
	var err error
	silent := slog.New(slog.DiscardHandler) // warnUnwritten tells what it would
	if p.audit, err = account.NewAuditLog(account.AuditConfig{Store: store, Logger: silent}); err != nil {
		return nil, err
	}
	c.Store, c.Audit = store, p.audit
	if p.accounts, err = account.New(c); err != nil {
		return nil, err
	}
	p.sessions, err = session.NewManager(session.Config{Store: store, OnEvent: p.audit.Session})
	return p, err
}

// actor names who is at the machine, for the audit trail. With sudo it is the
// person behind it.
func actor() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return "cli:" + name
	}
	if u, err := user.Current(); err == nil {
		return "cli:" + u.Username
	}
	return "cli"
}
