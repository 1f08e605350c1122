package installation

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

func TestCheckTellsNothingOfTheURL(t *testing.T) {
	for _, database := range []string{"", "postgres://ada:secret@localhost/app", "postgresql:///app"} {
		if err := (Location{Database: database}).Check(); err != nil {
			t.Errorf("%q is refused: %v", database, err)
		}
	}
	for _, database := range []string{"mysql://ada:secret@localhost/app", "host=localhost password=secret", "secret", "postgres:secret"} {
		err := Location{Database: database}.Check()
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "--db") {
			t.Errorf("%q: got %v", database, err)
		}
	}
}

func TestDatabaseName(t *testing.T) {
	dir := t.TempDir()
	for l, want := range map[Location]string{
		{DataDir: dir}: filepath.Join(dir, "latchkey.db"),
		{Database: "postgres://ada:secret@db.example:5433/app?password=secret"}: "postgres://ada@db.example:5433/app",
		{Database: "postgres://%zz:secret@/"}:                                   "PostgreSQL",
	} {
		if got := l.DatabaseName(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOpen(t *testing.T) {
	l := Location{DataDir: filepath.Join(t.TempDir(), "data")}
	if err := l.Prepare(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.OpenExisting(t.Context()); !errors.Is(err, ErrMissing) {
		t.Errorf("a database that is not there: got %v", err)
	}
	if _, err := l.OpenDB(t.Context()); !errors.Is(err, ErrMissing) {
		t.Errorf("a database that is not there: got %v", err)
	}
	if left, err := os.ReadDir(l.DataDir); err != nil || len(left) > 0 {
		t.Errorf("looking left %v, %v", left, err)
	}

	store, err := l.OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	if store, err = l.OpenExisting(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	db, err := l.OpenDB(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenPostgres(t *testing.T) {
	l := Location{DataDir: t.TempDir(), Database: pgtest.DSN(t)}
	store, err := l.OpenExisting(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if got := store.Dialect(); got != l.Dialect() {
		t.Errorf("the store is %v", got)
	}
}

func TestOpenKeys(t *testing.T) {
	l := Location{DataDir: t.TempDir()}
	ring, err := l.OpenKeys()
	if err != nil {
		t.Fatal(err)
	}
	again, err := l.OpenKeys()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := again.KeySet().SigningKey().ID(), ring.KeySet().SigningKey().ID(); got != want {
		t.Errorf("opened again the key is %s, not %s", got, want)
	}
	elsewhere := filepath.Join(t.TempDir(), "own.json")
	l.KeysFile = elsewhere
	if _, err := l.OpenKeys(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(elsewhere); err != nil {
		t.Error(err)
	}
}

func TestMain(m *testing.M) { pgtest.Main(m) }
