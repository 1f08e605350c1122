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
	const before = "import { createAuthClient } from '@latchkey-go/client'; const auth = createAuthClient(); "
	cases := []struct {
		block
		want string
	}{
		{block{lang: "js", code: "const a = await fetch('/');\nconsole.log(a.status);\n"}, ""},
		{block{lang: "js", code: "export const f = (options = {}) => options.headers;\n"}, ""},
		{block{lang: "js", code: "const a = ;\n"}, "Expression expected"},
		{block{lang: "js", code: "document.cookies;\n"}, "Property 'cookies' does not exist"},
		{block{lang: "js", code: "pm.set(1);\n"}, "Cannot find name 'pm'"},
		{block{lang: "js", before: "/** @type {any} */ var pm = {}; ", code: "pm.set(1);\n"}, ""},
		{block{lang: "ts", code: "const a: = 1;\n"}, "Type expected"},
		{block{lang: "ts", code: "\nauth.start();\n"}, "Cannot find name 'auth'"},
		{block{lang: "ts", before: before, code: "auth.start();\n"}, ""},
		{block{lang: "ts", before: before, code: "auth.begin();\n"}, "Property 'begin' does not exist"},
		{block{lang: "ts", code: imports + "export const auth = createAuthClient();\n"}, ""},
		{block{lang: "ts", code: imports + "export const auth: number = createAuthClient();\n"}, "is not assignable to type 'number'"},
		{block{lang: "ts", code: imports + "createAuthClient({ mode: 'header' });\n"}, "is not assignable to type"},
		{block{lang: "ts", code: imports + "createAuthClient({}, 1);\n"}, "Expected 0-1 arguments"},
		{block{lang: "ts", code: "import { none } from '@latchkey-go/client';\n\nnone();\n"}, "has no exported member 'none'"},
		{block{lang: "ts", name: "src/mine.ts", code: "export const x = (n: number) => n;\n"}, ""},
		{block{lang: "tsx", name: "src/app.tsx", code: "import { x } from './mine';\n\nx(1);\n"}, ""},
		{block{lang: "ts", name: "src/wrong.ts", code: "import { x } from './mine';\n\nx('1');\n"}, "not assignable to parameter of type 'number'"},
		{block{lang: "ts", code: "import { x } from './nobodys';\n\nx();\n"}, "Cannot find module './nobodys'"},
		{block{lang: "ts", code: "import { x } from 'no-such-package';\n\nx();\n"}, "Cannot find module 'no-such-package'"},
		{block{lang: "tsx", code: "import { AuthProvider } from '@latchkey-go/client/react';\n\nexport const a = <AuthProvider none />;\n"}, "none"},
		{block{lang: "tsx", code: "export const a = <p>text</p>;\n"}, ""},
		{block{lang: "css", code: "main {\n  margin: 0 auto;\n}\n"}, ""},
		{block{lang: "css", code: "main {\n  margin: (;\n}\n"}, "Unexpected token"},
	}
	var blocks []block
	for i, c := range cases {
		c.file, c.line = "docs/a.md", 100*i
		blocks = append(blocks, c.block)
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
