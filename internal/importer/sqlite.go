package importer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	_ "modernc.org/sqlite" // the driver
)

// sqliteSource reads a table of an SQLite database of another program.
type sqliteSource struct {
	db      *sql.DB
	rows    *sql.Rows
	columns []string
	cells   []any
	line    int64
	total   int64
}

// openSQLite opens the database so that nothing in it is changed.
func openSQLite(ctx context.Context, path, table string) (_ *sqliteSource, err error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	settings := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)", "query_only(1)", "trusted_schema(0)"}}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(full), RawQuery: settings.Encode()}
	s := &sqliteSource{}
	if s.db, err = sql.Open("sqlite", dsn.String()); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("cannot read the SQLite database %s: %w", path, err), s.Close())
		}
	}()
	if table, err = s.find(ctx, table); err != nil {
		return nil, err
	}
	quoted := `"` + strings.ReplaceAll(table, `"`, `""`) + `"`
	//latchkey:allow sqltext a name of a table cannot be a parameter; this one is in the schema, and quoted
	if err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM `+quoted).Scan(&s.total); err != nil {
		return nil, err
	}
	//latchkey:allow sqltext as above
	if s.rows, err = s.db.QueryContext(ctx, `SELECT * FROM `+quoted); err != nil {
		return nil, err
	}
	s.columns, err = s.rows.Columns()
	s.cells = make([]any, len(s.columns))
	return s, err
}

// find returns the table if the schema has it.
func (s *sqliteSource) find(ctx context.Context, table string) (string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' ORDER BY name`)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return "", err
		}
		names = append(names, name)
	}
	switch {
	case rows.Err() != nil:
		return "", rows.Err()
	case slices.Contains(names, table):
		return table, nil
	}
	return "", fmt.Errorf("it has no table %q; say with --table which of these it is: %s", table, strings.Join(names, ", "))
}

// Columns implements Source.
func (s *sqliteSource) Columns() []string { return s.columns }

// Next implements Source.
func (s *sqliteSource) Next() (*Record, error) {
	if !s.rows.Next() {
		if err := s.rows.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	s.line++
	into := make([]any, len(s.cells))
	for i := range s.cells {
		into[i] = &s.cells[i]
	}
	if err := s.rows.Scan(into...); err != nil {
		return nil, &RowError{s.line, "it cannot be read"}
	}
	r := &Record{Line: s.line, values: make(map[string]string, len(s.cells))}
	for i, cell := range s.cells {
		text, ok := cellText(cell)
		if !ok {
			continue
		}
		if !utf8.ValidString(text) {
			return nil, &RowError{s.line, "it has a value that is not UTF-8"}
		}
		r.values[s.columns[i]] = text
	}
	return r, nil
}

// cellText is a value as text; false for null.
func cellText(cell any) (string, bool) {
	switch v := cell.(type) {
	case string:
		return v, v != ""
	case []byte:
		return string(v), len(v) > 0
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), true
	}
	return "", false
}

// Progress implements Source.
func (s *sqliteSource) Progress() (done, total int64) { return s.line, s.total }

// Close implements Source.
func (s *sqliteSource) Close() error {
	var err error
	if s.rows != nil {
		err = s.rows.Close()
	}
	return errors.Join(err, s.db.Close())
}
