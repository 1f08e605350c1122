// Package webapp is what the reference apps share besides signing in: flags, a
// directory for their data, demo users, a front end, CORS, answers in JSON.
package webapp

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// Settings are the flags that all reference apps have.
type Settings struct {
	Name       string        // of the app, for the default of Data
	Addr       string        // where to listen
	Data       string        // directory of the database and the signing secret
	AccessTTL  time.Duration // lifetime of access tokens
	RefreshTTL time.Duration // lifetime of refresh tokens, or of sessions where there are none
	Idle       time.Duration // what it means is for each app to say
	CORS       string        // other origins that are trusted, comma-separated
	BaseURL    string        // public address, where it is not the one listened on

	Now func() time.Time // the clock, for tests

	Store    *sqlstore.Store  // once it is open
	Accounts *account.Service // once they are

	auth *latchkey.Auth
	over chan struct{} // closed when all is written and the store is closed
}

// Flags defines the flags. What the fields hold already are the defaults.
func (s *Settings) Flags(idle string) {
	f := flag.CommandLine
	f.StringVar(&s.Addr, "addr", "127.0.0.1:5000", "address to listen on")
	f.StringVar(&s.Data, "data", "./.latchkey-"+s.Name, "directory of the database and the signing secret")
	f.DurationVar(&s.AccessTTL, "access-ttl", s.AccessTTL, "lifetime of access tokens")
	f.DurationVar(&s.RefreshTTL, "refresh-ttl", s.RefreshTTL, "lifetime of refresh tokens, or of sessions where there are none")
	f.DurationVar(&s.Idle, "idle", s.Idle, idle)
	f.StringVar(&s.CORS, "cors", s.CORS, "other origins that may call, comma-separated")
	f.StringVar(&s.BaseURL, "base-url", "", "public address, such as https://app.example.com, behind a reverse proxy")
}

// Choice defines a flag that has one of a few values, the first by default.
func Choice(value *string, name, usage string, choices ...string) {
	*value = choices[0]
	flag.Func(name, fmt.Sprintf("%s: %s (default %s)", usage, strings.Join(choices, " or "), choices[0]), func(text string) error {
		if !slices.Contains(choices, text) {
			return fmt.Errorf("choose %s", strings.Join(choices, " or "))
		}
		*value = text
		return nil
	})
}

// Origins are those of -cors.
func (s *Settings) Origins() []string {
	return strings.FieldsFunc(s.CORS, func(r rune) bool { return r == ',' || r == ' ' })
}

// TrustedOrigins are those of -cors and our own public one, which a reverse
// proxy may hide from us.
func (s *Settings) TrustedOrigins() []string {
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" {
		return s.Origins()
	}
	return append(s.Origins(), u.Scheme+"://"+u.Host)
}

// HTTPS says whether people come by https, which a reverse proxy then speaks.
func (s *Settings) HTTPS() bool { return strings.HasPrefix(s.BaseURL, "https://") }

// Secret is JWT_SECRET_KEY of the environment, else what is in the file
// "secret" of the data directory. The first run makes both.
func (s *Settings) Secret() (string, error) {
	if secret := os.Getenv("JWT_SECRET_KEY"); secret != "" {
		return secret, nil
	}
	path := filepath.Join(s.Data, "secret")
	if err := s.makeData(); err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeSecret(path); err == nil {
			info, err = os.Stat(path)
		}
	}
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s can be read by others, who could sign tokens: run chmod 600 %s", path, path)
	}
	secret, err := os.ReadFile(path)
	return string(secret), err
}

// makeData makes the data directory. One that is there and empty is closed to
// others; what has something in it is not ours to change.
func (s *Settings) makeData() error {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return err
	}
	if entries, err := os.ReadDir(s.Data); err != nil || len(entries) > 0 {
		return err
	}
	return os.Chmod(s.Data, 0o700)
}

// makeSecret puts a random secret into a file that is there whole or not at
// all. If another process was faster, its secret stays.
func makeSecret(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".secret-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(rand.Text() + rand.Text())
	err = errors.Join(err, f.Close())
	if err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()))
}

// FromEnvironment changes settings as the environment says, where it has one of
// the names. A JSON list stays a list, so that who asks for several values of a
// setting that has one is told.
func FromEnvironment(settings map[string]any, names ...string) {
	for _, name := range names {
		var list []any
		if text, set := os.LookupEnv(name); set && json.Unmarshal([]byte(text), &list) == nil {
			settings[name] = list
		} else if set {
			settings[name] = text
		}
	}
}
