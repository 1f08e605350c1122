package main

import (
	"fmt"
	"log"
	"net/http"

	"go.opentelemetry.io/otel"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

func main() {
	handler, err := newApp()
	if err != nil {
		log.Fatal(err)
	}
	// Without an exporter spans go nowhere: set one with otel.SetTracerProvider.
	log.Fatal(http.ListenAndServe("127.0.0.1:8080", handler))
}

func newApp() (http.Handler, error) {
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		return nil, err
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "http://localhost:8080", Keys: key, Store: memstore.New(),
		Hooks: traced(latchkey.Hooks{}),
	})
	if err != nil {
		return nil, err
	}
	tracer := otel.Tracer("app")
	mux := http.NewServeMux()
	mux.Handle("POST /sign-in", span(tracer, "POST /sign-in", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Check a password here.
		if _, err := auth.SignIn(w, r, latchkey.Login{Subject: "1"}); err != nil {
			auth.WriteError(w, r, err)
		}
	})))
	mux.Handle("GET /me", span(tracer, "GET /me", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello, user", token.Subject)
	}))))
	return mux, nil
}
