package main // Pages is a server-rendered site: forms, redirects, no JavaScript.

import (
	"context"
	_ "embed"
	"html/template"
	"log"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

//go:embed page.html
var html string
var addr = "127.0.0.1:8080"

func main() {
	page := template.Must(template.New("page").Parse(html))
	key, _ := jwt.GenerateKey(jwt.HS256) // jwt.OpenKeyring keeps it in a file
	auth, err := latchkey.New(latchkey.Config{Issuer: "http://localhost:8080", Keys: key, Store: memstore.New(),
		RenewWithin: 10 * time.Minute, Hooks: latchkey.Hooks{Error: latchkey.RedirectTo("/sign-in")}})
	if err != nil {
		log.Fatal(err)
	}
	go auth.Run(context.Background())
	http.Handle("GET /{$}", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		page.Execute(w, map[string]any{"Name": token.Subject, "CSRF": auth.CSRFField(r)})
	})))
	http.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
		if r.PostFormValue("name") != "ada" || r.PostFormValue("password") != "analytical engine" { // ask your users table
			page.Execute(w, map[string]any{"Next": latchkey.ReturnTo(r, "/"), "Wrong": r.Method == "POST"})
		} else if _, err := auth.SignIn(w, r, latchkey.Login{Subject: "ada"}); err != nil {
			auth.WriteError(w, r, err)
		} else {
			http.Redirect(w, r, latchkey.ReturnTo(r, "/"), http.StatusSeeOther)
		}
	})
	http.Handle("POST /sign-out", auth.SignOutHandler())
	log.Fatal(http.ListenAndServe(addr, nil))
}
