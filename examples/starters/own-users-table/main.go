// Own-users-table signs people in with a users table of your own, in users.go.
// Their sessions are in the same SQLite file.
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
		Hooks: latchkey.Hooks{User: func(ctx context.Context, t *latchkey.Token) (any, error) {
			return people.name(ctx, t.Subject)
		}},
	}))
	go auth.Run(context.Background())
	mux := http.NewServeMux()
	enter := func(id func(ctx context.Context, name, password string) (string, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			err := auth.CheckOrigin(r) // before a page of another site tries passwords
			if err == nil {
				var l latchkey.Login
				if l.Subject, err = id(r.Context(), r.PostFormValue("name"), r.PostFormValue("password")); err == nil {
					_, err = auth.SignIn(w, r, l)
				}
			}
			if err != nil {
				auth.WriteError(w, r, err)
			}
		}
	}
	mux.Handle("POST /sign-up", enter(people.add))
	mux.Handle("POST /sign-in", enter(people.find))
	mux.Handle("POST /refresh", auth.RefreshHandler())
	mux.Handle("POST /sign-out", auth.SignOutHandler())
	mux.Handle("GET /me", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello,", token.User)
	})))
	log.Fatal(http.ListenAndServe(addr, mux))
}
