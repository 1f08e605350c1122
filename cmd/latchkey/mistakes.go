package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"
)

// settingError is a mistake in settings that kong knows nothing of. Once they
// are left out, the mistakes in others show.
type settingError struct {
	flags  []string // left out wherever they were given
	inFile []string // left out of the configuration file alone
	err    error
}

func (e *settingError) Error() string { return e.err.Error() }
func (e *settingError) Unwrap() error { return e.err }

// leftOut are settings that do not count.
type leftOut struct {
	flags, inFile map[string]bool
}

// add leaves out what an error is about, and reports whether that is anything
// new.
func (l *leftOut) add(err error) bool {
	flags, inFile := []string{flagOf(err)}, []string(nil)
	if mistake, ok := errors.AsType[*settingError](err); ok {
		flags, inFile = mistake.flags, mistake.inFile
	}
	before := len(l.flags) + len(l.inFile)
	for _, name := range flags {
		if name != "" {
			l.flags[name], l.inFile[name] = true, true
		}
	}
	for _, name := range inFile {
		l.inFile[name] = true
	}
	return len(l.flags)+len(l.inFile) > before
}

// allMistakes adds to the first mistake in a setting those in others: kong stops
// at the first, and whoever sets up a server wants to know them all. It leaves
// one wrong setting after another out, wherever it was given, and parses what is
// left.
func allMistakes(args []string, first error) []error {
	mistakes := []error{first}
	without := leftOut{flags: map[string]bool{}, inFile: map[string]bool{}}
	for last := first; without.add(last); {
		left := commands{configuration: configuration{leftOut: without}}
		parsed, err := parseWithout(&left, args, without)
		if err == nil {
			return append(mistakes, left.unfit(parsed)...)
		}
		if without.flags[flagOf(err)] {
			return mistakes // it is missed now that it has been left out
		}
		mistakes, last = append(mistakes, err), err
	}
	return mistakes
}

// parseWithout parses the arguments without some flags, and without their
// variables.
func parseWithout(left *commands, args []string, without leftOut) (*kong.Context, error) {
	parser, err := newParserInto(left, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
	if err != nil {
		return nil, err
	}
	for name := range without.flags {
		args = withoutFlag(args, name)
	}
	for _, command := range parser.Model.Leaves(false) {
		for _, flag := range flagsWithin(command) {
			if without.flags[flag.Name] {
				flag.Envs, flag.Tag.Envs, flag.Required = nil, nil, false
			}
		}
	}
	return parser.Parse(args)
}

// unfit is what is wrong with settings that could be read. Without the file,
// whether they fit each other cannot be said.
func (c *commands) unfit(parsed *kong.Context) []error {
	settings := map[string]*serveSettings{
		"serve": &c.Serve.serveSettings, "doctor": &c.Doctor.serveSettings,
		"config check": &c.Config.Check.serveSettings, "config show": &c.Config.Show.serveSettings,
	}[parsed.Command()]
	if settings == nil || c.leftOut.flags[configFlag] {
		return nil
	}
	if _, err := settings.checked(streams{out: io.Discard, log: io.Discard}); err != nil {
		return []error{err}
	}
	return nil
}

// told is mistakes for whoever made them, with the help that says how the
// command is used if that is what is wrong.
func told(mistakes []error, see string) error {
	code, misused := exitFailed, false
	var plain []error
	for _, err := range mistakes {
		plain = append(plain, plainMistake(err))
		if failure, ok := errors.AsType[*exitError](err); ok {
			code = max(code, failure.code)
		} else if _, ok := errors.AsType[*kong.ParseError](err); ok {
			code, misused = exitUsage, true
		}
	}
	err := errors.Join(plain...)
	if misused {
		err = fmt.Errorf("%w; see %s --help", err, see)
	}
	return &exitError{code, err}
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
