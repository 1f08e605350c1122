package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/latchkey-go/latchkey/internal/installation"
)

// location is the flags that say where the data is, of every command that works
// on it.
type location struct {
	Data   string `help:"Directory of the keys and of the SQLite database." default:"./data" env:"LATCHKEY_DATA" type:"path"`
	DB     string `name:"db" help:"PostgreSQL database to use instead, as postgres://USER@HOST/NAME." placeholder:"URL" env:"LATCHKEY_DB"`
	DBFile string `name:"db-file" help:"File that holds the URL of the PostgreSQL database, with its password." placeholder:"FILE" env:"LATCHKEY_DB_FILE"`
	Keys   string `help:"File of the signing keys. Default: keys.json in the data directory." placeholder:"FILE" env:"LATCHKEY_KEYS"`
}

// AfterApply reads the file of --db-file once kong has parsed the flags, so that
// every command has the URL in DB. No other struct that is embedded beside
// location may have a method of this name: Go would promote neither.
func (l *location) AfterApply() error {
	if l.DBFile == "" {
		return nil
	}
	if l.DB != "" {
		return &settingError{flags: []string{"db", dbFileFlag}, err: usageError(
			"--db and --db-file (or LATCHKEY_DB and LATCHKEY_DB_FILE) both name a database; give one of them")}
	}
	url, err := readSecret("--"+dbFileFlag, l.DBFile)
	if err != nil {
		return &settingError{flags: []string{dbFileFlag}, err: err}
	}
	l.DB = url
	return nil
}

const dbFileFlag = "db-file"

func (l location) installation() installation.Location {
	return installation.Location{DataDir: l.Data, Database: l.DB, KeysFile: l.Keys}
}

// maxSecretFile bounds what is read of a file that holds one line.
const maxSecretFile = 64 << 10

// readSecret reads the one line of a file, for a secret that must not be on the
// command line.
func readSecret(flag, path string) (string, error) {
	text, err := readBounded(path, maxSecretFile)
	if err != nil {
		// A setting that cannot be used, as others are.
		return "", &exitError{exitFailed, cannotRead("the file of "+flag, path, err)}
	}
	line := strings.TrimSpace(text)
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return "", &exitError{exitFailed, fmt.Errorf("the file of %s, %s, must hold one line", flag, path)}
	}
	return line, nil
}

// readBounded reads a file that is not long.
func readBounded(path string, most int64) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	text, err := bounded(f, most)
	return text, errors.Join(err, f.Close())
}

// bounded reads what is not long.
func bounded(r io.Reader, most int64) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it is longer than %d bytes", most)
	}
	return string(text), err
}
