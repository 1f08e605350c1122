package databasetest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"testing"
)

// counter lists what goes over the connections of a database for one request:
// statements, and the beginnings and ends of transactions. On PostgreSQL each of
// them is a round trip, for the driver prepares nothing.
type counter struct {
	mu  sync.Mutex
	all []string
}

type counterKey struct{}

// with marks a context as that of the request that is counted.
func (c *counter) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, counterKey{}, c)
}

// note counts what is done for the context of a request; what is done for all in
// the background is not.
func note(ctx context.Context, what string) {
	c, ok := ctx.Value(counterKey{}).(*counter)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, what)
}

// openCounting opens a database whose connections tell the counters of contexts.
func openCounting(t *testing.T, name, dsn string) *sql.DB {
	t.Helper()
	plain, err := sql.Open(name, dsn)
	if err != nil {
		t.Fatal(err)
	}
	d := plain.Driver()
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(countingConnector{d, dsn})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

type countingConnector struct {
	driver driver.Driver
	dsn    string
}

func (k countingConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := k.driver.Open(k.dsn)
	if err != nil {
		return nil, err
	}
	return &countingConn{conn.(fullConn)}, nil
}

func (k countingConnector) Driver() driver.Driver { return k.driver }

// fullConn is what the connections of both drivers can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
}

type countingConn struct{ fullConn }

func (k *countingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	note(ctx, "BEGIN")
	tx, err := k.fullConn.BeginTx(ctx, o)
	return countingTx{tx, ctx}, err
}

func (k *countingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	note(ctx, query)
	return k.fullConn.ExecContext(ctx, query, args)
}

func (k *countingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	note(ctx, query)
	return k.fullConn.QueryContext(ctx, query, args)
}

// PrepareContext is not noted: on SQLite, where it is used, a statement is
// prepared once and then kept.
func (k *countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := k.fullConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return countingStmt{s.(fullStmt), query}, nil
}

// fullStmt is what the statements of both drivers can do.
type fullStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type countingStmt struct {
	fullStmt
	query string
}

func (k countingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	note(ctx, k.query)
	return k.fullStmt.ExecContext(ctx, args)
}

func (k countingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	note(ctx, k.query)
	return k.fullStmt.QueryContext(ctx, args)
}

type countingTx struct {
	driver.Tx
	ctx context.Context
}

func (k countingTx) Commit() error {
	note(k.ctx, "COMMIT")
	return k.Tx.Commit()
}

func (k countingTx) Rollback() error {
	note(k.ctx, "ROLLBACK")
	return k.Tx.Rollback()
}
