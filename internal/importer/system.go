package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Columns names where in a row things are. Of several names the first counts
// that the row has a value for.
type Columns struct {
	ID, Username, Name, PasswordHash                   []string
	Scopes, MustChange                                 []string
	CreatedAt, PasswordChangedAt                       []string
	Disabled, DisabledAt, Active, BannedUntil          []string
	FirstName, LastName, Profile, Confirmed, DeletedAt []string
}

// System is where accounts come from: what its columns are called and mean.
type System struct {
	Name    string
	Format  Format // of its files, if it is always the same
	Table   string // of its SQLite database
	Columns Columns
	// KeepIDs says that ids are taken over.
	KeepIDs bool
	// Unconfirmed takes people too who never confirmed their e-mail address, of
	// a system that does not let them in.
	Unconfirmed bool

	// needsHash: without passwords there is nothing to take over.
	needsHash bool
	hash      func(string) string // brings it into the form of account.ParseHash
}

// own are the columns of Export.
var own = Columns{
	ID: []string{"id"}, Username: []string{"username"}, Name: []string{"name"}, PasswordHash: []string{"password_hash"},
	Scopes: []string{"scopes"}, MustChange: []string{"must_change_password"},
	CreatedAt: []string{"created_at"}, PasswordChangedAt: []string{"password_changed_at"}, DisabledAt: []string{"disabled_at"},
}

// Systems are those that are known, by their names.
func Systems() []System {
	return []System{
		{Name: "jsonl", Format: JSONL, Columns: own, KeepIDs: true},
		{Name: "csv", Format: CSV, Columns: own, KeepIDs: true},
		{Name: "flask", Table: "user", needsHash: true, Columns: Columns{
			ID: []string{"id"}, Username: []string{"username", "email"}, Name: []string{"name", "full_name"},
			PasswordHash: []string{"password_hash", "password", "pw_hash"},
			CreatedAt:    []string{"created_at", "created", "created_on"}, Active: []string{"active", "is_active"},
		}},
		{Name: "django", Table: "auth_user", needsHash: true, hash: djangoHash, Columns: Columns{
			ID: []string{"id"}, Username: []string{"username"}, FirstName: []string{"first_name"}, LastName: []string{"last_name"},
			PasswordHash: []string{"password"}, CreatedAt: []string{"date_joined"}, Active: []string{"is_active"},
		}},
		{Name: "bcrypt", Table: "users", needsHash: true, Columns: Columns{
			ID: []string{"id"}, Username: []string{"username", "email"}, Name: []string{"name", "full_name"},
			PasswordHash: []string{"password_hash", "password", "encrypted_password", "password_digest"},
			CreatedAt:    []string{"created_at", "created"},
		}},
		{Name: "supabase", Table: "users", needsHash: true, Columns: Columns{
			ID: []string{"id"}, Username: []string{"email"}, Profile: []string{"raw_user_meta_data"},
			PasswordHash: []string{"encrypted_password"}, CreatedAt: []string{"created_at"},
			BannedUntil: []string{"banned_until"}, DeletedAt: []string{"deleted_at"},
			Confirmed: []string{"email_confirmed_at", "confirmed_at"},
		}},
		{Name: "pocketbase", Table: "users", needsHash: true, Columns: Columns{
			ID: []string{"id"}, Username: []string{"email", "username"}, Name: []string{"name"},
			PasswordHash: []string{"password", "passwordHash"}, CreatedAt: []string{"created"},
		}},
	}
}

// Check looks whether a source has the columns that are needed. chosen are
// columns that somebody named, which must be there.
func (s System) Check(source Source, chosen []string) error {
	have := source.Columns()
	if have == nil {
		return nil
	}
	var errs []error
	for _, name := range chosen {
		if !slices.Contains(have, name) {
			errs = append(errs, fmt.Errorf("there is no column %q", name))
		}
	}
	missing := func(what, flag string, names []string) {
		if !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(have, name) }) {
			errs = append(errs, fmt.Errorf("no column has the %s; say with %s which one it is", what, flag))
		}
	}
	missing("username", "--username-column", s.Columns.Username)
	if s.needsHash {
		missing("password hash", "--hash-column", s.Columns.PasswordHash)
	}
	if len(errs) == 0 {
		return nil
	}
	return errors.Join(append(errs, fmt.Errorf("the columns are: %s", strings.Join(have, ", ")))...)
}

// errSkip says that a row is nobody to take over, and why.
type errSkip struct{ reason string }

func (e *errSkip) Error() string { return e.reason }

// Person is who a record describes.
func (s System) Person(r *Record, now time.Time) (*Person, error) {
	row := row{Record: r}
	c := s.Columns
	p := &Person{
		Line: r.Line, Username: row.text(c.Username), Name: row.text(c.Name), PasswordHash: row.text(c.PasswordHash),
		CreatedAt: row.time(c.CreatedAt), PasswordChangedAt: row.time(c.PasswordChangedAt), DisabledAt: row.time(c.DisabledAt),
		MustChangePassword: row.flag(c.MustChange),
	}
	p.Scopes = read(&row, c.Scopes, parseScopes)
	if s.KeepIDs {
		p.ID = row.text(c.ID)
		row.note(c.ID, checkID(p.ID))
	}
	if first, last := row.text(c.FirstName), row.text(c.LastName); p.Name == "" {
		p.Name = strings.TrimSpace(first + " " + last)
	}
	if p.Name == "" {
		p.Name = profileName(row.text(c.Profile))
	}
	s.standing(&row, p, now)
	if s.hash != nil {
		p.PasswordHash = s.hash(p.PasswordHash)
	}
	switch {
	case row.err != nil:
		return nil, row.err
	case row.text(c.DeletedAt) != "":
		return nil, &errSkip{"was deleted there"}
	case len(c.Confirmed) > 0 && row.text(c.Confirmed) == "" && !s.Unconfirmed:
		return nil, &errSkip{"never confirmed the e-mail address; to take such accounts too, add --unconfirmed"}
	case p.Username == "":
		return nil, errors.New("it has no username")
	}
	return p, nil
}

// standing reads whether the person may sign in.
func (s System) standing(row *row, p *Person, now time.Time) {
	c := s.Columns
	disabled := row.flag(c.Disabled)
	if row.text(c.Active) != "" && !row.flag(c.Active) {
		disabled = true
	}
	if read(row, c.BannedUntil, parseUntil).After(now) {
		disabled = true
	}
	if disabled && p.DisabledAt.IsZero() {
		p.DisabledAt = now
	}
}

// row reads a record and keeps the first error.
type row struct {
	*Record
	err error
}

// text is the first value there is under one of the names.
func (r *row) text(names []string) string {
	for _, name := range names {
		if value := r.values[name]; value != "" {
			return value
		}
	}
	return ""
}

// note keeps an error about a column; it never holds the value.
func (r *row) note(names []string, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("its %s %w", strings.Join(names, " or "), err)
	}
}

func (r *row) time(names []string) time.Time { return read(r, names, parseTime) }

func (r *row) flag(names []string) bool { return read(r, names, parseFlag) }

func read[T any](r *row, names []string, parse func(string) (T, error)) T {
	value, err := parse(r.text(names))
	r.note(names, err)
	return value
}

// profileName is the name in what supabase keeps of a person.
func profileName(text string) string {
	var profile struct {
		FullName string `json:"full_name"`
		Name     string `json:"name"`
	}
	if text == "" || json.Unmarshal([]byte(text), &profile) != nil {
		return ""
	}
	if profile.FullName != "" {
		return profile.FullName
	}
	return profile.Name
}
