package importer

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// Exported is an account in JSON, as Run takes it with the system "jsonl".
type Exported struct {
	ID                 string    `json:"id"`
	Username           string    `json:"username"`
	Name               string    `json:"name,omitempty"`
	PasswordHash       string    `json:"password_hash,omitempty"`
	Scopes             []string  `json:"scopes,omitempty"`
	MustChangePassword bool      `json:"must_change_password,omitempty"`
	CreatedAt          time.Time `json:"created_at"`
	PasswordChangedAt  time.Time `json:"password_changed_at,omitzero"`
	DisabledAt         time.Time `json:"disabled_at,omitzero"`
}

// ExportConfig says how to export. Store and To are required.
type ExportConfig struct {
	Store account.Store
	To    io.Writer
	CSV   bool // CSV; else JSON lines
	// PasswordHashes writes those too. Without them nobody who is imported from
	// the file has a password.
	PasswordHashes bool
	// OnRow is told how many there were so far. May be nil.
	OnRow func(done int64)
}

// exportPage is how many accounts are read at a time.
const exportPage = 500

// Export writes all accounts in the order of their usernames, and returns how
// many there were.
func Export(ctx context.Context, c ExportConfig) (int64, error) {
	var w rowWriter = jsonWriter{json.NewEncoder(c.To)}
	if c.CSV {
		w = newCSVWriter(c.To)
	}
	var done int64
	for after := ""; ; {
		page, err := c.Store.ListUsers(ctx, after, exportPage)
		if err != nil {
			return done, err
		}
		for _, u := range page {
			if err := w.write(exported(u, c.PasswordHashes)); err != nil {
				return done, err
			}
			done++
			if c.OnRow != nil {
				c.OnRow(done)
			}
		}
		if len(page) < exportPage {
			return done, w.end()
		}
		after = page[len(page)-1].UsernameKey
	}
}

func exported(u *account.User, hashes bool) Exported {
	e := Exported{
		ID: u.ID, Username: u.Username, Name: u.Name, Scopes: u.Scopes, MustChangePassword: u.MustChangePassword,
		CreatedAt: u.CreatedAt.UTC(), DisabledAt: u.DisabledAt.UTC(),
	}
	if hashes {
		e.PasswordHash, e.PasswordChangedAt = u.PasswordHash, u.PasswordChangedAt.UTC()
	}
	return e
}

// rowWriter writes accounts in one of the formats.
type rowWriter interface {
	write(Exported) error
	end() error
}

type jsonWriter struct{ *json.Encoder }

func (w jsonWriter) write(e Exported) error { return w.Encode(e) }
func (w jsonWriter) end() error             { return nil }

type csvWriter struct{ *csv.Writer }

// newCSVWriter writes the names of the columns.
func newCSVWriter(to io.Writer) csvWriter {
	w := csvWriter{csv.NewWriter(to)}
	// An error is kept and returned by end.
	_ = w.Write([]string{"id", "username", "name", "password_hash", "scopes", "must_change_password",
		"created_at", "password_changed_at", "disabled_at"})
	return w
}

func (w csvWriter) write(e Exported) error {
	must := ""
	if e.MustChangePassword {
		must = "true"
	}
	return w.Write([]string{e.ID, e.Username, e.Name, e.PasswordHash, strings.Join(e.Scopes, " "), must,
		moment(e.CreatedAt), moment(e.PasswordChangedAt), moment(e.DisabledAt)})
}

func (w csvWriter) end() error {
	w.Flush()
	return w.Error()
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
