package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestScripts(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		skip(t, "Node.js is missing")
	}
	if _, err := os.Stat("../../web/node_modules/typescript"); err != nil {
		skip(t, "web/node_modules is missing")
	}
	const imports = "import { createAuthClient } from '@latchkey-go/client';\n"
	// One run for all: starting TypeScript takes a while.
	cases := []struct{ lang, code, want string }{
		{"js", "const a = await f();\n", ""},
		{"js", "const a = ;\n", "Expression expected"},
		{"ts", "auth.whatever(1); // not declared, and a part of a program\n", ""},
		{"ts", "const a: = 1;\n", "Type expected"},
		{"ts", imports + "export const auth = createAuthClient();\n", ""},
		{"ts", imports + "export const auth: number = createAuthClient();\n", "is not assignable to type 'number'"},
		{"ts", "import { none } from '@latchkey-go/client';\n\nnone();\n", "has no exported member 'none'"},
		{"ts", "import { x } from './mine';\n\nx();\n", ""},
		{"ts", "import { x } from 'no-such-package';\n\nx();\n", "Cannot find module 'no-such-package'"},
		{"tsx", "import { AuthProvider } from '@latchkey-go/client/react';\n\nexport const a = <AuthProvider none />;\n", "none"},
		{"tsx", "export const a = <p>text</p>;\n", ""},
	}
	var blocks []block
	for i, c := range cases {
		blocks = append(blocks, block{file: "a.md", line: 100 * i, lang: c.lang, code: c.code})
	}
	problems, err := checkScripts("../..", blocks)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		var here []string
		for _, p := range problems {
			if line := lineOf(t, p); line > 100*i && line < 100*(i+1) {
				here = append(here, p)
			}
		}
		if all := strings.Join(here, "\n"); c.want == "" && all != "" || !strings.Contains(all, c.want) {
			t.Errorf("%s %q: %q, want %q", c.lang, c.code, all, c.want)
		}
	}
}

func TestScriptsWithoutNode(t *testing.T) {
	dir := t.TempDir() // without web/node_modules
	blocks := []block{{file: "a.md", lang: "ts", code: "x"}}
	t.Setenv("CI", "")
	if problems, err := checkScripts(dir, blocks); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	t.Setenv("CI", "true")
	if problems, err := checkScripts(dir, blocks); err != nil || len(problems) != 1 {
		t.Errorf("in CI: %v, %v", problems, err)
	}
}

// lineOf is the line that a problem names.
func lineOf(t *testing.T, problem string) int {
	t.Helper()
	parts := strings.SplitN(problem, ":", 3)
	line := 0
	for _, r := range parts[1] {
		line = line*10 + int(r-'0')
	}
	return line
}

func skip(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
