package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestCommands asks the real program.
func TestCommands(t *testing.T) {
	commands, err := newCommandChecker("../..")
	if err != nil {
		t.Fatal(err)
	}
	defer commands.close()
	t.Setenv("LATCHKEY_ACCESS_TTL", "nonsense") // the reader does not have it
	for name, tt := range map[string]struct{ file, code, want string }{
		"shell":                 {"a.md", "if true; then\n  echo ok\nfi\n", ""},
		"broken shell":          {"a.md", "echo ok\nif true\n", "a.md:12: a shell cannot read this"},
		"bash for sh":           {"a.md", "cat <(true)\n", "a.md:11: a shell cannot read this"},
		"command":               {"a.md", "latchkey user add ada --admin --base-url https://app.example.com\n", ""},
		"unknown flag":          {"a.md", "\nlatchkey user add ada --adnim\n", "a.md:12: latchkey: unknown flag --adnim"},
		"unknown command":       {"a.md", "latchkey user ad ada\n", "unexpected argument ad"},
		"half a command":        {"a.md", "latchkey user\n", "latchkey user: this is not a whole command"},
		"help":                  {"a.md", "latchkey user --help\n", ""},
		"too many arguments":    {"a.md", "latchkey user add ada grace\n", "unexpected argument grace"},
		"value of another kind": {"a.md", "latchkey session list --limit many\n", "--limit"},
		"value without a name":  {"a.md", "latchkey serve --access-ttl\n", "--access-ttl"},
		"variables":             {"a.md", "latchkey session list \"$name\" --limit $n --data ${HOME}/x\n", ""},
		"redirections":          {"a.md", "latchkey user list --limit 0 --json >x.jsonl 2>&1 &\n", ""},
		"within a pipeline":     {"a.md", "true && echo x | latchkey user add ada --pasword-stdin\n", "unknown flag --pasword-stdin"},
		"within quotes":         {"a.md", "x=\"$(latchkey user shwo ada)\"\n", "unexpected argument shwo"},
		"in a comment":          {"a.md", "# latchkey user shwo ada\n", ""},
		"from the source":       {"docs/a.md", "go run ./cmd/latchkey serve --bogus\n", "unknown flag --bogus"},
		"in a container":        {"a.md", "docker run -v latchkey:/data latchkey serve --bogus\n", "unknown flag --bogus"},
		"another program":       {"a.md", "systemctl restart latchkey --bogus\n", ""},
		"program":               {"a.md", "cd examples\ngo run ./spa\n", ""},
		"program of the folder": {"examples/README.md", "go run ./spa\n", ""},
		"no program":            {"a.md", "cd examples\ngo run ./spaa\n", "a.md:12: there is no program ./spaa"},
		"make":                  {"a.md", "make fuzz FUZZTIME=5m\n", ""},
		"make nothing":          {"a.md", "make fuzzz\n", "fuzzz"},
		"script":                {"web/README.md", "npm run e2e\nnpm test\n", ""},
		"no script":             {"web/README.md", "npm run e3e\n", "web/package.json has no script e3e"},
		"script elsewhere":      {"a.md", "npm --prefix web run e3e\n", "web/package.json has no script e3e"},
		"script of the reader":  {"docs/a.md", "npm run e3e\n", ""},
	} {
		problems := commands.check(block{file: tt.file, line: 10, lang: "sh", code: tt.code})
		if all := strings.Join(problems, "\n"); !strings.Contains(all, tt.want) || tt.want == "" && all != "" {
			t.Errorf("%s: %q, want %q", name, all, tt.want)
		}
	}
	if problems := commands.check(block{lang: "bash", code: "source <(latchkey completion bash)\n"}); len(problems) > 0 {
		t.Errorf("bash: %q", problems)
	}
	for text, want := range map[string]string{
		"Use `latchkey user add ada --admin`.":    "",
		"Use `latchkey user`.":                    "",
		"Use `latchkey user ad`.":                 "a.md:1: latchkey: unexpected argument ad",
		"Usage: `latchkey key list [flags]`":      "",
		"`latchkey.Config`, `latchkey`":           "",
		"| `latchkey serve --acces-ttl 5m` | x |": "unknown flag --acces-ttl",
	} {
		var all []string
		for _, b := range parse("a.md", text).commands {
			all = append(all, commands.check(b)...)
		}
		if found := strings.Join(all, "\n"); !strings.Contains(found, want) || want == "" && found != "" {
			t.Errorf("%s: %q, want %q", text, found, want)
		}
	}
	for name, tt := range map[string]struct{ code, want string }{
		"settings":            {"access-ttl = \"5m\"\ntrusted-proxy = [\"127.0.0.1\"]\n", ""},
		"unknown setting":     {"acces-ttl = \"5m\"\n", `no setting "acces-ttl"`},
		"wrong value":         {"access-ttl = \"5 minutes\"\n", "is not a length of time"},
		"value that is worse": {"base-url = \"http://app.example.com\"\n", "use https"},
		"files of the reader": {"db-file = \"/etc/x/url\" # secret\nbreached-passwords = \"/etc/x/list\"\n", ""},
		"and mistakes too":    {"db-file = \"/etc/x/url\"\nhash-memory = 1\n", "hash-memory"},
	} {
		if err := commands.settings(block{code: tt.code}); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		skip(t, "python3 is missing")
	}
	if err := checkPython("import jwt\n\ndef f(x):\n    return x\n"); err != nil {
		t.Error(err)
	}
	if err := checkPython("def f(x)\n    return x\n"); err == nil || !strings.Contains(err.Error(), "this is not Python: SyntaxError") {
		t.Errorf("without a colon: %v", err)
	}
	t.Setenv("PATH", "")
	t.Setenv("CI", "")
	if err := checkPython("def"); err != nil {
		t.Errorf("without Python: %v", err)
	}
	t.Setenv("CI", "true")
	if err := checkPython("def"); err == nil || !strings.Contains(err.Error(), "python3 is missing") {
		t.Errorf("without Python in CI: %v", err)
	}
}
