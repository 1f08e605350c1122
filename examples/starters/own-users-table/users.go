package main

import (
	"context"
	"database/sql"
	"errors"

	"github.com/latchkey-go/latchkey"
	"golang.org/x/crypto/bcrypt"
)

// schema stands for the table you have, and ada for who is in it. AUTOINCREMENT
// never gives an id twice: tokens name people by it, and must not come to mean
// somebody else.
const schema = `
	CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL);
	INSERT INTO users (name, hash) VALUES ('ada', '$2a$10$Lel8kn37VJQlv2hLeIGUr.8YKlAQvLsx4f.9REbqLFbK4O/lrNylG') ON CONFLICT DO NOTHING`

// decoy is compared for unknown names, so that refusing them takes as long.
var decoy = must(bcrypt.GenerateFromPassword(nil, bcrypt.DefaultCost))

// errWrong is answered by Auth.WriteError as the library's own errors are.
var errWrong = &latchkey.Error{Code: "invalid_credentials", Status: 401, Message: "Wrong name or password."}

type users struct{ db *sql.DB }

// check returns the id of the person with this name and password.
func (u users) check(ctx context.Context, name, password string) (id string, err error) {
	hash := decoy
	err = u.db.QueryRowContext(ctx, `SELECT id, hash FROM users WHERE name = $1`, name).Scan(&id, &hash)
	wrong := bcrypt.CompareHashAndPassword(hash, []byte(password)) != nil
	if errors.Is(err, sql.ErrNoRows) || err == nil && wrong {
		err = errWrong
	}
	return id, err
}

// ofToken returns the name of the person a token is for. Whoever is deleted is
// out at once.
func (u users) ofToken(ctx context.Context, t *latchkey.Token) (any, error) {
	var name string
	err := u.db.QueryRowContext(ctx, `SELECT name FROM users WHERE id = $1`, t.Subject).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		err = latchkey.ErrUserGone
	}
	return name, err
}
