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
		password, err := readLine(io.LimitReader(to.in, maxPasswordLine))
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

func askPassword(ctx context.Context, to streams, fd int, prompt string) (string, error) {
	shown, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("cannot use the terminal: %w", err)
	}
	if _, err := io.WriteString(to.log, prompt); err != nil {
		return "", err
	}
	password, err := await(ctx, func() ([]byte, error) { return term.ReadPassword(fd) })
	_, _ = io.WriteString(to.log, "\n") // the one that was typed is not shown
	if err != nil {
		_ = term.Restore(fd, shown) // who pressed Ctrl+C wants to see what they type
		return "", fmt.Errorf("cannot read the password from the terminal: %w", err)
	}
	return string(password), nil
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
