package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// allMistakes adds to the first mistake in a setting those in others: kong stops
// at the first, and whoever sets up a server wants to know them all. It takes one
// wrong setting after another away, wherever it was given, and parses what is
// left. The process ends with the error, so it changes the environment.
func allMistakes(args []string, first error) error {
	mistakes, ignored := []error{plainMistake(first)}, map[string]bool{}
	for last := first; ; {
		flag := flagOf(last)
		if flag == "" || ignored[flag] {
			return errors.Join(mistakes...)
		}
		ignored[flag] = true
		args = withoutFlag(args, flag)
		var left commands
		left.ignored = ignored
		parser, err := newParserInto(&left, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
		if err != nil {
			return errors.Join(append(mistakes, err)...)
		}
		unsetFlag(parser.Model, flag)
		parsed, err := parser.Parse(args)
		if err == nil {
			return errors.Join(append(mistakes, left.unfit(parsed))...)
		}
		mistakes, last = append(mistakes, plainMistake(err)), err
	}
}

// unfit is what is wrong with settings that could be read.
func (c *commands) unfit(parsed *kong.Context) error {
	settings := map[string]*serveSettings{
		"serve": &c.Serve.serveSettings, "doctor": &c.Doctor.serveSettings,
		"config check": &c.Config.Check.serveSettings, "config show": &c.Config.Show.serveSettings,
	}[parsed.Command()]
	if settings == nil {
		return nil
	}
	_, err := settings.checked(streams{out: io.Discard, log: io.Discard})
	return err
}

var flagAtTheBeginning = regexp.MustCompile(`^--([a-z][a-z-]*)(?:=\S+)?(?:: | must )`)

// flagOf is the flag that an error of kong is about; empty if it is about none.
func flagOf(err error) string {
	match := flagAtTheBeginning.FindStringSubmatch(err.Error())
	if match == nil {
		return ""
	}
	return match[1]
}

var dashedValue = regexp.MustCompile(`^--([a-z][a-z-]*): expected \w+ value but got "(-[^"]*)" \((?:short|long) flag\)`)

// plainMistake is what kong says of a value that begins with a dash, in plain
// words.
func plainMistake(err error) error {
	match := dashedValue.FindStringSubmatch(err.Error())
	if match == nil {
		return err
	}
	if !negativeNumber.MatchString(match[2]) {
		return fmt.Errorf("--%s needs a value, and is followed by %s", match[1], match[2])
	}
	return fmt.Errorf("--%s takes no number below zero", match[1])
}

// negativeNumber is a value, and no flag.
var negativeNumber = regexp.MustCompile(`^-\d`)

// withoutFlag takes a flag out of the arguments, with its value.
func withoutFlag(args []string, flag string) []string {
	var left []string
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		if name != "--"+flag {
			left = append(left, args[i])
			continue
		}
		if !joined && i+1 < len(args) && (!strings.HasPrefix(args[i+1], "-") || negativeNumber.MatchString(args[i+1])) {
			i++
		}
	}
	return left
}

// unsetFlag takes a flag out of the environment.
func unsetFlag(app *kong.Application, name string) {
	for _, command := range app.Leaves(false) {
		for _, flag := range flagsWithin(command) {
			if flag.Name == name {
				for _, variable := range slices.Clone(flag.Envs) {
					_ = os.Unsetenv(variable) // it fails for impossible names only
				}
			}
		}
	}
}
