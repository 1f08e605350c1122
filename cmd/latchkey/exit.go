package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/session"
)

// The exit codes. Scripts rely on them.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
)

// exitCodes tells them to people, in help and in the reference.
const exitCodes = "Exit codes: 0 done; 1 failed; 2 the command line is wrong; 3 what was named is not there."

// exitError is an error with the exit code it leads to.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usageError says that the command cannot be meant as it was given.
func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// notFoundError says that what the command line names is not there.
func notFoundError(format string, args ...any) error {
	return &exitError{exitNotFound, fmt.Errorf(format, args...)}
}

// exitCode is what the program ends with for err.
func exitCode(err error) int {
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	if err == nil {
		return exitDone
	}
	for _, missing := range []error{installation.ErrMissing, account.ErrUserNotFound, session.ErrUnknown} {
		if errors.Is(err, missing) {
			return exitNotFound
		}
	}
	return exitFailed
}

// advice is what to do about errors that come from below with only their cause.
func advice(err error) string {
	if remedy := installation.MendSchema(err); remedy != "" {
		return "; " + remedy
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return "; check that the server runs, and that its address, the user and the name of the database are right"
	}
	if _, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		return "; write it as postgres://USER@HOST/NAME, and special characters of a password as in %40 for @"
	}
	if failure, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteAdvice[failure.Code()&primaryCode]
	}
	return ""
}

// primaryCode is the part of SQLite's codes that names the kind of failure.
const primaryCode = 0xff

var sqliteAdvice = map[int]string{
	sqlite3.SQLITE_BUSY:   "; something else is writing to it; try again in a moment",
	sqlite3.SQLITE_LOCKED: "; something else is writing to it; try again in a moment",
	sqlite3.SQLITE_FULL:   "; make room on the disk, and run it again",
	sqlite3.SQLITE_IOERR:  "; see whether the disk is full or broken, and run it again",
}

// ofPackage is how an error says which package it comes from.
var ofPackage = regexp.MustCompile(`(^|[:;] |\()(?:account|jwt|postgres|session|sqlite|sqlstore): `)

// oneLine is err for a person at a terminal: joined errors and the lines of
// others become one line, in which nothing is said twice.
func oneLine(err error) string {
	line := ""
	var said []string
	for part := range strings.Lines(err.Error()) {
		part = ofPackage.ReplaceAllString(strings.TrimSpace(part), "$1")
		if part == "" || slices.Contains(said, part) {
			continue
		}
		said = append(said, part)
		switch {
		case line == "":
		case strings.HasSuffix(line, ":"):
			line += " "
		default:
			line += "; "
		}
		line += part
	}
	return printable(line)
}
