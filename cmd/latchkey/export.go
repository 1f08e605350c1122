package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/latchkey-go/latchkey/internal/importer"
	"github.com/latchkey-go/latchkey/internal/installation"
)

// exportCommand is "latchkey export".
type exportCommand struct {
	Users exportUsersCommand `cmd:"" help:"Write all accounts in a form that can be imported again, here or elsewhere."`
}

type exportUsersCommand struct {
	As                 string `help:"How to write them: jsonl (a JSON object a line) or csv." default:"jsonl" enum:"jsonl,csv"`
	Out                string `help:"New file to write to, for you alone (mode 0600); - for standard output. Required with --with-password-hashes." placeholder:"FILE"`
	WithPasswordHashes bool   `help:"Write the password hashes too. Passwords that are not good can be found out from them."`
	location
	format
}

// exported is what was written to a file, in JSON.
type exported struct {
	Accounts int64  `json:"accounts"`
	File     string `json:"file"`
}

// Run exports accounts.
func (c *exportUsersCommand) Run(ctx context.Context, to streams) error {
	if c.WithPasswordHashes && c.Out == "" {
		return usageError("password hashes do not belong into a file that others can read: name a new one with --out FILE, or say --out - for standard output")
	}
	if c.JSON && c.As == "csv" && c.toOutput() {
		return usageError("CSV is not JSON: name a file for it with --out FILE, or leave --as csv out")
	}
	return c.withPeople(ctx, func(p *people) error {
		if c.WithPasswordHashes {
			if err := p.record(installation.HashesExported, ""); err != nil {
				return err
			}
		}
		if c.toOutput() {
			_, err := c.export(p, to.out, nil)
			return written(err)
		}
		return c.toFile(p, to)
	})
}

// toOutput says that the accounts go to standard output. As JSON lines they are
// what --json asks for.
func (c *exportUsersCommand) toOutput() bool { return c.Out == "" || c.Out == "-" }

// toFile writes the file under another name, so that one that has its name is
// whole.
func (c *exportUsersCommand) toFile(p *people, to streams) (err error) {
	if _, err := os.Lstat(c.Out); err == nil {
		return fmt.Errorf("%s is there already; choose another name", c.Out)
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), "."+filepath.Base(c.Out)+".*") // mode 0600
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("cannot write into the directory %s: %w; name another file with --out", filepath.Dir(c.Out), failure.Err)
	}
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("cannot write %s: %w", c.Out, err), os.Remove(f.Name()))
		}
	}()
	bar := c.progress(to)
	n, err := c.export(p, f, func(done int64) { bar.at("written", done, 0) })
	bar.end()
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), c.Out); err != nil {
		return err
	}
	if c.JSON {
		return c.print(to, exported{n, c.Out}, "")
	}
	_, err = fmt.Fprintf(to.log, "%s written to %s.\n", plural(n, "account"), c.Out)
	return err
}

func (c *exportUsersCommand) export(p *people, w io.Writer, onRow func(int64)) (int64, error) {
	out := bufio.NewWriter(w)
	n, err := importer.Export(p.ctx, importer.ExportConfig{
		Store: p.store, To: out, CSV: c.As == "csv", PasswordHashes: c.WithPasswordHashes, OnRow: onRow,
	})
	return n, errors.Join(err, out.Flush())
}
