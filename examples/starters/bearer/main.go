// Bearer is an API whose clients keep their tokens; the users table is your own.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"golang.org/x/crypto/bcrypt"
)

// users stands for your own table: id and password hash by name.
var users = map[string]struct{ id, hash string }{"ada": {"1", "$2a$10$Lel8kn37VJQlv2hLeIGUr.8YKlAQvLsx4f.9REbqLFbK4O/lrNylG"}}
var addr = "127.0.0.1:8080"

func main() {
	key, _ := jwt.GenerateKey(jwt.HS256) // jwt.OpenKeyring keeps it in a file
	auth, err := latchkey.New(latchkey.Config{Issuer: "http://localhost:8080", Keys: key,
		Store: memstore.New(), Locations: []latchkey.Location{latchkey.InHeader}})
	if err != nil {
		log.Fatal(err)
	}
	go auth.Run(context.Background())
	http.HandleFunc("POST /sign-in", func(w http.ResponseWriter, r *http.Request) {
		u := users[r.FormValue("name")]
		if bcrypt.CompareHashAndPassword([]byte(u.hash), []byte(r.FormValue("password"))) != nil {
			http.Error(w, "wrong name or password", http.StatusUnauthorized)
		} else if _, err := auth.SignIn(w, r, latchkey.Login{Subject: u.id}); err != nil {
			auth.WriteError(w, r, err)
		}
	})
	http.Handle("POST /refresh", auth.RefreshHandler())
	http.Handle("GET /me", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello, user", token.Subject)
	})))
	log.Fatal(http.ListenAndServe(addr, nil))
}
