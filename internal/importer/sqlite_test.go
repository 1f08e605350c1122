package importer

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSQLite: values of every kind, of a table and in a file with names that
// must be quoted. Nothing is changed.
func TestSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), `what? 100% "mine".db`)
	plain := filepath.Join(t.TempDir(), "plain.db")
	db, err := sql.Open("sqlite", plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`CREATE TABLE "we""ird; DROP" (id INTEGER, name TEXT, active BOOLEAN, at DATETIME, day DATE, weight REAL, data BLOB)`,
		`INSERT INTO "we""ird; DROP" VALUES (1, 'Müller', 1, '2024-01-02 03:04:05.678901', '2024-01-02', 1700000000.5, x'616263')`,
		`INSERT INTO "we""ird; DROP" VALUES (2, x'4dfc', 0, NULL, NULL, NULL, NULL)`,
		`INSERT INTO "we""ird; DROP" VALUES (NULL, '', 0, NULL, NULL, NULL, x'')`,
		`CREATE VIEW people AS SELECT id FROM "we""ird; DROP" WHERE id = 2`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(plain, path); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	for table, want := range map[string][]string{
		`we"ird; DROP`: {
			`1 active="1" at="2024-01-02T03:04:05.678901Z" data="abc" day="2024-01-02T00:00:00Z" id="1" name="Müller" weight="1700000000.5"`,
			"line 2: it has a value that is not UTF-8",
			`3 active="0"`,
		},
		"people": {`1 id="2"`},
	} {
		s, err := Open(t.Context(), path, Detect, table)
		if err != nil {
			t.Fatal(err)
		}
		if got := lines(s); !slices.Equal(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", table, got, want)
		}
		if done, total := s.Progress(); done != total || total != int64(len(want)) {
			t.Errorf("%s: %d of %d", table, done, total)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	_, err = Open(t.Context(), path, Detect, "nobody")
	if err == nil || !strings.Contains(err.Error(), `it has no table "nobody"; say with --table which of these it is: people, we"ird; DROP`) {
		t.Errorf("a table that is not there: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !slices.Equal(before, after) {
		t.Errorf("the database was changed: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("files beside it: %v, %v", left, err)
	}
}
