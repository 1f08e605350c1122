package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The documentation itself, as make docs makes it.
func TestDocumentation(t *testing.T) {
	out := t.TempDir()
	problems, err := run("../..", out)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	for name, want := range map[string]string{
		"index.html":              `<a href="tutorial/index.html">Tutorial</a>`,
		"tutorial/1-api.html":     `<title>1. Protect an API · Latchkey</title>`,
		"tutorial/2-cookies.html": `<a rel="next" href="../tutorial/3-accounts.html">`,
		"guides/csrf.html":        `aria-current="page"`,
		"concepts/sessions.html":  `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Messages between Tab, Server, Store"`,
		"readme.html":             `<img src="images/account.png"`,
		"security.html":           `<a href="security-model.html">`,
	} {
		if page := read(t, out, name); !strings.Contains(page, want) {
			t.Errorf("%s has no %s", name, want)
		}
	}
	index := read(t, out, "index.html")
	for _, group := range []string{"Start here", "Tutorial", "Guides", "Concepts", "Reference"} {
		if !strings.Contains(index, "<h2>"+group+"</h2>\n<ul>\n<li>") {
			t.Errorf("the menu has no %s", group)
		}
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// repository is one with an index and another page.
func repository(t *testing.T, page string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"docs/README.md":     "# Docs\n\n## Group\n\n- [A](a/b.md): words\n",
		"docs/a/b.md":        page,
		"docs/images/x.svg":  "<svg/>",
		"README.md":          "# Readme\n\n## Part\n",
		"SECURITY.md":        "# Security\n",
		"CONTRIBUTING.md":    "# Contributing\n",
		"CHANGELOG.md":       "# Changelog\n",
		"code/main.go":       "package main\n",
		"docs/a/ignored.txt": "x",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestPages(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"page":             {"# B\n\n[x](../../README.md#part)\n", `<a href="../readme.html#part">x</a>`},
		"index":            {"# B\n\n[x](../README.md)\n", `<a href="../index.html">x</a>`},
		"same page":        {"# B\n\n## Two words\n\n[x](#two-words)\n", `<h2 id="two-words">`},
		"file of code":     {"# B\n\n[x](../../code/main.go)\n", `<a href="https://github.com/latchkey-go/latchkey/blob/main/code/main.go">`},
		"folder":           {"# B\n\n[x](../../code)\n", `<a href="https://github.com/latchkey-go/latchkey/tree/main/code">`},
		"elsewhere":        {"# B\n\n[x](https://go.dev/)\n", `<a href="https://go.dev/">x</a>`},
		"picture":          {"# B\n\n![x](../images/x.svg)\n", `<img src="../images/x.svg" alt="x"`},
		"code":             {"# B\n\n```go\na < b\n```\n", `<code class="language-go">a &lt; b` + "\n</code>"},
		"table":            {"# B\n\n| a |\n| --: |\n| 1 |\n", `<td align="right">1</td>`},
		"wide table":       {"# B\n\n| | a |\n| --- | --- |\n| 1 | 2 |\n", "<div class=\"table\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<td></td>"},
		"comment":          {"# B\n\n<!-- mdcheck: skip x -->\ntext\n", "<h1 id=\"b\">B</h1>\n<p>text</p>"},
		"HTML in code":     {"# B\n\n`<b>`\n", "<code>&lt;b&gt;</code>"},
		"title with code":  {"# The `b` of *c*\n", "<title>The b of c · Latchkey</title>"},
		"unknown diagram":  {"# B\n\n```mermaid\npie\n```\n", "<figcaption>A diagram in the language Mermaid</figcaption>"},
		"title as anchor":  {"# B & C\n", `<h1 id="b--c">`},
		"style sheet":      {"# B\n", `<link rel="stylesheet" href="../site.css">`},
		"security policy":  {"# B\n", "default-src 'none'; style-src 'self'; img-src 'self'"},
		"source of a page": {"# B\n", "latchkey/blob/main/docs/a/b.md"},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "site")
			problems, err := run(repository(t, tt.text), out)
			if err != nil || len(problems) > 0 {
				t.Fatal(problems, err)
			}
			if page := read(t, out, "a/b.html"); !strings.Contains(page, tt.want) {
				t.Errorf("it has no %s:\n%s", tt.want, page)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"no title":           {"text\n", "a/b.html: it has no title"},
		"title of another":   {"# Readme\n", "it has the title of a/b.html"},
		"anchor":             {"# B\n\n[x](#none)\n", "there is no none in this page"},
		"anchor elsewhere":   {"# B\n\n[x](../README.md#none)\n", "there is no none in ../index.html"},
		"picture from afar":  {"# B\n\n![x](https://example.com/x.png)\n", "https://example.com/x.png comes from elsewhere"},
		"script in the text": {"# B\n\n[x](javascript:alert%281%29)\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			problems, err := run(repository(t, tt.text), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if all := strings.Join(problems, "\n"); !strings.Contains(all, tt.want) || tt.want == "" && all != "" {
				t.Errorf("problems %q, want %q", all, tt.want)
			}
		})
	}
	dir := repository(t, "# B\n")
	if err := os.WriteFile(filepath.Join(dir, "docs/c.md"), []byte("# C\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if problems, err := run(dir, t.TempDir()); err != nil || len(problems) != 1 || !strings.HasPrefix(problems[0], "docs/c.md: docs/README.md does not") {
		t.Errorf("a page that is not in the index: %q, %v", problems, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "docs/README.md"), []byte("# Docs\n\n## Group\n\n- [A](a/b.md)\n- [B](a/b.md)\n- [C](c.md)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if problems, err := run(dir, t.TempDir()); err != nil || len(problems) != 1 || problems[0] != "docs/a/b.md: docs/README.md has it twice below Group" {
		t.Errorf("a page that is twice in the index: %q, %v", problems, err)
	}
	if _, err := run(repository(t, "# B\n\n<b>bold</b>\n\n<div>x</div>\n"), t.TempDir()); err == nil || !strings.Contains(err.Error(), "docs/a/b.md: there is HTML in it") {
		t.Errorf("HTML: %v", err)
	}
}

func TestVerifyLooksAtThePages(t *testing.T) {
	dir := t.TempDir()
	page := `<title>T</title><script src="x.js"></script><p style="color:red">x</p><a href="gone.html">x</a>`
	if err := os.WriteFile(filepath.Join(dir, "a.html"), []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	problems, err := verify(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(problems, "\n")
	for _, want := range []string{"the policy forbids <script", "the link x.js leads nowhere", "the link gone.html leads nowhere"} {
		if !strings.Contains(all, want) {
			t.Errorf("problems %q lack %q", all, want)
		}
	}
}
