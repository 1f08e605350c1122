// Package installation is what one Latchkey works on: its data directory, its
// database and its keys. The server and every command open them here, so that
// they find the same ones by the same rules.
package installation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// The files of a data directory.
const (
	databaseFile = "latchkey.db"
	keysFile     = "keys.json"
)

// ErrMissing is wrapped by the errors of what must be there already.
var ErrMissing = errors.New("not there")

// Location says where an installation is. DataDir is required.
type Location struct {
	// DataDir is the directory of the keys and of the SQLite database.
	DataDir string

	// Database is the URL of a PostgreSQL database, such as
	// postgres://user@host/name. Empty: SQLite, in DataDir.
	Database string

	// KeysFile holds the signing keys. Defaults to keys.json in DataDir.
	KeysFile string
}

// Check returns what can be told before anything is opened.
func (l Location) Check() error {
	return errors.Join(l.checkDatabase(), l.checkKeys())
}

func (l Location) checkDatabase() error {
	if l.Database == "" || l.IsPostgres() {
		return nil
	}
	// What was given may hold a password, and is not repeated.
	return errors.New("--db is not the URL of a PostgreSQL database; write it as postgres://USER@HOST/NAME, or leave it out for SQLite in the data directory")
}

// IsPostgres says that the database is PostgreSQL; else it is SQLite.
func (l Location) IsPostgres() bool {
	return strings.HasPrefix(l.Database, "postgres://") || strings.HasPrefix(l.Database, "postgresql://")
}

// Dialect is the kind of the database.
func (l Location) Dialect() sqlstore.Dialect {
	if l.IsPostgres() {
		return sqlstore.PostgreSQL
	}
	return sqlstore.SQLite
}

// DatabaseFile is the file of the SQLite database.
func (l Location) DatabaseFile() string { return filepath.Join(l.DataDir, databaseFile) }

// Keys is the file of the signing keys.
func (l Location) Keys() string {
	if l.KeysFile != "" {
		return l.KeysFile
	}
	return filepath.Join(l.DataDir, keysFile)
}

// Dir is the data directory as a person can find it from anywhere.
func (l Location) Dir() string {
	if abs, err := filepath.Abs(l.DataDir); err == nil {
		return abs
	}
	return l.DataDir
}

// DatabaseName names the database without its password.
func (l Location) DatabaseName() string {
	if !l.IsPostgres() {
		return filepath.Join(l.Dir(), databaseFile)
	}
	u, err := url.Parse(l.Database)
	if err != nil {
		return "PostgreSQL"
	}
	return (&url.URL{Scheme: u.Scheme, User: url.User(u.User.Username()), Host: u.Host, Path: u.Path}).String()
}

// Prepare makes the data directory, or checks the one that is there.
func (l Location) Prepare() error { return openDataDir(l.DataDir) }

// OpenStore opens the database, applies pending migrations and returns the
// store. An SQLite database is made if there is none. One into which a copy was
// cut off is refused: people would be missing. The caller closes the store.
func (l Location) OpenStore(ctx context.Context) (*sqlstore.Store, error) {
	store, err := l.OpenCopy(ctx)
	if err != nil {
		return nil, err
	}
	if err := Whole(ctx, store); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot use the database %s: %w", l.DatabaseName(), err), store.Close())
	}
	return store, nil
}

// OpenCopy is OpenStore for what copies into the database, which may have begun
// before.
func (l Location) OpenCopy(ctx context.Context) (store *sqlstore.Store, err error) {
	if l.IsPostgres() {
		store, err = postgres.Open(ctx, l.Database)
	} else {
		store, err = sqlite.Open(ctx, l.DatabaseFile())
	}
	if err != nil {
		return nil, fmt.Errorf("cannot use the database: %w", err)
	}
	return store, nil
}

// Whole returns an error for a store into which a copy was cut off.
func Whole(ctx context.Context, store *sqlstore.Store) error {
	half, err := store.HalfCopied(ctx)
	if err == nil && half {
		err = errors.New("a copy into it was cut off, so that not everybody is there; to finish it, run the same command again: latchkey db copy")
	}
	return err
}

// MendSchema says what to do about a schema that does not fit this program; empty
// for other errors.
func MendSchema(err error) string {
	switch {
	case errors.Is(err, sqlstore.ErrSchemaNew):
		return "run the version of latchkey that migrated it, or a newer one"
	case errors.Is(err, sqlstore.ErrSchemaChanged):
		return "restore a backup, or run the version of latchkey that migrated it"
	case errors.Is(err, sqlstore.ErrSchemaOld):
		return "run: latchkey migrate apply"
	}
	return ""
}

// OpenExisting is OpenStore for what works on people that are there: an SQLite
// database is not made, for that would hide a wrong --data.
func (l Location) OpenExisting(ctx context.Context) (*sqlstore.Store, error) {
	if err := l.exists(); err != nil {
		return nil, err
	}
	return l.OpenStore(ctx)
}

// OpenDB opens the database as it is: without migrations, and without making
// one.
func (l Location) OpenDB(ctx context.Context) (db *sql.DB, err error) {
	if l.IsPostgres() {
		db, err = postgres.OpenDB(ctx, l.Database)
	} else {
		if err := l.exists(); err != nil {
			return nil, err
		}
		var reader *sql.DB
		if db, reader, err = sqlite.OpenDB(ctx, l.DatabaseFile()); err == nil {
			err = reader.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("cannot use the database: %w", err)
	}
	return db, nil
}

func (l Location) exists() error {
	if l.IsPostgres() {
		return nil
	}
	_, err := os.Stat(l.DatabaseFile())
	if errors.Is(err, fs.ErrNotExist) {
		return &missingError{l.Dir()}
	}
	if err != nil {
		return fmt.Errorf("cannot use the database in %s: %w", l.Dir(), cause(err))
	}
	return nil
}

// missingError says that there is no database where one is expected.
type missingError struct{ dir string }

func (e *missingError) Error() string {
	return fmt.Sprintf("there is no database in %s; say with --data where it is, or make one with: latchkey serve", e.dir)
}

func (e *missingError) Is(target error) bool { return target == ErrMissing }

// OpenKeys opens the signing keys, and makes an Ed25519 key if there is none.
func (l Location) OpenKeys() (*jwt.Keyring, error) { return l.OpenKeyring(jwt.EdDSA) }

// OpenKeyring is OpenKeys for keys that may be for another algorithm.
func (l Location) OpenKeyring(alg jwt.Algorithm) (*jwt.Keyring, error) {
	if err := l.checkKeys(); err != nil {
		return nil, err
	}
	ring, err := jwt.OpenKeyring(l.Keys(), alg)
	if err != nil {
		return nil, l.plainKeys(err)
	}
	return ring, nil
}

// checkKeys finds what is no file where one is wanted.
func (l Location) checkKeys() error {
	path := l.Keys()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("cannot use the keys: %s is a directory; name a file with --keys, such as %s", path, filepath.Join(path, keysFile))
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("cannot use the keys: %s is a symbolic link, which could be turned elsewhere; name the file itself with --keys", path)
	}
	dir := filepath.Dir(path)
	if dir == filepath.Clean(l.DataDir) {
		return nil // which is made, or refused in words of its own
	}
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot use the keys: there is no directory %s; make it, or name another file with --keys", dir)
	case err == nil && !info.IsDir():
		return fmt.Errorf("cannot use the keys: %s is no directory; name another file with --keys", dir)
	}
	return nil
}

// plainKeys is an error of package jwt in words for people: what was refused,
// and why.
func (l Location) plainKeys(err error) error {
	if why, ok := strings.CutPrefix(err.Error(), jwt.ErrKey.Error()+": "); ok {
		return fmt.Errorf("cannot use the keys: %s", why)
	}
	return fmt.Errorf("cannot use the keys in %s: %w", l.Keys(), cause(err))
}
