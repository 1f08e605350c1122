package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/latchkey-go/latchkey/internal/importer"
)

// importCommand is "latchkey import".
type importCommand struct {
	Users importUsersCommand `cmd:"" help:"Take accounts over, with their passwords. It can be run again: what is there is left as it is."`
}

type importUsersCommand struct {
	Input       string `arg:"" name:"file" help:"File with the accounts: CSV, JSON lines, or an SQLite database; - for standard input."`
	From        string `help:"Where they come from: jsonl and csv are of latchkey export; flask, django, bcrypt (any table with such hashes), supabase, pocketbase." enum:"jsonl,csv,flask,django,bcrypt,supabase,pocketbase" required:"" placeholder:"SYSTEM"`
	DryRun      bool   `help:"Write nothing; say what would be done."`
	Report      string `help:"Write to this new file what was not taken over, and why, as JSON lines." placeholder:"FILE"`
	KeepIDs     bool   `name:"keep-ids" help:"Take over the ids too: your own tables name people by them. Those of latchkey export always are."`
	UnknownHash string `help:"What to do about somebody whose password hash cannot be checked: refuse, or drop the hash and take them without a password." default:"refuse" enum:"refuse,drop"`
	Unconfirmed bool   `help:"Take people too who never confirmed their e-mail address, from supabase, which does not let them in."`
	Table       string `help:"Table of the SQLite database. Default: as the program calls it." placeholder:"NAME"`
	importColumns
	location
	format
}

// importColumns say where things are in files that call them otherwise.
type importColumns struct {
	UsernameColumn string `help:"Column of what people sign in with." placeholder:"NAME"`
	HashColumn     string `help:"Column of the password hash." placeholder:"NAME"`
	NameColumn     string `help:"Column of what people are called." placeholder:"NAME"`
	IDColumn       string `name:"id-column" help:"Column of the id." placeholder:"NAME"`
	CreatedColumn  string `help:"Column of when the account was made." placeholder:"NAME"`
	ActiveColumn   string `help:"Column that is true for those who may sign in." placeholder:"NAME"`
	DisabledColumn string `help:"Column that is true for those who may not." placeholder:"NAME"`
}

// apply puts the columns that were named into s, and returns them.
func (c importColumns) apply(s *importer.System) (chosen []string) {
	for _, column := range []struct {
		name string
		of   *[]string
	}{
		{c.UsernameColumn, &s.Columns.Username}, {c.HashColumn, &s.Columns.PasswordHash}, {c.NameColumn, &s.Columns.Name},
		{c.IDColumn, &s.Columns.ID}, {c.CreatedColumn, &s.Columns.CreatedAt},
		{c.ActiveColumn, &s.Columns.Active}, {c.DisabledColumn, &s.Columns.Disabled},
	} {
		if column.name != "" {
			*column.of = []string{column.name}
			chosen = append(chosen, column.name)
		}
	}
	return chosen
}

// Run imports accounts.
func (c *importUsersCommand) Run(ctx context.Context, to streams) error {
	system, chosen := c.system()
	source, err := c.open(ctx, to, system)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }() // it was only read
	if err := system.Check(source, chosen); err != nil {
		return usageError("%s: %w", c.Input, err)
	}
	return c.withPeople(ctx, func(p *people) (err error) {
		refusals, err := newRefusals(c.Report, to)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, refusals.close()) }()
		bar := c.progress(to)
		report, err := importer.Run(p.ctx, importer.Config{
			Store: p.store, Audit: p.audit, Source: source, System: system,
			DryRun: c.DryRun, DropUnknownHashes: c.UnknownHash == "drop",
			OnRow: func(o importer.Outcome) error {
				done, total := source.Progress()
				bar.at("read", done, total)
				return refusals.add(o)
			},
		})
		bar.end()
		if err != nil {
			return fmt.Errorf("%w; %s by then and stay: mend that and run this again, it goes on there",
				err, plural(int64(report.Added), "account")+" were added")
		}
		return c.tell(to, report, refusals)
	})
}

// system is where the accounts come from, with what the flags say of it.
func (c *importUsersCommand) system() (importer.System, []string) {
	all := importer.Systems()
	s := all[slices.IndexFunc(all, func(s importer.System) bool { return s.Name == c.From })]
	s.KeepIDs = s.KeepIDs || c.KeepIDs
	s.Unconfirmed = c.Unconfirmed
	if c.Table != "" {
		s.Table = c.Table
	}
	return s, c.apply(&s)
}

func (c *importUsersCommand) open(ctx context.Context, to streams, s importer.System) (importer.Source, error) {
	if c.Input == "-" {
		return importer.Read(to.reader(ctx, "the accounts"), 0, s.Format)
	}
	source, err := importer.Open(ctx, c.Input, s.Format, s.Table)
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, cannotRead("the accounts", c.Input, err)
	}
	return source, err
}

// tell prints the report, and fails if somebody has to look at what was not
// taken over.
func (c *importUsersCommand) tell(to streams, r importer.Report, refusals *refusals) error {
	if err := refusals.rest(); err != nil {
		return err
	}
	if err := c.print(to, r, reportText(r)); err != nil {
		return err
	}
	if left := r.Refused + r.Differs; left > 0 {
		return fmt.Errorf("%s not taken over; run this again when the file is mended: what is there is left as it is", plural(int64(left), "row"))
	}
	return nil
}

// reportText is a report for people.
func reportText(r importer.Report) string {
	added := "added"
	if r.DryRun {
		added = "would be added"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", plural(int64(r.Added), "account"), added)
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(r.Hashes)) {
		if kind == "none" {
			kinds = append(kinds, fmt.Sprintf("%d without a password", r.Hashes[kind]))
		} else {
			kinds = append(kinds, fmt.Sprintf("%d with %s", r.Hashes[kind], kind))
		}
	}
	if len(kinds) > 0 {
		fmt.Fprintf(&b, ": %s", strings.Join(kinds, ", "))
	}
	b.WriteString(".\n")
	for _, line := range []struct {
		n    int
		text string
	}{
		{r.Present, "there already, and the same"},
		{r.Differs, "there already, but different; left as they are"},
		{r.Refused, "refused"},
		{r.Skipped, "left out, as they could not sign in there either"},
	} {
		if line.n > 0 {
			fmt.Fprintf(&b, "%d %s.\n", line.n, line.text)
		}
	}
	return b.String()
}
