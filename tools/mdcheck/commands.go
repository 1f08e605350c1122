package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"mvdan.cc/sh/v3/syntax"
)

// A commandChecker asks the programs of the repository about commands and
// settings for them.
type commandChecker struct {
	root   string
	temp   string
	binary string // latchkey, if the repository has it
}

// newCommandChecker builds the command latchkey. close removes it.
func newCommandChecker(root string) (*commandChecker, error) {
	c := &commandChecker{root: root}
	if !isThere(root, "cmd/latchkey") {
		return c, nil
	}
	var err error
	if c.temp, err = os.MkdirTemp("", "mdcheck"); err != nil {
		return nil, err
	}
	c.binary = filepath.Join(c.temp, "latchkey")
	cmd := exec.Command("go", "build", "-o", c.binary, "./cmd/latchkey")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot build cmd/latchkey: %w: %s", err, out), c.close())
	}
	return c, nil
}

func (c *commandChecker) close() error { return os.RemoveAll(c.temp) }

// check returns one line for each mistake in a block for a shell.
func (c *commandChecker) check(b block) []string {
	calls, err := b.calls()
	if mistake, ok := errors.AsType[syntax.ParseError](err); ok {
		return []string{fmt.Sprintf("%s:%d: a shell cannot read this: %s", b.file, b.line+int(mistake.Pos.Line()), mistake.Text)}
	}
	if err != nil {
		return []string{fmt.Sprintf("%s:%d: a shell cannot read this: %v", b.file, b.line, err)}
	}
	var problems []string
	folders := []string{"", path.Dir(b.file)}
	for _, call := range calls {
		if len(call.words) > 1 && call.words[0] == "cd" {
			folders = append(folders, call.words[1])
		}
		if err := c.run(call.words, folders); err != nil && !(b.prose && errors.Is(err, errHalf)) {
			problems = append(problems, fmt.Sprintf("%s:%d: %v", b.file, call.line, err))
		}
	}
	return problems
}

// run asks the program of a command, if it is one of ours, whether it would take
// it. folders are those that the reader may be in.
func (c *commandChecker) run(words, folders []string) error {
	switch {
	case words[0] == "make":
		return c.make(words[1:])
	case words[0] == "npm":
		return c.npm(words[1:], folders)
	case words[0] == "latchkey":
		return c.latchkey(words[1:])
	case len(words) > 2 && words[0] == "docker" && words[1] == "run":
		if image := slices.Index(words, "latchkey"); image > 0 {
			return c.latchkey(words[image+1:])
		}
	case len(words) > 2 && words[0] == "go" && words[1] == "run" && strings.HasPrefix(words[2], "./"):
		if !slices.ContainsFunc(folders, func(dir string) bool { return isThere(c.root, path.Join(dir, words[2])) }) {
			return fmt.Errorf("there is no program %s", words[2])
		}
		if words[2] == "./cmd/latchkey" {
			return c.latchkey(words[3:])
		}
	}
	return nil
}

var errHalf = errors.New("this is not a whole command")

// latchkey asks for help in the middle of a command: the program reads all of it,
// and then either has a mistake to tell or does nothing but help.
func (c *commandChecker) latchkey(args []string) error {
	if c.binary == "" {
		return nil
	}
	out, err := c.quietly(append(slices.Clone(args), "--help")...)
	if err != nil {
		return errors.New(firstLine(out))
	}
	if strings.Contains(firstLine(out), "<command>") && !slices.Contains(args, "--help") {
		return fmt.Errorf("latchkey %s: %w", strings.Join(args, " "), errHalf)
	}
	return nil
}

// quietly runs latchkey without settings from here.
func (c *commandChecker) quietly(args ...string) (string, error) {
	cmd := exec.Command(c.binary, args...)
	cmd.Dir = c.temp
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LATCHKEY_") })
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// make lets make say what it would do.
func (c *commandChecker) make(args []string) error {
	if !isThere(c.root, "Makefile") {
		return nil
	}
	cmd := exec.Command("make", append([]string{"--dry-run", "--silent"}, args...)...)
	cmd.Dir = c.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.New(firstLine(string(out)))
	}
	return nil
}

// npm looks for the script that is to be run, where there is a package of ours.
func (c *commandChecker) npm(args, folders []string) error {
	if len(args) > 1 && args[0] == "--prefix" {
		folders, args = args[1:2], args[2:]
	}
	if len(args) == 0 || args[0] != "test" && (args[0] != "run" || len(args) < 2) {
		return nil
	}
	script := args[len(args)-1]
	if args[0] == "run" {
		script = args[1]
	}
	for _, dir := range folders {
		data, err := os.ReadFile(filepath.Join(c.root, dir, "package.json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var pkg struct{ Scripts map[string]string }
		if err := errors.Join(err, json.Unmarshal(data, &pkg)); err != nil {
			return err
		}
		if pkg.Scripts[script] == "" {
			return fmt.Errorf("%s has no script %s", path.Join(dir, "package.json"), script)
		}
	}
	return nil
}

// settings lets latchkey read a configuration file. The files that it names are
// on the reader's machine, and may be missing here.
func (c *commandChecker) settings(b block) error {
	if c.binary == "" {
		return nil
	}
	const name = "latchkey.toml"
	if err := os.WriteFile(filepath.Join(c.temp, name), []byte(b.code), 0o600); err != nil {
		return err
	}
	out, err := c.quietly("config", "check", "--config", name)
	if err == nil {
		return nil
	}
	mistakes := slices.DeleteFunc(strings.Split(firstLine(out), "; "), func(mistake string) bool {
		return strings.HasSuffix(mistake, syscall.ENOENT.Error()) || strings.Contains(mistake, ": there is no file /") ||
			strings.HasPrefix(mistake, "see latchkey")
	})
	if len(mistakes) > 0 {
		return errors.New(strings.Join(mistakes, "; "))
	}
	return nil
}

func isThere(root, name string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
}
