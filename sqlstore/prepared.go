package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"sync"
)

// prepared is a pool that keeps the statements it has run, ready to run again:
// for the few constant texts that requests wait for. On SQLite making a statement
// ready takes as long as running it. On PostgreSQL nothing must stay on the
// server between transactions, so that a pooler can be in between.
type prepared struct {
	*sql.DB
	mu         sync.RWMutex
	statements map[string]*sql.Stmt
	wanted     map[string]bool // by transactions, and not kept yet
}

func newPrepared(db *sql.DB) *prepared {
	return &prepared{DB: db, statements: map[string]*sql.Stmt{}, wanted: map[string]bool{}}
}

// ExecContext is that of the pool, with the statement kept.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// QueryContext is that of the pool, with the statement kept.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := p.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.RLock()
	statement := p.statements[query]
	p.mu.RUnlock()
	if statement != nil {
		return statement, nil
	}
	// Not under the lock: it waits for a connection, and a transaction that has
	// the only one may want the lock.
	statement, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.statements[query]; first != nil {
		return first, statement.Close()
	}
	p.statements[query] = statement
	return statement, nil
}

// in runs statements in a transaction of the pool, those that are kept by
// themselves and others as usual; they are kept from the next prepareWanted on.
func (p *prepared) in(tx *sql.Tx) querier { return preparedTx{tx, p} }

type preparedTx struct {
	*sql.Tx
	pool *prepared
}

// ExecContext is that of the transaction.
func (t preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if statement := t.pool.kept(query); statement != nil {
		return t.StmtContext(ctx, statement).ExecContext(ctx, args...)
	}
	return t.Tx.ExecContext(ctx, query, args...)
}

// QueryContext is that of the transaction.
func (t preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if statement := t.pool.kept(query); statement != nil {
		return t.StmtContext(ctx, statement).QueryContext(ctx, args...)
	}
	return t.Tx.QueryContext(ctx, query, args...)
}

// kept returns the statement if it is kept, and else notes that it is wanted.
func (p *prepared) kept(query string) *sql.Stmt {
	p.mu.RLock()
	statement := p.statements[query]
	p.mu.RUnlock()
	if statement == nil {
		p.mu.Lock()
		p.wanted[query] = true
		p.mu.Unlock()
	}
	return statement
}

// prepareWanted makes ready what transactions wanted. It must not be called in
// one: that may hold the only connection. What cannot be made ready stays wanted.
func (p *prepared) prepareWanted(ctx context.Context) {
	p.mu.RLock()
	wanted := slices.Collect(maps.Keys(p.wanted))
	p.mu.RUnlock()
	for _, query := range wanted {
		if _, err := p.statement(ctx, query); err != nil {
			return
		}
		p.mu.Lock()
		delete(p.wanted, query)
		p.mu.Unlock()
	}
}

// closeStatements gives the statements up; the pool is for others to close.
func (p *prepared) closeStatements() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, statement := range p.statements {
		errs = append(errs, statement.Close())
	}
	clear(p.statements)
	return errors.Join(errs...)
}
