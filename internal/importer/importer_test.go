package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// stores returns an empty one of each kind.
func stores(t *testing.T) map[string]*sqlstore.Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	lite, err := sqlite.Open(t.Context(), filepath.Join(dir, "latchkey.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lite.Close() })
	pg, err := postgres.Open(t.Context(), pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Close() })
	return map[string]*sqlstore.Store{"sqlite": lite, "postgres": pg}
}

// imported imports a text and returns the report, with what was not taken over.
func imported(t *testing.T, store account.Store, text string, change func(*Config)) (Report, string) {
	t.Helper()
	source, err := Read(strings.NewReader(text), 0, Detect)
	if err != nil {
		t.Fatal(err)
	}
	var notes strings.Builder
	c := Config{Store: store, Source: source, System: system(t, "jsonl"), OnRow: func(o Outcome) error {
		if o.Kind != Added && o.Kind != Present {
			fmt.Fprintf(&notes, "%d %s %s %s\n", o.Line, o.Kind, o.Username, o.Reason)
		}
		return nil
	}}
	if change != nil {
		change(&c)
	}
	report, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return report, notes.String()
}

const bcryptHash = "$2a$10$hchJna38VtMD8JFnCCHH7OTmlMJRJ7rrXFkpdYPbCU1j1u1sDfUEG"

// whole is an account with everything an account can have.
const whole = `{"id":"7","username":"Ada","name":"Ada <b>","password_hash":"` + bcryptHash + `","scopes":["admin","z"],` +
	`"must_change_password":true,"created_at":"2020-01-02T03:04:05.678901Z","password_changed_at":"2021-01-02T03:04:05.678901Z",` +
	`"disabled_at":"2022-01-02T03:04:05.678901Z"}` + "\n"

// TestRoundTrip: what is exported is what was imported, in both formats, on both
// databases.
func TestRoundTrip(t *testing.T) {
	all := stores(t)
	if report, notes := imported(t, all["sqlite"], whole+`{"id":"8","username":"bob","created_at":"2020-01-02T03:04:05Z"}`+"\n", nil); report.Added != 2 {
		t.Fatalf("%+v\n%s", report, notes)
	}
	first := exportedFrom(t, all["sqlite"], false, true)
	if want := whole + `{"id":"8","username":"bob","created_at":"2020-01-02T03:04:05Z"}` + "\n"; unescaped(first) != want {
		t.Errorf("got  %s\nwant %s", unescaped(first), want)
	}
	asCSV := exportedFrom(t, all["sqlite"], true, true)
	if report, notes := imported(t, all["postgres"], asCSV, nil); report.Added != 2 {
		t.Fatalf("%+v\n%s", report, notes)
	}
	if got := exportedFrom(t, all["postgres"], false, true); got != first {
		t.Errorf("after the way through CSV:\n%s\nbefore:\n%s", got, first)
	}
	for name, store := range all {
		if report, notes := imported(t, store, asCSV, nil); report.Present != 2 || report.Added != 0 {
			t.Errorf("%s, again: %+v\n%s", name, report, notes)
		}
		for _, csv := range []bool{false, true} {
			if without := exportedFrom(t, store, csv, false); strings.Contains(without, "$2a$") || strings.Contains(without, "2021-01") {
				t.Errorf("%s: there are hashes in it:\n%s", name, without)
			}
		}
	}
}

func unescaped(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(s)
}

func exportedFrom(t *testing.T, store account.Store, csv, hashes bool) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := Export(t.Context(), ExportConfig{Store: store, To: &b, CSV: csv, PasswordHashes: hashes}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRefusals: each row that cannot be an account is named with the reason, and
// keeps no other from being one.
func TestRefusals(t *testing.T) {
	text := strings.Join([]string{
		`{"username":"ada","id":"1"}`,
		`{"username":"ADA","id":"2"}`,
		`{"username":"bob","id":"1"}`,
		`{"username":"x"}`,
		`{"username":"` + bcryptHash + `"}`,
		`{"username":"mallory","name":"two\nlines"}`,
		`{"username":"carol","password_hash":"md5$s3cret"}`,
		`{"username":"dave","scopes":"no\"good"}`,
		`{"name":"nobody"}`,
		`{"username":"erin","created_at":"s3cret"}`,
		`not JSON`,
		`{"username":"zoe"}`,
	}, "\n")
	want := `2 refused  it has the same username as line 1
3 refused  it has the same id as line 1
4 refused  username: Choose a username of 3 to 64 characters
5 refused  username: A username may have letters, digits and . _ - + @ ' but no spaces or other characters
6 refused  name: A name may not have control characters or line breaks
7 refused  its password hash cannot be checked here: unknown format; to take such accounts without a password, add --unknown-hash drop
8 refused  scopes: `
	for name, store := range stores(t) {
		for _, dryRun := range []bool{true, false} {
			report, notes := imported(t, store, text, func(c *Config) { c.DryRun = dryRun })
			if report.Added != 2 || report.Refused != 10 || !strings.HasPrefix(notes, want) || strings.Contains(notes, "s3cret") || strings.Contains(notes, "$2a$") {
				t.Errorf("%s, dry %v: %+v\n%s", name, dryRun, report, notes)
			}
			users, err := store.ListUsers(t.Context(), "", 10)
			if err != nil || (len(users) == 0) != dryRun {
				t.Errorf("%s, dry %v: %d users, %v", name, dryRun, len(users), err)
			}
		}
		if _, notes := imported(t, store, `{"username":"bob","id":"1"}`, nil); notes != "1 refused  its id belongs to an account with another username\n" {
			t.Errorf("%s: %s", name, notes)
		}
	}
}

// TestDifferent: accounts that are there are never changed; a password that was
// hashed anew is no difference, one that was changed is.
func TestDifferent(t *testing.T) {
	for name, store := range stores(t) {
		row := func(more string) string {
			return `{"username":"ada","password_hash":"` + bcryptHash + `"` + more + `}`
		}
		imported(t, store, row(""), nil)
		before := exportedFrom(t, store, false, true)
		for more, want := range map[string]string{
			``:                            "",
			`,"name":"Ada"`:               "1 differs ada an account of this name is there, and differs in: name\n",
			`,"scopes":["b","a","b"]`:     "1 differs ada an account of this name is there, and differs in: scopes\n",
			`,"id":"5"`:                   "1 differs ada an account of this name is there, and differs in: id\n",
			`,"disabled_at":"2024-01-02"`: "1 differs ada an account of this name is there, and differs in: whether it is disabled\n",
		} {
			if _, notes := imported(t, store, row(more), nil); notes != want {
				t.Errorf("%s: %s: got %q, want %q", name, more, notes, want)
			}
		}
		if after := exportedFrom(t, store, false, true); after != before {
			t.Errorf("%s: it was changed:\n%s", name, after)
		}

		accounts, err := account.New(account.Config{Store: store})
		if err != nil {
			t.Fatal(err)
		}
		u, err := accounts.Authenticate(t.Context(), account.Credentials{Username: "ada", Password: "ada's old password"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if report, notes := imported(t, store, row(""), nil); report.Present != 1 {
			t.Errorf("%s, after a sign-in: %s", name, notes)
		}
		if _, err := accounts.ChangePassword(t.Context(), u.ID, "ada's old password", "correct horse battery staple", ""); err != nil {
			t.Fatal(err)
		}
		if report, notes := imported(t, store, row(""), nil); report.Differs != 1 || !strings.Contains(notes, "differs in: password") {
			t.Errorf("%s, after a change: %s", name, notes)
		}
	}
}

// failing fails at one user.
type failing struct{ account.Store }

var errDisk = errors.New("no space left on device")

func (f failing) CreateUser(ctx context.Context, u *account.User, log ...account.AuditRecord) error {
	if u.Username == "user3" {
		return errDisk
	}
	return f.Store.CreateUser(ctx, u, log...)
}

// TestStoreFails: an import stops at once, says where, and goes on there.
func TestStoreFails(t *testing.T) {
	var text strings.Builder
	for i := range 6 {
		fmt.Fprintf(&text, "{\"username\":\"user%d\"}\n", i)
	}
	for name, store := range stores(t) {
		source, err := Read(strings.NewReader(text.String()), 0, Detect)
		if err != nil {
			t.Fatal(err)
		}
		report, err := Run(t.Context(), Config{Store: failing{store}, Source: source, System: system(t, "jsonl")})
		if !errors.Is(err, errDisk) || !strings.HasPrefix(err.Error(), "line 4: ") || report.Added != 3 {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
		if report, notes := imported(t, store, text.String(), nil); report.Present != 3 || report.Added != 3 {
			t.Errorf("%s, again: %+v\n%s", name, report, notes)
		}
	}
}

// TestInterrupted: it ends between two rows.
func TestInterrupted(t *testing.T) {
	store := stores(t)["sqlite"]
	ctx, cancel := context.WithCancel(t.Context())
	source, err := Read(strings.NewReader(whole+whole), 0, Detect)
	if err != nil {
		t.Fatal(err)
	}
	report, err := Run(ctx, Config{Store: store, Source: source, System: system(t, "jsonl"), OnRow: func(Outcome) error {
		cancel()
		return nil
	}})
	if !errors.Is(err, context.Canceled) || report.Added != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestAudit: each account is in the audit trail under the id it has.
func TestAudit(t *testing.T) {
	for name, store := range stores(t) {
		audit, err := account.NewAuditLog(account.AuditConfig{Store: store})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		imported(t, store, whole, func(c *Config) { c.Audit = audit })
		records, err := audit.Query(t.Context(), account.AuditQuery{UserID: "7"})
		if err != nil || len(records) != 1 || records[0].Kind != string(account.EventUserAdded) || records[0].At.Before(now.Truncate(time.Second)) {
			t.Errorf("%s: %+v, %v", name, records, err)
		}
	}
}
