package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFragments(t *testing.T) {
	const library = `package m

import "errors"

type Guard struct{ Name string }

func New(name string) (*Guard, error) { return nil, errors.New(name) }

func (g *Guard) Check(n int) error { return nil }
`
	const given = "<!-- mdcheck: given guard *m.Guard -->\n"
	tests := []struct {
		name, before, code string
		want               string // part of a problem; empty: none
	}{
		{"statements", "", "guard, err := m.New(\"a\")\nif err != nil {\n\tlog.Fatal(err)\n}\nguard.Check(1)\n", ""},
		{"nothing uses the variable yet", "", "guard, err := m.New(\"a\")\n", ""},
		{"declarations", "", "func f(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }\n", ""},
		{"imports of its own", "", "import x \"m.example/m\"\n\nvar guard x.Guard\n", ""},
		{"the usual package of several", "", "var page = template.HTML(\"\")\n", ""},
		{"the inside of a function that returns an error", "", "if _, err := m.New(\"a\"); err != nil {\n\treturn err\n}\n", ""},
		{"the inside of a function that returns nothing", "", "if _, err := m.New(\"a\"); err != nil {\n\treturn\n}\n", ""},
		{"a function within returns something", "", "f := func() int { return 1 }\nf()\n", ""},
		{"a variable with the name of a package", "", "url := \"x\"\nprintln(url)\n", ""},
		{"given by the page", given, "guard.Check(1)\n", ""},
		{"declared in another block", "```go\nfunc guards() []*m.Guard { return nil }\n```\n\n", "guards()[0].Check(1)\n", ""},
		{"neither", "", "x := 1\nfunc f( {\n", "a.md:4: neither declarations nor statements"},
		{"misspelt function", "", "\nm.Now(\"a\")\n", "undefined: m.Now"},
		{"misspelt method", given, "guard.Chek(1)\n", "a.md:4: guard.Chek undefined"},
		{"misspelt field", "", "g := m.Guard{Nane: \"a\"}\n", "a.md:3: unknown field Nane"},
		{"too few arguments", given, "err := guard.Check()\n", "a.md:4: not enough arguments in call to guard.Check"},
		{"too many arguments", "", "g, err := m.New(\"a\", 1)\n", "too many arguments in call to m.New"},
		{"too few results", "", "g := m.New(\"a\")\n", "assignment mismatch"},
		{"wrong type", given, "guard.Check(\"a\")\n", "cannot use \"a\""},
		{"name that nobody declares", "", "guard.Check(1)\n", "a.md:3: undefined: guard"},
		{"package that there is not", "", "nothing.Check(1)\n", "undefined: nothing"},
		{"package that is nobody else's", "", "secret.F()\n", "undefined: secret"},
		{"given in vain", given, "m.New(\"a\")\n", "a.md:1: no code of this page uses guard"},
		{"mistake in what is given", "<!-- mdcheck: given guard *m.Gard -->\n", "guard.Check(1)\n", "a.md:1: undefined: m.Gard"},
		{"badly formatted", "", "m.New( \"a\")\n", "a.md:2: not formatted by gofmt"},
		{"another module", "<!-- mdcheck: module sub -->\n", "s.F(m.Guard{})\n", "cannot use m.Guard"},
		{"its package elsewhere", "", "s.F(1)\n", "undefined: s"},
		{"the eleventh mistake is told too", "", strings.Repeat("gone()\n", 11), "a.md:13: undefined: gone"},
	}
	// One run for all: each is a page of one repository.
	files := map[string]string{
		"m.go":               library,
		"internal/secret.go": "package secret\n\nfunc F() {}\n",
		"sub/go.mod":         "module s.example/s\n\ngo 1.26\n\nrequire m.example/m v0.0.0\n\nreplace m.example/m => ../\n",
		"sub/s.go":           "package s\n\nimport _ \"m.example/m\"\n\nfunc F(int) int { return 1 }\n",
	}
	for i, tt := range tests {
		before := tt.before
		if !strings.Contains(before, "module") {
			before += "\n"
		}
		files[fmt.Sprintf("%d/a.md", i)] = before + fenced + "go\n" + tt.code + fenced + "\n"
	}
	problems, err := check(repository(t, files), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var here []string
			for _, p := range problems {
				if text, ok := strings.CutPrefix(p, fmt.Sprintf("%d/", i)); ok {
					here = append(here, text)
				}
			}
			if all := strings.Join(here, "\n"); !strings.Contains(all, tt.want) || tt.want == "" && all != "" {
				t.Errorf("problems: %q, want one with %q", here, tt.want)
			}
		})
	}
}

// TestPackagesOf: where names are those of several packages, ours come first.
func TestPackagesOf(t *testing.T) {
	dir := repository(t, map[string]string{
		"url/url.go":      "package url\n",
		"cmd/tool/a.go":   "package main\n\nfunc main() {}\n",
		"internal/x/x.go": "package x\n",
	})
	packages, err := packagesOf(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"m": "m.example/m", "url": "m.example/m/url", "http": "net/http", "rand": "crypto/rand", "template": "html/template",
		"x": "", "main": "", "tool": "",
	} {
		if packages[name] != want {
			t.Errorf("%s is %q, want %q", name, packages[name], want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("modul"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := packagesOf(dir); err == nil || !strings.Contains(err.Error(), "modul") {
		t.Errorf("without a module: %v", err)
	}
}
