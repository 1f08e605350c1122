package servers

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// ServeLibrary serves the library on a database until ctx ends: sign-in without
// a password, refresh, one protected route, and ending a session. keys is a
// file, so that two processes can share it.
func ServeLibrary(ctx context.Context, addr, driver, dsn, keys string) error {
	open := map[string]func(context.Context, string) (*sqlstore.Store, error){"sqlite": sqlite.Open, "postgres": postgres.Open}[driver]
	if open == nil {
		return fmt.Errorf("unknown driver %q", driver)
	}
	store, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	ring, err := jwt.OpenKeyring(keys, jwt.HS256)
	if err != nil {
		return err
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: fixture.Issuer, Keys: ring, Store: store, Deliver: latchkey.InJSON,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return err
	}
	go func() { _ = auth.Run(ctx) }() // until the end
	server := &http.Server{Addr: addr, Handler: libraryRoutes(auth), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return store.Close()
}

func libraryRoutes(auth *latchkey.Auth) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /sign-in/{user}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.SignIn(w, r, latchkey.Login{Subject: r.PathValue("user")}); err != nil {
			auth.WriteError(w, r, err)
		}
	})
	mux.Handle("POST /refresh", auth.RefreshHandler())
	mux.Handle("GET /me", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, _ := latchkey.FromContext(r.Context())
		_, _ = io.WriteString(w, `{"sub":`+strconv.Quote(t.Subject)+`}`) // the client may have gone
	})))
	mux.HandleFunc("POST /end/{user}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := auth.Sessions().EndSubject(r.Context(), r.PathValue("user"), session.EndedByAdmin); err != nil {
			auth.WriteError(w, r, err)
		}
	})
	return mux
}

// StartLibrary starts this program again as a server of the library.
func StartLibrary(ctx context.Context, driver, dsn, dir string) (*Server, error) {
	addr, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p, err := Start(ctx, nil, addr, "/healthz", self, "library", "-addr", addr, "-driver", driver, "-dsn", dsn, "-keys", filepath.Join(dir, "keys"))
	if err != nil {
		return nil, err
	}
	c := NewClient(p.URL, connections)
	s := &Server{Name: "library", Process: p, client: c}
	s.SignIn = func(ctx context.Context, user int) (string, string, error) {
		answer, err := c.Must(ctx, "POST", fmt.Sprintf("/sign-in/u%d", user), "", nil)
		return text(answer, "access_token"), text(answer, "refresh_token"), err
	}
	s.GetUser = func(ctx context.Context, access string) error {
		_, err := c.Must(ctx, "GET", "/me", access, nil)
		return err
	}
	s.Refresh = func(ctx context.Context, refresh string) (string, error) {
		answer, err := c.Must(ctx, "POST", "/refresh", "", map[string]string{"refresh_token": refresh})
		return text(answer, "refresh_token"), err
	}
	if driver == "postgres" {
		p.database, err = serverProcess(ctx, dsn)
	}
	return s, err
}

// serverProcess finds the process of the PostgreSQL server behind dsn: the
// parent of the one that serves our connection.
func serverProcess(ctx context.Context, dsn string) (int, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return 0, err
	}
	defer func() { _ = db.Close() }()
	var backend int
	if err := db.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return 0, err
	}
	fields, err := stat(backend)
	return int(fields[parent]), err
}
