package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// confirmation is the flag of commands that destroy something.
type confirmation struct {
	Yes bool `help:"Do not ask whether it is meant. Required when nobody is at a terminal." short:"y"`
}

// confirm returns nil if the person means it. what is a question.
func (c confirmation) confirm(ctx context.Context, to streams, what string) error {
	if c.Yes {
		return nil
	}
	if _, ok := to.terminal(); !ok {
		return usageError("nobody is at a terminal to be asked: %s; if so, add --yes", what)
	}
	if _, err := fmt.Fprintf(to.log, "%s [y/N] ", printable(what)); err != nil {
		return err
	}
	answer, err := await(ctx, func() (string, error) { return readLine(to.in) })
	if err != nil {
		_, _ = io.WriteString(to.log, "\n") // there was no Enter
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errors.New("nothing was done, for the answer was not yes")
}

// terminal is standard input, if somebody sits there and types.
func (s streams) terminal() (fd int, ok bool) {
	f, isFile := s.in.(*os.File)
	if !isFile {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// passwordInput is the flag of commands that take a password. It is never an
// argument: those are shown to every user of the machine, and kept in a history.
type passwordInput struct {
	PasswordStdin bool `name:"password-stdin" help:"Read the password from standard input: the first line."`
}

// maxPasswordLine bounds what is read; no password is as long.
const maxPasswordLine = 4096

// readPassword reads a new password: from standard input, or twice from the
// terminal, without showing it. otherwise says what else the person can do.
func (p passwordInput) readPassword(ctx context.Context, to streams, otherwise string) (string, error) {
	if p.PasswordStdin {
		password, err := readLine(io.LimitReader(&interruptible{ctx, to.in}, maxPasswordLine))
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("cannot read the password from standard input: %w", err)
		}
		if password == "" {
			return "", usageError("there is no password on standard input; write it there as one line")
		}
		return password, nil
	}
	fd, ok := to.terminal()
	if !ok {
		return "", usageError("nobody is at a terminal to type a password; give it with --password-stdin%s", otherwise)
	}
	first, err := askPassword(ctx, to, fd, "New password: ")
	if err != nil {
		return "", err
	}
	second, err := askPassword(ctx, to, fd, "The same again: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two passwords differ, and nothing was done; try again")
	}
	return first, nil
}

// errInterrupted is what somebody is told who has ended a command.
var errInterrupted = errors.New("interrupted before it was done; run the command again")

// askPassword reads a line that is not shown. Ctrl+C ends it, and so does Ctrl+D.
func askPassword(ctx context.Context, to streams, fd int, prompt string) (string, error) {
	shown, err := term.MakeRaw(fd)
	if err != nil {
		return "", fmt.Errorf("cannot use the terminal: %w", err)
	}
	// The prompt goes where messages go, which need not be the terminal.
	_, _ = io.WriteString(to.log, prompt)
	hidden := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{oneByOne{to.in}, io.Discard}, "")
	password, err := await(ctx, func() (string, error) { return hidden.ReadPassword("") })
	restored := term.Restore(fd, shown)
	_, _ = io.WriteString(to.log, "\n") // the one that was typed is not shown
	if errors.Is(err, io.EOF) {
		err = errInterrupted
	} else if err != nil {
		err = fmt.Errorf("cannot read from the terminal: %w", err)
	}
	return password, errors.Join(err, restored)
}

// await returns what read returns, or the error of ctx: a read from a terminal
// does not end by itself when somebody presses Ctrl+C.
func await[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	if err := ctx.Err(); err != nil {
		var none T
		return none, err
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// readLine reads one line and returns it without its end.
func readLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(r).ReadString('\n')
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}
