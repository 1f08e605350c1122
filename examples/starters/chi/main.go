// Chi is an API on the chi router, which takes guards as they are: for a group
// of routes with Use, for a single one with With.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
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
	r := chi.NewRouter()
	r.Post("/sign-in", func(w http.ResponseWriter, r *http.Request) {
		u := users[r.PostFormValue("name")]
		if bcrypt.CompareHashAndPassword([]byte(u.hash), []byte(r.PostFormValue("password"))) != nil {
			http.Error(w, "wrong name or password", http.StatusUnauthorized)
		} else if _, err := auth.SignIn(w, r, latchkey.Login{Subject: u.id}); err != nil {
			auth.WriteError(w, r, err)
		}
	})
	r.Method("POST", "/refresh", auth.RefreshHandler())
	r.Method("POST", "/sign-out", auth.SignOutHandler())
	r.Route("/notes", func(r chi.Router) {
		r.Use(auth.Required)
		r.Get("/{id}", func(w http.ResponseWriter, r *http.Request) {
			token, _ := latchkey.FromContext(r.Context())
			fmt.Fprintln(w, "note", chi.URLParam(r, "id"), "of user", token.Subject)
		})
	})
	r.With(auth.Fresh(10*time.Minute)).Delete("/account", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "account deleted") // needs a sign-in of the last ten minutes
	})
	log.Fatal(http.ListenAndServe(addr, r))
}
