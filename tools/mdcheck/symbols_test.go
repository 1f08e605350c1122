package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestSymbols(t *testing.T) {
	files := map[string]string{
		"m.go":          "package m\n\ntype Config struct{ Issuer string }\n\nfunc (c *Config) Check() {}\n\nconst Limit = 1\n",
		"sub/s.go":      "package s\n\nfunc New() {}\n",
		"internal/i.go": "package i\n",
	}
	tests := map[string]string{
		"`m.Config`, `m.Config.Issuer`, `m.Config.Check`, `m.Limit`": "",
		"`m.Config{Issuer: x}`, `&m.Config{}`, `s.New()`":            "",
		"`m.Confg`":                     "package m has no Confg",
		"`m.Config.Isuer`":              "package m has no Config.Isuer",
		"`m.Config.Verify()`":           "package m has no Config.Verify",
		"`m.New`":                       "package m has no New",
		"`s.Now()`":                     "package s has no Now",
		"`m.config`":                    "",
		"`i.Gone`, `http.Gone`, `x.Xs`": "",
		"m.Gone":                        "",
	}
	var lines []string
	for text := range tests {
		lines = append(lines, text)
	}
	files["a.md"] = strings.Join(lines, "\n")
	problems, err := check(repository(t, files), []string{"a.md"})
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range lines {
		var here strings.Builder
		for _, p := range problems {
			if _, what, ok := strings.Cut(p, fmt.Sprintf("a.md:%d: ", i+1)); ok {
				here.WriteString(what)
			}
		}
		if here.String() != tests[text] {
			t.Errorf("%s: %q, want %q", text, here.String(), tests[text])
		}
	}
}
