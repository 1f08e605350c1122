// Cookies is the back end of a browser app: people sign up and sign in, tokens
// stay in cookies that scripts cannot read, and all is kept in SQLite.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

var addr, dir = "127.0.0.1:8080", "data"

func main() {
	store := must(sqlite.Open(context.Background(), dir+"/app.db"))
	auth := must(latchkey.New(latchkey.Config{
		Issuer: "http://localhost:8080", // https://… where you deploy it
		Keys:   must(jwt.OpenKeyring(dir+"/keys.json", jwt.HS256)),
		Store:  store,
	}))
	go auth.Run(context.Background())
	people := must(account.New(account.Config{Store: store, OnSessionsEnded: auth.Sessions().Ended}))
	must(accounthttp.New(accounthttp.Config{Auth: auth, Accounts: people})).Register(http.DefaultServeMux, "/api")
	http.Handle("GET /api/hello", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello, user", token.Subject)
	})))
	log.Fatal(http.ListenAndServe(addr, nil))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
