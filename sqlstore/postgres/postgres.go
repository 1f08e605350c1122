// Package postgres opens a PostgreSQL database as a store of sessions and users,
// with the driver github.com/jackc/pgx.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/latchkey-go/latchkey/sqlstore"
)

// The pool's bounds. Change them on Store.DB.
const (
	maxOpen     = 20
	maxIdle     = 10
	maxIdleTime = 5 * time.Minute
	maxLifetime = 30 * time.Minute
)

// Open opens the store in a database, applies pending migrations and returns it.
// dsn is a postgres:// URL or "key=value" pairs; the tables live in the first
// schema of the connection's search_path. The caller closes the store.
//
// The connections keep nothing on the server from one transaction to the next:
// no prepared statements, no session settings, no LISTEN. So they may go through
// pgbouncer in transaction mode. A default_query_exec_mode in dsn is obeyed.
//
// To run with a role that may not change the schema, migrate with another first:
// with nothing to apply, Open changes nothing.
func Open(ctx context.Context, dsn string) (*sqlstore.Store, error) {
	db, err := OpenDB(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := sqlstore.Apply(ctx, db, sqlstore.PostgreSQL); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return sqlstore.New(db, sqlstore.PostgreSQL), nil
}

// OpenDB is Open without migrations and without a store: for sqlstore.Plan,
// Apply and Check.
func OpenDB(ctx context.Context, dsn string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The error quotes dsn with its password blotted out.
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if !strings.Contains(dsn, "default_query_exec_mode") {
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(maxOpen)
	db.SetMaxIdleConns(maxIdle)
	db.SetConnMaxIdleTime(maxIdleTime)
	db.SetConnMaxLifetime(maxLifetime)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("postgres: cannot connect to %s: %w", place(config), err), db.Close())
	}
	return db, nil
}

// place names the server without the password.
func place(c *pgx.ConnConfig) string {
	return (&url.URL{Scheme: "postgres", User: url.User(c.User), Host: fmt.Sprintf("%s:%d", c.Host, c.Port), Path: c.Database}).String()
}
