package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// Kind says what became of a row.
type Kind string

// What can become of a row.
const (
	Added   Kind = "added"   // an account was made
	Present Kind = "present" // the account is there already, from an earlier run
	Differs Kind = "differs" // an account of this name is there, and is another; it was left as it is
	Refused Kind = "refused" // it cannot be an account
	Skipped Kind = "skipped" // it is nobody to take over
)

// Outcome is what became of one row.
type Outcome struct {
	Line int64 `json:"line"`
	Kind Kind  `json:"kind"`
	// Username is that of an account; of a refused row it is empty, for what
	// stands there may be anything.
	Username string `json:"username,omitempty"`
	Reason   string `json:"reason,omitempty"`
	// Hash is what kind of password hash an added account has; empty without one.
	Hash string `json:"-"`
}

// Report is what an import did.
type Report struct {
	DryRun  bool `json:"dry_run"`
	Added   int  `json:"added"`
	Present int  `json:"present"`
	Differs int  `json:"differs"`
	Refused int  `json:"refused"`
	Skipped int  `json:"skipped"`
	// Hashes is how many of those added have a hash of which kind; "none" is
	// without a password.
	Hashes map[string]int `json:"hashes"`
}

// Config says how to import. Store, Source and System are required.
type Config struct {
	Store  account.Store
	Audit  *account.AuditLog // may be nil: nothing is kept
	Source Source
	System System
	// DryRun writes nothing, and reports what would be.
	DryRun bool
	// DropUnknownHashes takes people whose hash cannot be checked without a
	// password, instead of refusing them.
	DropUnknownHashes bool
	// OnRow is told of each row. May be nil.
	OnRow func(Outcome) error
	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
}

// importer is an import at work.
type importer struct {
	Config
	store    *amendedStore
	accounts *account.Service
	names    map[string]int64 // the lines of usernames, normalised
	ids      map[string]int64
	report   Report
}

// Run imports all rows. It stops at the first error that is not one row's: of the
// store, of the source, or of ctx. What was added by then stays, and a second
// run goes on behind it.
func Run(ctx context.Context, c Config) (Report, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	im := &importer{
		Config: c, store: &amendedStore{Store: c.Store, dryRun: c.DryRun},
		names: map[string]int64{}, ids: map[string]int64{},
		report: Report{DryRun: c.DryRun, Hashes: map[string]int{}},
	}
	var err error
	im.accounts, err = account.New(account.Config{Store: im.store, Audit: c.Audit, Now: c.Now})
	if err != nil {
		return im.report, err
	}
	for {
		switch err := im.next(ctx); {
		case errors.Is(err, io.EOF):
			return im.report, nil
		case err != nil:
			return im.report, err
		}
	}
}

// next imports one row.
func (im *importer) next(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	record, err := im.Source.Next()
	if failure, ok := errors.AsType[*RowError](err); ok {
		return im.tell(Outcome{Line: failure.Line, Kind: Refused, Reason: failure.Reason})
	}
	if err != nil {
		return err
	}
	person, err := im.System.Person(record, im.Now())
	if skip, ok := errors.AsType[*errSkip](err); ok {
		return im.tell(Outcome{Line: record.Line, Kind: Skipped, Reason: skip.reason})
	}
	if err != nil {
		return im.tell(Outcome{Line: record.Line, Kind: Refused, Reason: err.Error()})
	}
	outcome, err := im.take(ctx, person)
	if err != nil {
		return fmt.Errorf("line %d: %w", record.Line, err)
	}
	return im.tell(outcome)
}

func (im *importer) tell(o Outcome) error {
	switch o.Kind {
	case Added:
		im.report.Added++
		kind := o.Hash
		if kind == "" {
			kind = "none"
		}
		im.report.Hashes[kind]++
	case Present:
		im.report.Present++
	case Differs:
		im.report.Differs++
	case Refused:
		im.report.Refused++
	case Skipped:
		im.report.Skipped++
	}
	if im.OnRow == nil {
		return nil
	}
	return im.OnRow(o)
}

// take makes an account of a person, unless there is one.
func (im *importer) take(ctx context.Context, p *Person) (Outcome, error) {
	o := Outcome{Line: p.Line, Kind: Refused}
	p.Name = strings.TrimSpace(p.Name)
	if o.Reason = im.checkHash(p, &o); o.Reason != "" {
		return o, nil
	}
	key := account.NormalizeUsername(p.Username)
	if line, ok := im.names[key]; ok {
		o.Reason = fmt.Sprintf("it has the same username as line %d", line)
		return o, nil
	}
	if line, ok := im.ids[p.ID]; ok && p.ID != "" {
		o.Reason = fmt.Sprintf("it has the same id as line %d", line)
		return o, nil
	}
	there, err := im.Store.UserByUsernameKey(ctx, key)
	if err == nil {
		return im.compare(there, p, o), nil
	}
	if !errors.Is(err, account.ErrUserNotFound) {
		return o, err
	}
	if p.ID != "" {
		switch _, err := im.Store.UserByID(ctx, p.ID); {
		case err == nil:
			o.Reason = "its id belongs to an account with another username"
			return o, nil
		case !errors.Is(err, account.ErrUserNotFound):
			return o, err
		}
	}
	return im.add(ctx, p, o)
}

// add makes the account.
func (im *importer) add(ctx context.Context, p *Person, o Outcome) (Outcome, error) {
	im.store.person = p
	u, err := im.accounts.AddUser(ctx, account.NewUser{
		Username: p.Username, Name: p.Name, PasswordHash: p.PasswordHash,
		Scopes: p.Scopes, MustChangePassword: p.MustChangePassword,
	})
	invalid, isInvalid := errors.AsType[*account.ValidationError](err)
	switch {
	case isInvalid:
		o.Reason = reasons(invalid)
		return o, nil
	case errors.Is(err, account.ErrUsernameTaken):
		// Somebody signed up between the look and the attempt.
		there, err := im.Store.UserByUsernameKey(ctx, account.NormalizeUsername(p.Username))
		if err != nil {
			return o, err
		}
		return im.compare(there, p, o), nil
	case err != nil:
		return o, err
	}
	im.remember(p)
	o.Kind, o.Username = Added, u.Username
	return o, nil
}

func (im *importer) remember(p *Person) {
	im.names[account.NormalizeUsername(p.Username)] = p.Line
	if p.ID != "" {
		im.ids[p.ID] = p.Line
	}
}

// compare says whether an account that is there is that of the row.
func (im *importer) compare(u *account.User, p *Person, o Outcome) Outcome {
	im.remember(p)
	o.Username = u.Username
	scopes := slices.Compact(slices.Sorted(slices.Values(p.Scopes)))
	if names := differences(u, p, scopes); len(names) > 0 {
		o.Kind, o.Reason = Differs, "an account of this name is there, and differs in: "+strings.Join(names, ", ")
		return o
	}
	o.Kind = Present
	return o
}

// checkHash reads the hash and says what is wrong with it.
func (im *importer) checkHash(p *Person, o *Outcome) (reason string) {
	if p.PasswordHash == "" {
		return ""
	}
	h, err := account.ParseHash(p.PasswordHash)
	switch {
	case err == nil:
		o.Hash = h.Algorithm()
		return ""
	case im.DropUnknownHashes:
		p.PasswordHash = ""
		return ""
	}
	return "its password hash cannot be checked here: " + strings.TrimPrefix(err.Error(), account.ErrUnsupportedHash.Error()+": ") +
		"; to take such accounts without a password, add --unknown-hash drop"
}

// reasons is what a row was refused for, in words.
func reasons(e *account.ValidationError) string {
	var all []string
	for _, f := range e.Fields {
		all = append(all, f.Field+": "+strings.TrimSuffix(f.Message, "."))
	}
	return strings.Join(all, "; ")
}
