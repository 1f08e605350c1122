package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/latchkey-go/latchkey/internal/importer"
)

// shownRefusals is how many rows that were not taken over are shown at once.
const shownRefusals = 20

// refusals tells of rows that were not taken over: the first on standard error,
// and all in a file, if there is one.
type refusals struct {
	to    streams
	path  string
	file  *os.File
	total int
}

// newRefusals makes the file, for its owner alone: there are usernames in it.
func newRefusals(path string, to streams) (*refusals, error) {
	r := &refusals{to: to, path: path}
	if path == "" {
		return r, nil
	}
	var err error
	r.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("the file of --report, %s, is there already; choose another name", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot make the file of --report: %w", err)
	}
	return r, nil
}

// add tells of a row, if it was not taken over.
func (r *refusals) add(o importer.Outcome) error {
	if o.Kind == importer.Added || o.Kind == importer.Present {
		return nil
	}
	r.total++
	if r.file != nil {
		if err := encoder(r.file).Encode(o); err != nil {
			return fmt.Errorf("cannot write the file of --report: %w", err)
		}
	}
	if r.total > shownRefusals {
		return nil
	}
	who := ""
	if o.Username != "" {
		who = " (" + printable(o.Username) + ")"
	}
	_, err := fmt.Fprintf(r.to.log, "line %d%s %s: %s\n", o.Line, who, o.Kind, printable(o.Reason))
	return err
}

// rest says where more is to be found than was shown.
func (r *refusals) rest() error {
	if r.total <= shownRefusals {
		return nil
	}
	where := "see " + r.path
	if r.file == nil {
		where = "to have all in a file, add --report FILE"
	}
	_, err := fmt.Fprintf(r.to.log, "and %d more; %s\n", r.total-shownRefusals, where)
	return err
}

func (r *refusals) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
