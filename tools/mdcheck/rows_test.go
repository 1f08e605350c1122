package main

import (
	"strings"
	"testing"
)

func TestTables(t *testing.T) {
	files := map[string]string{
		"e/e.go": `package e

import "net/http"

type Error struct {
	Code   string
	Status int
	hidden int
}

type Reason string

const (
	Late  Reason = "late"
	Lost  Reason = "lost"
	Other        = "other"
)

var Err = &Error{Code: "gone", Status: 410}

func write(status int, code string) {}

func conflict(code, text string) *Error { return &Error{Code: code, Status: http.StatusConflict} }

func all() {
	write(404, "not_found")
	write(http.StatusForbidden, "not_found")
	refused := func(code string) *Error { return &Error{Code: code, Status: 401} }
	_, _ = conflict("taken", "x"), refused("no")
}
`,
		"e/e_test.go": "package e\n\nvar test = &Error{Code: \"test\", Status: 500}\n",
		"docs/reference/cli.md": `
## Common flags

| flag | default |
| --- | --- |
| ` + "`-h`, `--help`" + ` |  |
| ` + "`--data=DIR`" + ` | here |
| ` + "`--unused`" + ` | x |

### app serve

| flag | default |
| --- | --- |
| ` + "`--addr=ADDR`" + ` | 80 |
| ` + "`--[no-]colour=yes\\|no`" + ` | yes |

Common flags: ` + "`--help`, `--data`" + `.

### app other

| ` + "`--else`" + ` | |
`,
	}
	const codes = "<!-- mdcheck: rows codes e -->\n\n| code | status |\n| --- | --- |\n| `gone` | 410 |\n| `not_found` | 403, 404 |\n| `taken` | 409 |\n| `no` | 401 |\n"
	const flags = "<!-- mdcheck: rows flags app serve -->\n\n| `addr` | 80 |\n| `colour` | yes |\n| `data` | here |\n"
	for name, tt := range map[string]struct{ text, want string }{
		"codes":            {codes, ""},
		"another status":   {strings.Replace(codes, "410", "404", 1), `a.md:1: the table of codes e has "404" beside gone, not "410"`},
		"code that lacks":  {strings.Replace(codes, "| `taken` | 409 |\n", "", 1), "lacks taken"},
		"code of nothing":  {codes + "| `test` | 500 |\n", "has test, which there is not"},
		"the next table":   {codes + "\n| `test` | 500 |\n", ""},
		"no table":         {"<!-- mdcheck: rows codes e -->\n\ntext\n\n| `gone` | 410 |\n", "lacks gone"},
		"fields":           {"<!-- mdcheck: rows fields e.Error -->\n| `Code` |\n| `Status` |\n", ""},
		"unexported field": {"<!-- mdcheck: rows fields e.Error -->\n| `Code` |\n| `Status` |\n| `hidden` |\n", "has hidden"},
		"values":           {"<!-- mdcheck: rows values e.Reason -->\n| `late` |\n| `lost` |\n", ""},
		"value that lacks": {"<!-- mdcheck: rows values e.Reason -->\n| `late` |\n", "lacks lost"},
		"flags":            {flags, ""},
		"another default":  {strings.Replace(flags, "80", "8080", 1), `"8080" beside addr, not "80"`},
		"flag that lacks":  {strings.Replace(flags, "| `data` | here |\n", "", 1), "lacks data"},
	} {
		t.Run(name, func(t *testing.T) {
			files["a.md"] = tt.text
			wantProblem(t, repository(t, files), tt.want)
		})
	}
}

func TestTablesOfNothing(t *testing.T) {
	for source, want := range map[string]string{
		"codes none":    "there is nothing in codes none",
		"fields .None":  "there is nothing in fields .None",
		"flags no such": "cli.md",
		"words x":       `tables of "words" are not known`,
	} {
		dir := repository(t, map[string]string{"a.md": "<!-- mdcheck: rows " + source + " -->\n"})
		if _, err := check(dir, []string{"a.md"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", source, err, want)
		}
	}
}
