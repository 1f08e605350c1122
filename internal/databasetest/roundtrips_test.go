package databasetest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// countedApp is an application over HTTP on a database that is counted.
type countedApp struct {
	t       *testing.T
	handler http.Handler
	auth    *latchkey.Auth
	passed  atomic.Int64 // how long after now it is
}

func (a *countedApp) now() time.Time { return now.Add(time.Duration(a.passed.Load())) }

// onTime is a store whose clock is that of the application.
type onTime struct {
	*sqlstore.Store
	app *countedApp
}

func (s onTime) Feed(ctx context.Context, after int64) (*session.Feed, error) {
	f, err := s.Store.Feed(ctx, after)
	if err == nil {
		f.Now = s.app.now()
	}
	return f, err
}

func newCountedApp(t *testing.T, db string) *countedApp {
	a := &countedApp{t: t}
	driver, dialect, dsn := "sqlite", sqlstore.SQLite, ""
	if db == "postgres" {
		driver, dialect, dsn = "pgx", sqlstore.PostgreSQL, pgtest.WithSetting(pgtest.DSN(t), "default_query_exec_mode", "exec")
	} else {
		dsn = "file:" + filepath.ToSlash(filepath.Join(t.TempDir(), "db"))
	}
	pool := openCounting(t, driver, dsn)
	pool.SetMaxOpenConns(1) // one writer, as SQLite has it
	if _, err := sqlstore.Apply(t.Context(), pool, dialect); err != nil {
		t.Fatal(err)
	}
	store := onTime{sqlstore.New(pool, dialect), a}
	keys, err := jwt.NewKeyring(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	a.auth, err = latchkey.New(latchkey.Config{Issuer: "https://app.example.com", Keys: keys, Store: store, Now: a.now})
	if err != nil {
		t.Fatal(err)
	}
	people, err := account.New(account.Config{
		Store: store, Now: a.now, OnSessionsEnded: a.auth.Sessions().Ended,
		Hash: account.HashParams{Memory: 64, Time: 1, Parallelism: 1, InsecureWeak: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	handlers, err := accounthttp.New(accounthttp.Config{Auth: a.auth, Accounts: people, Now: a.now})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	handlers.Register(mux, "")
	mux.Handle("GET /protected", a.auth.Required(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})))
	a.handler = mux
	a.run()
	return a
}

// run keeps the application up to date until the test ends.
func (a *countedApp) run() {
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := a.auth.Run(ctx); err != nil {
			a.t.Error(err)
		}
	})
	a.t.Cleanup(func() {
		stop()
		running.Wait()
	})
}

// call sends a request that has to succeed and returns the answer and what it
// caused.
func (a *countedApp) call(method, path, bearer string, body map[string]string) (answer map[string]any, caused []string) {
	a.t.Helper()
	w, caused := a.send(method, path, bearer, body)
	if w.Code/100 != 2 {
		a.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	_ = json.Unmarshal(w.Body.Bytes(), &answer) // not every answer has a body
	return answer, caused
}

// send sends a request and returns the answer and what it caused.
func (a *countedApp) send(method, path, bearer string, body map[string]string) (*httptest.ResponseRecorder, []string) {
	a.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	if body == nil {
		text = nil
	}
	r := httptest.NewRequest(method, "https://app.example.com"+path, strings.NewReader(string(text)))
	r.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	w := httptest.NewRecorder()
	var c counter
	a.handler.ServeHTTP(w, r.WithContext(c.with(r.Context())))
	return w, c.all
}

// TestRoundTrips counts what requests ask of the database in the steady state,
// in which the process reads the feed every quarter of a second. A protected
// request asks nothing; a refresh in the process that issued the token is one
// statement, which is its transaction. A sign-in is five transactions: four that
// count attempts, of which each is a statement that reads and one that writes,
// and one for the session.
func TestRoundTrips(t *testing.T) {
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			a := newCountedApp(t, db)
			person := map[string]string{"username": "ada", "password": "correct horse battery staple 7", "delivery": "body"}
			a.call("POST", "/sign-up", "", person)
			a.poll()
			tokens, signIn := a.call("POST", "/sign-in", "", person)
			a.want("sign-in", signIn, 15)
			refresh, _ := tokens["refresh_token"].(string)
			for range 2 {
				access, _ := tokens["access_token"].(string)
				for range 2 { // the second time the token is known
					_, caused := a.call("GET", "/protected", access, nil)
					a.want("protected request", caused, 0)
				}
				_, caused := a.call("GET", "/me", access, nil)
				a.want("get user", caused, 2)

				a.passed.Add(int64(time.Minute))
				a.poll()
				tokens, caused = a.call("POST", "/refresh", "", map[string]string{"refresh_token": refresh})
				a.want("refresh", caused, 1)
				next, _ := tokens["refresh_token"].(string)
				if next == refresh {
					t.Fatal("the refresh token was not rotated")
				}
				refresh = next
			}
		})
	}
}

// TestFailedSignInsCauseTheSame: what the database is asked to do takes time,
// and must not tell whether there is such a user, nor whether an attempt was
// counted. The clock stands still: from the sixth failure on it comes too soon.
func TestFailedSignInsCauseTheSame(t *testing.T) {
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			a := newCountedApp(t, db)
			a.call("POST", "/sign-up", "", map[string]string{"username": "ada", "password": "correct horse battery staple 7"})
			fail := func(username string) []string {
				w, caused := a.send("POST", "/sign-in", "", map[string]string{"username": username, "password": "wrong"})
				if w.Code != http.StatusUnauthorized {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
				return caused
			}
			fail("somebody") // the address is known from here on
			var second []string
			for i := range 8 {
				known, unknown := fail("ada"), fail("grace")
				if !slices.Equal(known, unknown) {
					t.Errorf("failure %d: a known name causes\n%q\nan unknown one\n%q", i+1, known, unknown)
				}
				switch {
				case i == 1:
					second = known
				case i > 1 && !slices.Equal(known, second):
					t.Errorf("failure %d causes\n%q\nthe second one\n%q", i+1, known, second)
				}
			}
		})
	}
}

func (a *countedApp) poll() {
	a.t.Helper()
	if err := a.auth.Sessions().Poll(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
}

// want checks that a request caused no more than so much.
func (a *countedApp) want(request string, caused []string, most int) {
	a.t.Helper()
	a.t.Logf("%s: %d", request, len(caused))
	if len(caused) > most {
		a.t.Errorf("%s: %d statements, want %d at most:\n%s", request, len(caused), most, strings.Join(caused, "\n"))
	}
}
