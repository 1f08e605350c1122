package accounthttp_test

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// world is a program with administrators on a real database.
type world struct {
	*http.ServeMux
	t        *testing.T
	store    *sqlstore.Store
	auth     *latchkey.Auth
	accounts *account.Service
	keys     *jwt.Keyring

	mu  sync.Mutex
	now time.Time
}

// eachWorld runs a test in a new world on each kind of database.
func eachWorld(t *testing.T, test func(t *testing.T, w *world)) {
	for name, open := range map[string]func(t *testing.T) (*sqlstore.Store, error){
		"sqlite": func(t *testing.T) (*sqlstore.Store, error) {
			return sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "data", "test.db"))
		},
		"postgres": func(t *testing.T) (*sqlstore.Store, error) { return postgres.Open(t.Context(), pgtest.DSN(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			store, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := store.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, newWorld(t, store))
		})
	}
}

func newWorld(t *testing.T, store *sqlstore.Store) *world {
	w := &world{ServeMux: http.NewServeMux(), t: t, store: store, now: time.Now().Truncate(time.Second)}
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.keys, err = jwt.NewKeyring(jwt.EdDSA)
	check()
	audit, err := account.NewAuditLog(account.AuditConfig{Store: store, Now: w.clock})
	check()
	w.auth, err = latchkey.New(latchkey.Config{
		Issuer: "http://127.0.0.1", Keys: w.keys, Store: store, Now: w.clock, AccessTTL: time.Hour,
		Hooks: latchkey.Hooks{Event: audit.Session},
	})
	check()
	w.accounts, err = account.New(account.Config{
		Store: store, OnSessionsEnded: w.auth.Sessions().Ended, Audit: audit, Now: w.clock,
		Hash:     account.HashParams{Memory: 64, Time: 1, Parallelism: 1, InsecureWeak: true},
		Throttle: account.Throttle{DelayFrom: 3, Stop: 3},
	})
	check()
	handlers, err := accounthttp.New(accounthttp.Config{Auth: w.auth, Accounts: w.accounts, Audit: audit, Now: w.clock})
	check()
	handlers.Register(w.ServeMux, "/api")
	handlers.RegisterAdmin(w.ServeMux, "/api/", accounthttp.Admin{Keys: w.keys})
	w.Handle("GET /reports", handlers.Guard(accounthttp.Need{Scope: "reports"})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _ := accounthttp.UserFromContext(r.Context())
		_, _ = w.Write([]byte(`{"for":"` + user.Username + `"}`))
	})))
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// add makes a user with a password and scopes.
func (w *world) add(name string, scopes ...string) *account.User {
	w.t.Helper()
	u, err := w.accounts.AddUser(context.Background(), account.NewUser{Username: name, Scopes: scopes})
	if err == nil {
		err = w.accounts.SetPassword(context.Background(), u.ID, password)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// person is somebody who is signed in, as a program without cookies.
type person struct {
	*world
	id, name, access string
}

// signIn signs a user in.
func (w *world) signIn(u *account.User, chosen string) person {
	w.t.Helper()
	got := w.call("POST", "/api/sign-in", "", map[string]string{"username": u.Username, "password": chosen, "delivery": "body"})
	got.want(200, "")
	access, _ := got.body["access_token"].(string)
	return person{w, u.ID, u.Username, access}
}

// with makes a user with scopes and signs them in.
func (w *world) with(name string, scopes ...string) person {
	w.t.Helper()
	return w.signIn(w.add(name, scopes...), password)
}

// reply is what came back.
type reply struct {
	t      *testing.T
	what   string
	status int
	body   map[string]any
	header http.Header
}

func (w *world) call(method, path, access string, body any, change ...func(*http.Request)) reply {
	status, answer, header := call(w, method, path, access, body, change...)
	return reply{w.t, method + " " + path, status, answer, header}
}

func (p person) do(method, path string, body any) reply { return p.call(method, path, p.access, body) }

// want checks the status, and the code of an error.
func (r reply) want(status int, code string) reply {
	r.t.Helper()
	got, _ := r.body["code"].(string)
	if r.status != status || got != code {
		r.t.Fatalf("%s: %d %v, want %d %s", r.what, r.status, r.body, status, code)
	}
	return r
}

// user is the member "user" of an answer.
func (r reply) user() map[string]any {
	r.t.Helper()
	user, ok := r.body["user"].(map[string]any)
	if !ok {
		r.t.Fatalf("%s: %v has no user", r.what, r.body)
	}
	return user
}

// list is a member that is a list of objects.
func (r reply) list(name string) (all []map[string]any) {
	r.t.Helper()
	items, ok := r.body[name].([]any)
	if !ok {
		r.t.Fatalf("%s: %v has no list %s", r.what, r.body, name)
	}
	for _, item := range items {
		object, _ := item.(map[string]any)
		all = append(all, object)
	}
	return all
}
