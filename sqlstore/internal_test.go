package sqlstore

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// released are the checksums of the steps that were released. A step that was
// released never changes: add a new one.
var released = map[Dialect][]string{
	SQLite:     {},
	PostgreSQL: {},
}

func TestReleasedMigrationsDoNotChange(t *testing.T) {
	for dialect, sums := range released {
		all, err := migrations(schemaFiles, dialect)
		if err != nil || len(all) < len(sums) {
			t.Fatalf("%s: %d steps, %v", dialect, len(all), err)
		}
		for i, sum := range sums {
			if all[i].Checksum != sum {
				t.Errorf("%s step %d was released and has changed", dialect, i+1)
			}
		}
	}
}

// TestDialectsGoTogether: both have the same steps, for they share the queries.
func TestDialectsGoTogether(t *testing.T) {
	lite, err := migrations(schemaFiles, SQLite)
	if err != nil {
		t.Fatal(err)
	}
	pg, err := migrations(schemaFiles, PostgreSQL)
	if err != nil {
		t.Fatal(err)
	}
	if len(lite) != len(pg) {
		t.Fatalf("%d steps for SQLite, %d for PostgreSQL", len(lite), len(pg))
	}
	for i := range lite {
		if lite[i].Name != pg[i].Name || lite[i].Compatible != pg[i].Compatible {
			t.Errorf("step %d: %+v and %+v", i+1, lite[i], pg[i])
		}
		if c := lite[i].Compatible; c < 1 || c > lite[i].Version {
			t.Errorf("step %d is compatible with %d", i+1, c)
		}
	}
	if got, want := columns(pg), columns(lite); !reflect.DeepEqual(got, want) {
		t.Errorf("columns differ:\n%q\n%q", got, want)
	}
}

// columns are the names of tables and columns in order.
func columns(all []Migration) (names []string) {
	line := regexp.MustCompile(`(?m)^(?:CREATE TABLE (\w+)|    (\w+) +(?:INTEGER|TEXT|BLOB|integer|bigint|text|bytea)\b)`)
	for _, m := range all {
		for _, found := range line.FindAllStringSubmatch(m.SQL, -1) {
			names = append(names, found[1]+found[2])
		}
	}
	return names
}

// TestStepsKeepOldPrograms: a step that lets programs of before go on only adds,
// and nothing that they would have to fill in or mind.
func TestStepsKeepOldPrograms(t *testing.T) {
	for _, dialect := range []Dialect{SQLite, PostgreSQL} {
		all, err := migrations(schemaFiles, dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.Compatible == m.Version {
				continue
			}
			for _, statement := range breaking(m.SQL) {
				t.Errorf("%s step %d says that it is compatible with %d, and has:\n%s", dialect, m.Version, m.Compatible, statement)
			}
		}
	}
	for text, want := range map[string]int{
		"-- compatible: 1\n\n-- New.\nCREATE TABLE latchkey_a (b text NOT NULL);\nCREATE UNIQUE INDEX latchkey_a_b ON latchkey_a (b);\n": 0,
		"ALTER TABLE latchkey_users ADD COLUMN a bigint;\nALTER TABLE latchkey_users ADD COLUMN b text NOT NULL DEFAULT '';\n":           0,
		"ALTER TABLE latchkey_users ADD COLUMN a bigint NOT NULL;\n":                                                                     1,
		"CREATE UNIQUE INDEX latchkey_users_name ON latchkey_users (name);\n":                                                            1,
		"ALTER TABLE latchkey_users DROP COLUMN name;\nDROP TABLE latchkey_resets;\nUPDATE latchkey_users SET name = '';\n":              3,
	} {
		if got := breaking(text); len(got) != want {
			t.Errorf("%q of %q, want %d", got, text, want)
		}
	}
}

var (
	comment    = regexp.MustCompile(`--[^\n]*`)
	newTable   = regexp.MustCompile(`^CREATE TABLE (\w+) `)
	newIndex   = regexp.MustCompile(`^CREATE INDEX \w+ ON `)
	newUnique  = regexp.MustCompile(`^CREATE UNIQUE INDEX \w+ ON (\w+) `)
	newColumn  = regexp.MustCompile(`^ALTER TABLE \w+ ADD COLUMN \w+ `)
	mustFillIn = regexp.MustCompile(`NOT NULL$`) // and no DEFAULT behind it
)

// breaking are the statements of a step that programs of before might not bear.
func breaking(text string) (found []string) {
	ours := map[string]bool{}
	for statement := range strings.SplitSeq(comment.ReplaceAllString(text, ""), ";\n") {
		statement = strings.TrimSpace(statement)
		switch table, unique := newTable.FindStringSubmatch(statement), newUnique.FindStringSubmatch(statement); {
		case statement == "", newIndex.MatchString(statement):
		case table != nil:
			ours[table[1]] = true
		case unique != nil && ours[unique[1]]:
		case newColumn.MatchString(statement) && !mustFillIn.MatchString(statement):
		default:
			found = append(found, statement)
		}
	}
	return found
}

func TestMigrationFiles(t *testing.T) {
	step := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	good := step("-- compatible: 1\nSELECT 1;\n")
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  string // in the error; empty: none
	}{
		{"good", fstest.MapFS{"schema/0001_a.sqlite.sql": good, "schema/0002_b.sqlite.sql": good, "schema/0001_a.postgres.sql": good}, ""},
		{"gap", fstest.MapFS{"schema/0001_a.sqlite.sql": good, "schema/0003_b.sqlite.sql": good}, "out of order"},
		{"twice", fstest.MapFS{"schema/0001_a.sqlite.sql": good, "schema/0001_b.sqlite.sql": good}, "out of order"},
		{"name", fstest.MapFS{"schema/1_a.sqlite.sql": good}, "strange name"},
		{"dialect", fstest.MapFS{"schema/0001_a.mysql.sql": good}, "strange name"},
		{"no steps", fstest.MapFS{"schema/0001_a.postgres.sql": good}, "unknown dialect"},
		{"no version", fstest.MapFS{"schema/0001_a.sqlite.sql": step("SELECT 1;\n")}, "compatible"},
		{"no directory", fstest.MapFS{}, "schema"},
	} {
		all, err := migrations(c.files, SQLite)
		if c.want == "" {
			if err != nil || len(all) != 2 || all[1].Version != 2 || all[1].Name != "b" || all[0].Checksum != all[1].Checksum {
				t.Errorf("%s: %+v, %v", c.name, all, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one about %q", c.name, err, c.want)
		}
	}
}

// TestParametersInOrder: SQLite drivers may count $1, $2 in the order in which
// they first appear and not by their number.
func TestParametersInOrder(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	text, parameter := regexp.MustCompile("(?s)`[^`]*`(?: \\+ \\w+ \\+ `[^`]*`)*"), regexp.MustCompile(`\$(\d+)`)
	queries := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range text.FindAllString(string(source), -1) {
			next := 1
			for _, p := range parameter.FindAllStringSubmatch(query, -1) {
				n, err := strconv.Atoi(p[1])
				if err != nil || n > next {
					t.Errorf("%s: $%s comes before $%d in %s", file, p[1], next, query)
				}
				if n == next {
					next++
				}
			}
			if next > 1 {
				queries++
			}
		}
	}
	if queries < 20 {
		t.Errorf("found only %d queries", queries)
	}
}

func TestInsertRevocations(t *testing.T) {
	const want = "INSERT INTO latchkey_revocations (kind, at, number, id) VALUES ($1, $2, $3, $4), ($1, $2, $5, $6) ON CONFLICT (id, kind) DO NOTHING"
	if got := insertRevocations(2); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestInsertRows(t *testing.T) {
	for d, want := range map[Dialect]string{
		PostgreSQL: "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4)",
		SQLite:     "INSERT INTO t (a, b) VALUES (?, ?), (?, ?)",
	} {
		if got := insertRows(d, "t", "a, b", 2); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestEncoding(t *testing.T) {
	for _, at := range []time.Time{{}, time.Unix(0, 0).UTC(), time.Date(1969, 1, 1, 0, 0, 0, 1000, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)} {
		if got := fromNullMicros(toNullMicros(at)); !got.Equal(at) || got.IsZero() != at.IsZero() {
			t.Errorf("%v came back as %v", at, got)
		}
	}
	for _, list := range [][]string{nil, {""}, {"a"}, {"a,b", `"`, "\\", "é", "<&>"}} {
		if got, err := fromList(toList(list)); err != nil || !reflect.DeepEqual(got, list) {
			t.Errorf("%q came back as %q, %v", list, got, err)
		}
	}
	if _, err := fromList("[1"); err == nil {
		t.Error("a damaged list is read")
	}
}
