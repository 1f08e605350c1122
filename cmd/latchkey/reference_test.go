package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write docs/reference/cli.md instead of comparing it")

// The reference has an introduction that is written by hand, up to this line.
const (
	referenceFile = "../../docs/reference/cli.md"
	generatedMark = "<!-- From here on the text is generated: go test ./cmd/latchkey -run TestReference -update -->\n"
)

// TestReference: the reference says what the commands' help says.
func TestReference(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	introduction, have, found := strings.Cut(string(text), generatedMark)
	if !found {
		t.Fatalf("%s lacks the line\n%s", referenceFile, generatedMark)
	}
	want := "\n" + reference(parser.Model)
	if *update {
		if err := os.WriteFile(referenceFile, []byte(introduction+generatedMark+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have != want {
		t.Errorf("docs/reference/cli.md is not what the commands are; write it with\n\tgo test ./cmd/latchkey -run TestReference -update")
	}
}

// commonFlags are explained once: most commands have them.
var commonFlags = []string{"help", "json", "config", "data", "db", "db-file", "keys"}

// reference describes all commands in Markdown.
func reference(app *kong.Application) string {
	var b strings.Builder
	b.WriteString("## Common flags\n\nMost commands have these; each says below which.\n\n")
	common := map[string]*kong.Flag{}
	for _, command := range app.Leaves(true) {
		for _, flag := range flagsOf(command) {
			if _, ok := common[flag.Name]; !ok {
				common[flag.Name] = flag
			}
		}
	}
	var flags []*kong.Flag
	for _, name := range commonFlags {
		if flag := common[name]; flag != nil {
			flags = append(flags, flag)
		}
	}
	writeFlags(&b, flags)
	b.WriteString("\n## Commands\n\n")
	for _, command := range app.Leaves(true) {
		fmt.Fprintf(&b, "- [`latchkey %s`](#latchkey-%s): %s\n", command.Path(), strings.ReplaceAll(command.Path(), " ", "-"), command.Help)
	}
	for _, command := range app.Leaves(true) {
		writeCommand(&b, command)
	}
	return b.String()
}

func flagsOf(command *kong.Node) []*kong.Flag {
	return slices.Concat(command.AllFlags(true)...)
}

func writeCommand(b *strings.Builder, command *kong.Node) {
	fmt.Fprintf(b, "\n### latchkey %s\n\n%s\n\n", command.Path(), command.Help)
	usage := []string{"latchkey", command.Path()}
	arguments := slices.DeleteFunc(slices.Clone(command.Positional), func(v *kong.Positional) bool { return v.Tag.Hidden })
	for _, value := range arguments {
		usage = append(usage, value.Summary())
	}
	fmt.Fprintf(b, "Usage: `%s [flags]`\n", strings.Join(usage, " "))
	if len(arguments) > 0 {
		b.WriteString("\n| argument | meaning |\n| --- | --- |\n")
		for _, value := range arguments {
			fmt.Fprintf(b, "| `%s` | %s |\n", value.Name, cell(value.Help))
		}
	}
	var own []*kong.Flag
	var common []string
	for _, flag := range flagsOf(command) {
		if slices.Contains(commonFlags, flag.Name) {
			common = append(common, "`--"+flag.Name+"`")
		} else {
			own = append(own, flag)
		}
	}
	if len(own) > 0 {
		b.WriteString("\n")
		writeFlags(b, own)
	}
	fmt.Fprintf(b, "\nCommon flags: %s.\n", strings.Join(common, ", "))
	if lines := strings.TrimSpace(examples[command.Path()]); lines != "" {
		shell := "sh"
		if strings.Contains(lines, "<(") {
			shell = "bash"
		}
		fmt.Fprintf(b, "\n```%s\n%s\n```\n", shell, lines)
	}
}

func writeFlags(b *strings.Builder, flags []*kong.Flag) {
	b.WriteString("| flag | default | environment | meaning |\n| --- | --- | --- | --- |\n")
	for _, flag := range flags {
		name := "`--" + flag.Name
		if !flag.IsBool() {
			name += "=" + placeholder(flag)
		}
		name += "`"
		if flag.Short != 0 {
			name = "`-" + string(flag.Short) + "`, " + name
		}
		value := ""
		if flag.HasDefault {
			value = "`" + flag.Default + "`"
		}
		var envs []string
		for _, env := range flag.Envs {
			envs = append(envs, "`"+env+"`")
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, value, strings.Join(envs, ", "), cell(flag.Help))
	}
}

func placeholder(flag *kong.Flag) string {
	switch {
	case flag.PlaceHolder != "":
		return flag.PlaceHolder
	case flag.Enum != "":
		return strings.Join(flag.EnumSlice(), "\\|")
	}
	return strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
}

// cell is text in a table of Markdown.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`).Replace(s)
}
