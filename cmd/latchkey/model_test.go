package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestConventions: what scripts and people rely on holds for every command.
func TestConventions(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Leaves(true) {
		path := command.Path()
		if !slices.ContainsFunc(command.Flags, func(f *kong.Flag) bool { return f.Name == "json" }) {
			t.Errorf("%s: there is no --json", path)
		}
		if !strings.HasSuffix(command.Help, ".") {
			t.Errorf("%s: the help is not a sentence: %q", path, command.Help)
		}
		for _, value := range command.Positional {
			if value.Help == "" && !value.Tag.Hidden {
				t.Errorf("%s: the argument %s is not explained", path, value.Name)
			}
		}
		for _, flag := range command.Flags {
			if flag.Help == "" || !strings.HasSuffix(flag.Help, ".") {
				t.Errorf("%s: the flag --%s has no sentence: %q", path, flag.Name, flag.Help)
			}
		}
	}
}

// TestExamples: every command has an example, and the command line takes each.
func TestExamples(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	unused := map[string]bool{}
	for path := range examples {
		unused[path] = true
	}
	for _, command := range parser.Model.Leaves(true) {
		path := command.Path()
		delete(unused, path)
		found := false
		for line := range strings.Lines(examples[path]) {
			words := exampleWords(line)
			if len(words) == 0 {
				continue
			}
			parsed, err := kong.Trace(parser, words)
			switch {
			case err != nil:
				t.Errorf("%q: %v", line, err)
			case parsed.Error != nil:
				t.Errorf("%q: %v", line, parsed.Error)
			case parsed.Selected().Path() == path:
				found = true
			}
		}
		if !found {
			t.Errorf("%s has no example", path)
		}
	}
	for path := range unused {
		t.Errorf("there are examples of %q, which is no command", path)
	}
}

// exampleWords are the arguments of latchkey in a line of an example, which may
// also be a comment, or have a pipe before and a redirection behind it.
func exampleWords(line string) []string {
	_, line, found := strings.Cut(" "+line, " latchkey ")
	if !found || strings.HasPrefix(strings.TrimSpace(line), "#") {
		return nil
	}
	words := strings.Fields(strings.ReplaceAll(line, "'", ""))
	if end := slices.IndexFunc(words, func(w string) bool { return strings.ContainsAny(w[:1], "&>|<(") }); end >= 0 {
		words = words[:end]
	}
	return words
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	list := format{}.table(streams{out: &out}, "NAME", "CLIENT")
	for _, row := range [][]string{{"ada", "\x1b[31mred\x1b[0m\ttab"}, {"grace hopper", ""}} {
		if err := list.row(nil, row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := list.end("nobody"); err != nil {
		t.Fatal(err)
	}
	const want = "NAME          CLIENT\nada           �[31mred�[0m�tab\ngrace hopper  -\n"
	if out.String() != want {
		t.Errorf("got  %q\nwant %q", &out, want)
	}

	out.Reset()
	list = format{}.table(streams{out: &out}, "NAME")
	if err := list.end("There is nobody."); err != nil || out.String() != "There is nobody.\n" {
		t.Errorf("got %q, %v", &out, err)
	}
}
