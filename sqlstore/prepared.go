package sqlstore

import (
	"context"
	"database/sql"
	"errors"
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
}

func newPrepared(db *sql.DB) *prepared {
	return &prepared{DB: db, statements: map[string]*sql.Stmt{}}
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if statement := p.statements[query]; statement != nil {
		return statement, nil
	}
	statement, err := p.PrepareContext(ctx, query)
	if err == nil {
		p.statements[query] = statement
	}
	return statement, err
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
