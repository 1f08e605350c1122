// Own-users-table signs people in with the users table you have, which is
// users.go. Their sessions are beside it, in the same SQLite file.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

var addr, dir = "127.0.0.1:8080", "data"

func main() {
	store := must(sqlite.Open(context.Background(), dir+"/app.db"))
	people := users{store.DB()} // a *sql.DB; the tables of sessions are named latchkey_…
	must(people.db.Exec(schema))
	auth := must(latchkey.New(latchkey.Config{
		Issuer: "http://localhost:8080", // https://… where you deploy it
		Keys:   must(jwt.OpenKeyring(dir+"/keys.json", jwt.HS256)),
		Store:  store,
		Hooks:  latchkey.Hooks{User: people.ofToken},
	}))
	go auth.Run(context.Background())
	http.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		if err := auth.CheckOrigin(r); err != nil { // a page of another site tries passwords
			auth.WriteError(w, r, err)
		} else if id, err := people.check(r.Context(), r.PostFormValue("name"), r.PostFormValue("password")); err != nil {
			auth.WriteError(w, r, err)
		} else if _, err := auth.SignIn(w, r, latchkey.Login{Subject: id}); err != nil {
			auth.WriteError(w, r, err)
		}
	})
	http.Handle("POST /refresh", auth.RefreshHandler())
	http.Handle("POST /sign-out", auth.SignOutHandler())
	http.Handle("GET /me", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello,", token.User)
	})))
	log.Fatal(http.ListenAndServe(addr, nil))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
