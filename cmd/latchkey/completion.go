package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// completionCommand is "latchkey completion".
type completionCommand struct {
	Shell string `arg:"" help:"The shell: bash, zsh or fish." enum:"bash,zsh,fish"`
	format
}

// Run prints the script that lets a shell complete commands and flags.
func (c *completionCommand) Run(parsed *kong.Context, to streams) error {
	write := map[string]func([]completed) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell]
	script := struct {
		Shell  string `json:"shell"`
		Script string `json:"script"`
	}{c.Shell, write(completions(parsed.Model))}
	return c.print(to, script, script.Script)
}

// completed is a command as completion sees it: what can follow it.
type completed struct {
	path     string // "user add"; empty for the program itself
	commands []word
	flags    []completedFlag
}

// word is something to type, and what it means.
type word struct{ text, help string }

type completedFlag struct {
	word
	short  string   // with its dash, or empty
	values []string // those there are, if they are few
	takes  bool     // a value follows
}

// completions walks through all commands.
func completions(app *kong.Application) []completed {
	var all []completed
	var walk func(*kong.Node)
	walk = func(node *kong.Node) {
		c := completed{path: node.Path()}
		for _, child := range node.Children {
			c.commands = append(c.commands, word{child.Name, child.Help})
		}
		for _, group := range node.AllFlags(true) {
			for _, flag := range group {
				c.flags = append(c.flags, completedFlagOf(flag))
			}
		}
		for _, value := range node.Positional {
			if value.Enum != "" {
				for _, text := range value.EnumSlice() {
					c.commands = append(c.commands, word{text, value.Help})
				}
			}
		}
		all = append(all, c)
		for _, child := range node.Children {
			walk(child)
		}
	}
	walk(app.Node)
	return all
}

func completedFlagOf(flag *kong.Flag) completedFlag {
	c := completedFlag{word: word{"--" + flag.Name, flag.Help}, takes: !flag.IsBool()}
	if flag.Short != 0 {
		c.short = "-" + string(flag.Short)
	}
	if flag.Enum != "" {
		c.values = flag.EnumSlice()
	}
	return c
}

// words are what can follow a command.
func (c completed) words() []string {
	var texts []string
	for _, w := range c.commands {
		texts = append(texts, w.text)
	}
	for _, f := range c.flags {
		texts = append(texts, f.text)
	}
	return texts
}

// quoted is s for a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// paths are the patterns of a case that finds the command on a line, of which
// each word adds to what was found before.
func paths(all []completed) string {
	var patterns []string
	for _, c := range all[1:] {
		patterns = append(patterns, quoted(" "+c.path))
	}
	return strings.Join(patterns, "|")
}

// at is the path of a command as paths finds it.
func (c completed) at() string {
	if c.path == "" {
		return ""
	}
	return " " + c.path
}
