package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a folder of files from "name" to text.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// wantFindings compares findings with "rule path" lines, in order.
func wantFindings(t *testing.T, got []finding, want ...string) {
	t.Helper()
	var lines []string
	for _, f := range got {
		lines = append(lines, f.rule+" "+f.path)
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("found %q, want %q\nin full: %v", lines, want, got)
	}
}

func TestCheckText(t *testing.T) {
	unfinished, home := "TO"+"DO", "/ho"+"me/anna/x"
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{"clean", "a.go", "package a\n", nil},
		{"unfinished", "a.md", "x\n" + unfinished + ": later\n", []string{"unfinished a.md"}},
		{"a word that holds one", "a.go", "// MEXXXICO " + unfinished + "S\n", nil},
		{"machine path", "a.sh", "cd " + home + "\n", []string{"machine-path a.sh"}},
		{"path of a page", "a.ts", `get("/rooted/home/")` + "\n", nil},
		{"one test alone", "web/app/a.test.ts", "describe.only(\n", []string{"left-out web/app/a.test.ts"}},
		{"skip in Go is another tool's", "a_test.go", "test.skip(\n", nil},
		{"conflict", "a.go", "<<<<<<< HEAD\n", []string{"conflict a.go"}},
		{"500 lines", "a.go", strings.Repeat("x\n", 500), nil},
		{"501 lines", "a.go", strings.Repeat("x\n", 501), []string{"long-file a.go"}},
		{"prose may be long", "a.md", strings.Repeat("x\n", 501), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantFindings(t, checkText(tt.file, tt.text), tt.want...)
		})
	}
}

func TestCheckTextsLooksAtWhatGitWouldAdd(t *testing.T) {
	bad := "FIX" + "ME\n"
	dir := write(t, map[string]string{
		"new.go": bad, "dist/made.js": bad, "web/x/dist/made.js": bad, "package-lock.json": bad,
		"ignored.go": bad, ".gitignore": "ignored.go\n", "picture.png": "\x00" + bad,
	})
	cmd := exec.Command("git", "init", "-q", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git init: %v: %s", err, out)
	}
	found, err := checkTexts(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFindings(t, found, "unfinished new.go")
}

func TestExceptions(t *testing.T) {
	dir := write(t, map[string]string{
		"good": "# why\n\nlong-file a.go: one table\nbudget .: stale\n",
		"bad":  "long-file a.go\n",
	})
	list, err := readExceptions(filepath.Join(dir, "good"))
	if err != nil {
		t.Fatal(err)
	}
	found := list.apply([]finding{{"long-file", "a.go", ""}, {"long-file", "b.go", ""}})
	wantFindings(t, found, "long-file b.go", "allow "+exceptionsFile)

	if _, err := readExceptions(filepath.Join(dir, "bad")); err == nil {
		t.Error("an exception without a reason was accepted")
	}
}

func TestCheckImports(t *testing.T) {
	dir := write(t, map[string]string{
		"go.mod":               "module m.example/m\n\ngo 1.26\n",
		"root.go":              "package m\n\nimport _ \"m.example/m/session\"\n",
		"root_test.go":         "package m\n\nimport _ \"other.example/heavy\"\n",
		"jwt/a.go":             "package jwt\n\nimport _ \"m.example/m/internal/strict\"\n",
		"session/a.go":         "package session\n\nimport _ \"m.example/m/jwt\"\n",
		"flaskjwt/a.go":        "package flaskjwt\n\nimport _ \"m.example/m\"\n",
		"internal/strict/a.go": "package strict\n",
		"internal/server/a.go": "package server\n\nimport (\n_ \"m.example/m\"\n_ \"m.example/m/flaskjwt\"\n)\n",
	})
	found, err := checkImports(dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFindings(t, found, "test-imports .", "storeys internal/server", "storeys session")
}

func TestCountExported(t *testing.T) {
	dir := write(t, map[string]string{
		"a.go": `package a
type A struct{}
type b struct{}
func New() *A { return nil }
func private() {}
func (*A) One() {}
func (A) two() {}
func (b) Three() {}
type (
	C interface{ Four() }
	D[T int] struct{}
)
func (*D[T]) Five() {}
const E = 1
`,
		"a_test.go": "package a\nfunc TestX() {}\n",
	})
	names, methods, err := countExported(dir)
	if err != nil {
		t.Fatal(err)
	}
	if names != 4 || methods != 2 {
		t.Errorf("counted %d names and %d methods, want 4 and 2", names, methods)
	}
}

func TestRequirement(t *testing.T) {
	gomod := "module x\n\nrequire a.example/a v1.0.0\n\nrequire (\n\tb.example/b v1.2.3 // indirect\n)\n"
	for module, want := range map[string]string{"a.example/a": "v1.0.0", "b.example/b": "v1.2.3", "c.example/c": ""} {
		if got := requirement(gomod, module); got != want {
			t.Errorf("requirement(%q) = %q, want %q", module, got, want)
		}
	}
}

// The repository itself must pass the rules that need all of it.
func TestLibc(t *testing.T) {
	found, err := checkLibc(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	wantFindings(t, found)
}
