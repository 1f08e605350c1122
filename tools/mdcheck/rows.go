package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A table is one that must have exactly the rows that the code has.
type table struct {
	line   int
	source string // what the comment before it names
	rows   map[string]string
	begun  bool
}

var (
	tableRow  = regexp.MustCompile(`^\s*\|(.*)\|\s*$`)
	firstCode = regexp.MustCompile("^\\s*`([^`]+)`")
)

// add reads a line of the table and says whether it was one. A row is known by
// the code it begins with; heads and rules have none.
func (t *table) add(line string) bool {
	m := tableRow.FindStringSubmatch(line)
	if m == nil {
		return !t.begun && strings.TrimSpace(line) == ""
	}
	t.begun = true
	cells := strings.Split(strings.ReplaceAll(m[1], `\|`, "/"), "|")
	if name := firstCode.FindStringSubmatch(cells[0]); name != nil {
		value := ""
		if len(cells) > 1 {
			value = strings.TrimSpace(cells[1])
		}
		t.rows[name[1]] = value
	}
	return true
}

// check returns one line for each row that is missing, or that nothing is behind.
func (t *table) check(root, document string) ([]string, error) {
	want, compare, err := wantedRows(root, t.source)
	if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", document, t.line, err)
	}
	var problems []string
	problem := func(format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s:%d: ", document, t.line)+fmt.Sprintf(format, args...))
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		have, ok := t.rows[name]
		switch {
		case !ok:
			problem("the table of %s lacks %s", t.source, name)
		case compare && have != want[name]:
			problem("the table of %s has %q beside %s, not %q", t.source, have, name, want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.rows)) {
		if _, ok := want[name]; !ok {
			problem("the table of %s has %s, which there is not", t.source, name)
		}
	}
	return problems, nil
}

// wantedRows returns the rows that a source has, and whether the second cell is
// to be compared:
//
//	codes DIR         codes of errors, with their statuses
//	fields DIR.TYPE   exported fields of a struct
//	values DIR.TYPE   constants of a type of strings
//	flags COMMAND     flags of a command, with their defaults
func wantedRows(root, source string) (rows map[string]string, compare bool, err error) {
	kind, of, _ := strings.Cut(source, " ")
	dir, name := of, ""
	if i := strings.LastIndex(of, "."); i >= 0 && len(of) > i+1 {
		dir, name = of[:i], of[i+1:]
	}
	dir = filepath.Join(root, dir)
	switch kind {
	case "codes":
		rows, err = errorCodes(dir)
		compare = true
	case "fields":
		rows, err = structFields(dir, name)
	case "values":
		rows, err = constants(dir, name)
	case "flags":
		rows, err = flagsOf(root, of)
		compare = true
	default:
		err = fmt.Errorf("tables of %q are not known", kind)
	}
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("there is nothing in %s", source)
	}
	return rows, compare, err
}

// flagsOf reads the flags of a command and their defaults in the reference of
// the command line, which a test compares with the program. Flags that most
// commands have are in a table of their own there.
func flagsOf(root, command string) (map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(root, "docs", "reference", "cli.md"))
	if err != nil {
		return nil, err
	}
	section := sectionOf(string(data), "### "+command)
	flags := flagRows(section)
	_, used, _ := strings.Cut(section, "\nCommon flags: ")
	used, _, _ = strings.Cut(used, "\n")
	for name, value := range flagRows(sectionOf(string(data), "## Common flags")) {
		if name != "help" && strings.Contains(used, "`--"+name+"`") {
			flags[name] = value
		}
	}
	return flags, nil
}

// sectionOf returns what stands between a heading and the next.
func sectionOf(text, heading string) string {
	_, section, _ := strings.Cut(text, "\n"+heading+"\n")
	section, _, _ = strings.Cut(section, "\n##")
	return section
}

// flagRows reads a table of flags: their names without what they take.
func flagRows(section string) map[string]string {
	t := table{rows: map[string]string{}}
	for line := range strings.Lines(section) {
		if !t.add(strings.TrimSuffix(line, "\n")) && t.begun {
			break
		}
	}
	flags := map[string]string{}
	for name, value := range t.rows {
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "--"), "=")
		flags[strings.TrimPrefix(name, "[no-]")] = value
	}
	delete(flags, "-h")
	return flags
}
