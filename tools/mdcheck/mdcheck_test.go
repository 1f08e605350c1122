package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const fenced = "```"

// repository makes a module with some files; its package m has a function F.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"go.mod": "module m.example/m\n\ngo 1.26\n",
		"m.go":   "package m\n\nfunc F() int { return 1 }\n",
	}
	maps.Copy(all, files)
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("git init: %v: %s", err, out)
	}
	for name, text := range all {
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

func TestLinks(t *testing.T) {
	const other = "# Top\n\n## Twice\n\n## Twice\n\n## With `code`, and [a link](a.md)!\n\n<a id=\"by-hand\"></a>\n"
	tests := []struct {
		name, text string
		want       string // part of the problem; empty: none
	}{
		{"file", "[x](docs/b.md)", ""},
		{"folder", "[x](docs)", ""},
		{"from the root", "[x](/docs/b.md)", ""},
		{"no file", "[x](docs/c.md)", "a.md:1: link docs/c.md: no such file"},
		{"out of the repository", "[x](../b.md)", "leads out"},
		{"own heading", "# Über uns\n\n[x](#über-uns)", ""},
		{"no heading", "[x](#gone)", "no heading"},
		{"heading elsewhere", "[x](docs/b.md#top)", ""},
		{"second of a name", "[x](docs/b.md#twice-1)", ""},
		{"third of a name", "[x](docs/b.md#twice-2)", "no heading"},
		{"code and a link in the heading", "[x](docs/b.md#with-code-and-a-link)", ""},
		{"anchor by hand", "[x](docs/b.md#by-hand)", ""},
		{"picture", "![x](gone.png)", "no such file"},
		{"picture within a link", "[![x](gone.png)](docs)", "gone.png: no such file"},
		{"link around a picture", "[![x](docs/b.md)](gone)", "gone: no such file"},
		{"picture in HTML", `<img width="3" src="gone.png">`, "no such file"},
		{"reference", "[x]\n\n[x]: gone.md", "a.md:3: link gone.md"},
		{"title", `[x](gone.md "A title")`, "no such file"},
		{"page", "[x](https://pkg.go.dev/net/http)", ""},
		{"own package", "[x](https://pkg.go.dev/m.example/m)", ""},
		{"no such package", "[x](https://pkg.go.dev/m.example/m/gone)", "a.md:1: link https://pkg.go.dev/m.example/m/gone: no such package"},
		{"another module", "[x](https://pkg.go.dev/m.example/more#F)", ""},
		{"function", "[x](https://pkg.go.dev/m.example/m#F)", ""},
		{"no function", "[x](https://pkg.go.dev/m.example/m#G)", "the package has no G"},
		{"type and its members", "[x](https://pkg.go.dev/m.example/m/t#T) [y](https://pkg.go.dev/m.example/m/t#T.Field) " +
			"[z](https://pkg.go.dev/m.example/m/t#T.Do) [i](https://pkg.go.dev/m.example/m/t#I.Do) [v](https://pkg.go.dev/m.example/m/t#ErrX)", ""},
		{"no field", "[x](https://pkg.go.dev/m.example/m/t#T.Other)", "the package has no T.Other"},
		{"method of another", "[x](https://pkg.go.dev/m.example/m/t#Do)", "the package has no Do"},
		{"page without TLS", "[x](http://example.com)", "use https"},
		{"this machine", "[x](http://127.0.0.1:8080/)", ""},
		{"other kind", "[x](ftp://example.com)", "unknown kind"},
		{"in code", "`[x](gone.md)`", ""},
		{"in a block", fenced + "text\n[x](gone.md)\n" + fenced, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := repository(t, map[string]string{"a.md": tt.text, "docs/b.md": other,
				"t/t.go": "package t\n\ntype T struct{ Field int }\n\nfunc (t *T) Do() {}\n\ntype I interface{ Do() }\n\nvar ErrX error\n"})
			wantProblem(t, dir, tt.want)
		})
	}
}

func TestBlocks(t *testing.T) {
	const program = "package main\n\nimport \"m.example/m\"\n\nfunc main() { println(m.F()) }\n"
	const embedding = "package main\n\nimport _ \"embed\"\n\n//go:embed page.html\nvar page string\n\nfunc main() { println(page) }\n"
	const answer = "HTTP/1.1 401 Unauthorized\nLatchkey-Code: known\n\n{\"msg\":\"x\",\"code\":\"known\"}\n"
	tests := []struct {
		name, before, lang, code string
		want                     string
	}{
		{"program", "", "go", program, ""},
		{"broken program", "", "go", strings.Replace(program, "m.F", "m.G", 1), "a.md:7: undefined: m.G"},
		{"program with a variable that it does not use", "", "go", strings.Replace(program, "println(m.F())", "x := m.F()", 1), "a.md:7: declared and not used: x"},
		{"program of no module", "", "go", strings.Replace(program, "m.example/m", "n.example/n", 1), "a.md:5: no required module provides package n.example/n"},
		{"badly formatted program", "", "go", strings.Replace(program, "{ p", "{p", 1), "not formatted"},
		{"program of another module", "<!-- mdcheck: module sub -->", "go", strings.ReplaceAll(strings.ReplaceAll(program, "m.example/m", "s.example/s"), "m.F", "s.F"), ""},
		{"file of the repository", "", "go", embedding, ""},
		{"no longer the file of the repository", "", "go", embedding + "\n// more\n", "a.md:7: pattern page.html: no matching files found"},
		{"left out with a reason", "<!-- mdcheck: skip shows a mistake -->", "go", "func f( {\n", ""},
		{"JSON", "", "json", `{"a": 1}` + "\n", ""},
		{"broken JSON", "", "json", `{"a": …}` + "\n", "not JSON"},
		{"error with a code", "", "json", `{"msg": "x", "code": "known"}` + "\n", ""},
		{"error with a code that there is not", "", "json", `{"msg": "x", "code": "unknown"}` + "\n", "a.md:2: docs/reference/errors.md has no code unknown"},
		{"answer", "", "http", answer, ""},
		{"answer with a code that there is not", "", "http", strings.ReplaceAll(answer, "known", "unknown"), "has no code unknown"},
		{"answer that says two things", "", "http", strings.Replace(answer, "known", "other", 1), "the code is known in the body and other in the header"},
		{"answer without an empty line", "", "http", strings.Replace(answer, "\n\n", "\n", 1), "no answer of HTTP"},
		{"answer with half a body", "", "http", strings.TrimSuffix(answer, "}\n"), "the body is not JSON"},
		{"template", "", "html", "<p>{{.CSRF}}</p>\n", ""},
		{"broken template", "", "html", "<p>{{if .CSRF}}</p>\n", "this is no template"},
		{"TOML", "", "toml", "a = 1\n[b]\nc = [\"x\"]\n", ""},
		{"broken TOML", "", "toml", "a = \n", "this is not TOML"},
		{"TOML with a name twice", "", "toml", "a = 1\na = 2\n", "this is not TOML"},
		{"YAML", "", "yaml", "a:\n  - b\n", ""},
		{"broken YAML", "", "yaml", "a: [b\n", "this is not YAML"},
		{"text", "", "text", "func f( {\n", ""},
		{"a language that nothing checks", "", "golang", "func f() {}\n", `a.md:2: nothing checks blocks of "golang"`},
		{"no language", "", "", "func f() {}\n", `nothing checks blocks of ""`},
		{"left out too", "<!-- mdcheck: skip why -->", "golang", "func f() {}\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.before + "\n" + fenced + tt.lang + "\n" + tt.code + fenced + "\n"
			dir := repository(t, map[string]string{
				"a.md":       text,
				"sub/go.mod": "module s.example/s\n\ngo 1.26\n",
				"sub/s.go":   "package s\n\nfunc F() int { return 1 }\n",
				"page/a.go":  embedding,

				"docs/reference/errors.md": "# Errors\n\n| `known` | 401 |\n",
			})
			wantProblem(t, dir, tt.want)
		})
	}
}

// wantProblem checks a.md and expects a first problem, or none if want is empty.
func wantProblem(t *testing.T, dir, want string) {
	t.Helper()
	problems, err := check(dir, []string{"a.md"})
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case want == "" && len(problems) > 0:
		t.Errorf("problems: %q", problems)
	case want != "" && (len(problems) == 0 || !strings.Contains(problems[0], want)):
		t.Errorf("problems: %q, want one with %q first", problems, want)
	}
}

func TestADirectiveHoldsForOneBlock(t *testing.T) {
	block := fenced + "json\n{\n" + fenced + "\n"
	dir := repository(t, map[string]string{"a.md": "<!-- mdcheck: skip first -->\n" + block + "\n" + block})
	wantProblem(t, dir, "a.md:6: this is not JSON")
}

func TestAllFilesButBuiltOnes(t *testing.T) {
	bad := "[x](gone.md)"
	dir := repository(t, map[string]string{"a.md": bad, "docs/b.md": bad, "web/dist/c.md": bad})
	problems, err := check(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) != 2 {
		t.Errorf("problems: %q, want one in a.md and one in docs/b.md", problems)
	}
}
