// Vite-dev-proxy is the back end of a single-page app that Vite's dev server shows
// on port 3000. Vite passes /api on to it, so that the browser knows one origin.
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

// origin is what the browser's address bar shows: the dev server, not addr.
var origin = "http://localhost:3000" // https://… where you deploy it

func main() {
	store := must(sqlite.Open(context.Background(), dir+"/app.db"))
	auth := must(latchkey.New(latchkey.Config{
		Issuer:         origin,
		Keys:           must(jwt.OpenKeyring(dir+"/keys.json", jwt.HS256)),
		Store:          store,
		TrustedOrigins: []string{origin}, // Vite puts addr into Host, which differs from Origin then
	}))
	go auth.Run(context.Background())
	mux := http.NewServeMux()
	people := must(account.New(account.Config{Store: store, OnSessionsEnded: auth.Sessions().Ended}))
	must(accounthttp.New(accounthttp.Config{Auth: auth, Accounts: people})).Register(mux, "/api")
	mux.Handle("POST /api/hello", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello, user", token.Subject)
	})))
	log.Fatal(http.ListenAndServe(addr, mux))
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
