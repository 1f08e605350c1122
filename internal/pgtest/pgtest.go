// Package pgtest gives tests a PostgreSQL database: an empty schema for each
// test on the server that LATCHKEY_TEST_POSTGRES names, else on the one at
// localhost:5432, else on a private server that it starts from installed
// binaries and throws away.
//
// A package whose tests use it says so in TestMain:
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
//
// The command pgtest-run starts one server for many packages.
package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Variable names the environment variable with the server's DSN.
const Variable = "LATCHKEY_TEST_POSTGRES"

// localhost is where a developer's own server would be.
const localhost = "postgres://postgres@localhost:5432/postgres?sslmode=disable&connect_timeout=2"

// Main runs the tests and then stops the server, if one was started for them.
func Main(m *testing.M) { os.Exit(Tests{m}.Run()) }

// Tests is Main for a TestMain that goes on to another, such as testscript.Main.
type Tests struct{ M *testing.M }

// Run runs the tests, then stops the server, and returns the exit code.
func (t Tests) Run() int {
	code := t.M.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = max(code, 1)
	}
	return code
}

// DSN returns the DSN of an empty schema that is dropped when the test ends.
// Without a server the test is skipped, in CI it fails.
func DSN(t testing.TB) string {
	t.Helper()
	server, err := shared.find()
	if err != nil {
		CannotTest(t, "without PostgreSQL (set "+Variable+", or install Debian's package postgresql)", err)
	}
	schema := "latchkey_test_" + strings.ToLower(rand.Text())
	if err := execute(t.Context(), server, "CREATE SCHEMA "+schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(context.Background(), server, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
	})
	return WithSetting(server, "search_path", schema)
}

// CannotTest skips a test for want of something on this machine; in CI it fails
// it.
func CannotTest(t testing.TB, why string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("this cannot be tested %s, and CI must not go without: %v", why, err)
	}
	t.Skipf("NOT TESTED: %s: %v", why, err)
}

func execute(ctx context.Context, dsn, statement string) error {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// WithSetting adds a setting of the connection to a DSN of either form.
func WithSetting(dsn, name, value string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Scheme == "" {
		return dsn + " " + name + "='" + value + "'"
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String()
}

// shared is the server of this test binary.
var shared server

type server struct {
	once    sync.Once
	dsn     string
	err     error
	cluster *Cluster
}

func (s *server) find() (dsn string, err error) {
	s.once.Do(func() { s.dsn, s.cluster, s.err = Find(context.Background()) })
	return s.dsn, s.err
}

func (s *server) stop() error {
	s.once.Do(func() {}) // no test asked, so none is started any more
	if s.cluster == nil {
		return nil
	}
	return s.cluster.Stop()
}

// Find returns the DSN of a server: a given one, or one it starts. cluster is nil
// for a given one; otherwise the caller stops it.
func Find(ctx context.Context) (dsn string, cluster *Cluster, err error) {
	if dsn := os.Getenv(Variable); dsn != "" {
		if err := ping(ctx, dsn); err != nil {
			return "", nil, fmt.Errorf("%s does not lead to a server: %w", Variable, err)
		}
		return dsn, nil, nil
	}
	if ping(ctx, localhost) == nil {
		return localhost, nil, nil
	}
	cluster, err = Start(ctx)
	if err != nil {
		return "", nil, err
	}
	return cluster.DSN, cluster, nil
}

func ping(ctx context.Context, dsn string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return execute(ctx, dsn, "SELECT 1")
}
