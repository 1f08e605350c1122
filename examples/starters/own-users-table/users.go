package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"log"

	"github.com/latchkey-go/latchkey"
	"golang.org/x/crypto/bcrypt"
)

// schema stands for the table you have. AUTOINCREMENT never gives an id twice:
// tokens name people by it, and must not come to mean somebody else.
const schema = `CREATE TABLE IF NOT EXISTS users (
	id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL)`

// decoy is compared for unknown names, so that refusing them takes as long.
var decoy = must(bcrypt.GenerateFromPassword([]byte(rand.Text()), bcrypt.DefaultCost))

// Auth.WriteError answers these as it does the library's own.
var (
	errWrong = &latchkey.Error{Code: "invalid_credentials", Status: 401, Message: "Wrong name or password."}
	errTaken = &latchkey.Error{Code: "username_taken", Status: 409, Message: "This name is taken. Choose another."}
	errUnfit = &latchkey.Error{Code: "invalid_input", Status: 422, Message: "Choose a name, and a password of 15 to 72 bytes."}
)

type users struct{ db *sql.DB }

// add returns the id of a new person.
func (u users) add(ctx context.Context, name, password string) (id string, err error) {
	if name == "" || len(password) < 15 || len(password) > 72 {
		return "", errUnfit
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	if err != nil {
		return "", err
	}
	err = u.db.QueryRowContext(ctx, `INSERT INTO users (name, password_hash) VALUES (?, ?)
		ON CONFLICT DO NOTHING RETURNING id`, name, string(hash)).Scan(&id)
	return id, instead(err, errTaken)
}

// find returns the id of the person with this name and password.
func (u users) find(ctx context.Context, name, password string) (id string, err error) {
	hash := decoy
	err = u.db.QueryRowContext(ctx, `SELECT id, password_hash FROM users WHERE name = ?`, name).Scan(&id, &hash)
	if bcrypt.CompareHashAndPassword(hash, []byte(password)) != nil && err == nil {
		err = errWrong
	}
	return id, instead(err, errWrong)
}

// name returns the name of the person with this id.
func (u users) name(ctx context.Context, id string) (name string, err error) {
	err = u.db.QueryRowContext(ctx, `SELECT name FROM users WHERE id = ?`, id).Scan(&name)
	return name, instead(err, latchkey.ErrUserGone)
}

// instead is err, or other if there was no row.
func instead(err, other error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return other
	}
	return err
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
