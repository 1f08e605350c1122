package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
)

// auditCommand is "latchkey audit".
type auditCommand struct {
	List  auditListCommand  `cmd:"" help:"Show what happened to accounts and sessions, the latest first."`
	Purge auditPurgeCommand `cmd:"" help:"Remove old records. A running server does so by itself."`
}

// auditRow is an account.AuditRecord in JSON.
type auditRow struct {
	Number    int64     `json:"number"`
	At        time.Time `json:"at"`
	Kind      string    `json:"kind"`
	Reason    string    `json:"reason,omitempty"`
	UserID    string    `json:"user_id,omitempty"`
	Username  string    `json:"username,omitempty"`
	SessionID string    `json:"session_id,omitempty"`
	Actor     string    `json:"actor,omitempty"`
	Address   string    `json:"address,omitempty"`
	UserAgent string    `json:"user_agent,omitempty"`
}

type auditListCommand struct {
	User   string   `help:"Only of this account: a username, or id:ID, which finds deleted accounts too." placeholder:"NAME"`
	Kind   []string `help:"Only records of this kind, such as sign_in_failed; may be repeated." placeholder:"KIND"`
	Since  moment   `help:"Not before: a date, an RFC 3339 time, or how long ago, such as 24h or 7d." placeholder:"WHEN"`
	Until  moment   `help:"Before: likewise." placeholder:"WHEN"`
	Before int64    `help:"Go on before the record with this number." placeholder:"NUMBER"`
	page
	location
	format
}

// Run lists records.
func (c *auditListCommand) Run(ctx context.Context, to streams) error {
	if err := c.check(); err != nil {
		return err
	}
	if since, until := time.Time(c.Since), time.Time(c.Until); !until.IsZero() && !since.Before(until) {
		return usageError("--since is not before --until, so no record can be between them")
	}
	if err := warnUnknownKinds(to.log, c.Kind); err != nil {
		return err
	}
	return c.withPeople(ctx, func(p *people) error {
		query := account.AuditQuery{Kinds: c.Kind, Since: time.Time(c.Since), Until: time.Time(c.Until), Before: c.Before}
		var err error
		if query.UserID, err = c.userID(p); err != nil {
			return err
		}
		list := c.table(to, "NUMBER", "WHEN", "WHAT", "WHY", "WHO", "BY", "ADDRESS", "CLIENT")
		last, more, err := c.rows(p, query, list)
		if err != nil {
			return err
		}
		if err := list.end("There are no such records."); err != nil {
			return err
		}
		return c.moreAt(to, more, fmt.Sprintf("--before %d", last))
	})
}

// userID is that of --user; a deleted account has only its id left.
func (c *auditListCommand) userID(p *people) (string, error) {
	if id, ok := strings.CutPrefix(c.User, "id:"); ok || c.User == "" {
		return id, nil
	}
	u, err := who{c.User}.find(p)
	if err != nil {
		return "", err
	}
	return u.ID, nil
}

func (c *auditListCommand) rows(p *people, query account.AuditQuery, list *table) (last int64, more bool, err error) {
	for {
		want := c.left(list.rows)
		query.Limit = want + 1
		records, err := p.audit.Query(p.ctx, query)
		if err != nil {
			return last, false, err
		}
		for _, r := range records[:min(want, len(records))] {
			row := auditRow{
				Number: r.Number, At: r.At, Kind: r.Kind, Reason: r.Reason, UserID: r.UserID, Username: r.Username,
				SessionID: r.SessionID, Actor: r.Actor, Address: r.Client.Address, UserAgent: r.Client.UserAgent,
			}
			whom := r.Username
			if whom == "" && r.UserID != "" {
				whom = "id:" + r.UserID
			}
			err := list.row(row, fmt.Sprint(r.Number), when(r.At), r.Kind, r.Reason, whom, r.Actor, r.Client.Address, r.Client.UserAgent)
			if err != nil {
				return last, false, err
			}
			last = r.Number
		}
		query.Before = last
		more = len(records) > want
		if !more || c.Limit > 0 && list.rows >= c.Limit {
			return last, more, nil
		}
	}
}

type auditPurgeCommand struct {
	OlderThan duration `help:"Remove records older than this." default:"90d"`
	confirmation
	location
	format
}

// purgeStep is how many records go in one transaction.
const purgeStep = 1000

// Run removes old records, and keeps one that says so.
func (c *auditPurgeCommand) Run(ctx context.Context, to streams) error {
	before := time.Now().Add(-time.Duration(c.OlderThan))
	return c.withPeople(ctx, func(p *people) error {
		if err := c.confirm(ctx, to, fmt.Sprintf("Remove all audit records from before %s?", when(before))); err != nil {
			return err
		}
		result := struct {
			Removed int64     `json:"removed"`
			Before  time.Time `json:"before"`
		}{0, before.UTC()}
		bar := c.progress(to)
		for n := purgeStep; n == purgeStep; {
			var err error
			if n, err = p.store.PurgeAudit(ctx, before, purgeStep); err != nil {
				bar.end()
				return fmt.Errorf("%w; %s went, and the rest can be removed by running it again", err, plural(result.Removed, "record"))
			}
			result.Removed += int64(n)
			bar.at("removed", result.Removed, 0)
		}
		bar.end()
		if err := p.record(installation.AuditPurged, "before "+when(before)); err != nil {
			return err
		}
		return c.print(to, result, plural(result.Removed, "record")+" removed.")
	})
}

// moment is a time on the command line: a date, an RFC 3339 time, or how long
// ago.
type moment time.Time

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *moment) UnmarshalText(text []byte) error {
	s := string(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			*m = moment(t)
			return nil
		}
	}
	var ago duration
	if ago.UnmarshalText(text) == nil {
		*m = moment(time.Now().Add(-time.Duration(ago)))
		return nil
	}
	return errors.New("it is no time; write it as 2026-01-31, 2026-01-31T12:00:00Z, or as how long ago: 24h or 7d")
}
