package accounthttp_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/account/accounthttp"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// Accounts in a program of your own: the handlers beside your routes, and the
// guard before them.
func Example() {
	dir, err := os.MkdirTemp("", "latchkey-example-*")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	store, err := sqlite.Open(context.Background(), filepath.Join(dir, "app.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	keys, err := jwt.OpenKeyring(filepath.Join(dir, "keys.json"), jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}

	auth, err := latchkey.New(latchkey.Config{Issuer: "http://localhost:8080", Keys: keys, Store: store})
	if err != nil {
		log.Fatal(err)
	}
	accounts, err := account.New(account.Config{Store: store, OnSessionsEnded: auth.Sessions().Ended})
	if err != nil {
		log.Fatal(err)
	}
	handlers, err := accounthttp.New(accounthttp.Config{Auth: auth, Accounts: accounts})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	handlers.Register(mux, "/api/v1")
	mux.Handle("GET /hello", auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		user, err := accounts.User(r.Context(), token.Subject)
		if err != nil {
			auth.WriteError(w, r, err)
			return
		}
		_, _ = fmt.Fprintf(w, "Hello, %s!", user.Name)
	})))

	// A browser's part.
	server := httptest.NewServer(mux)
	defer server.Close()
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	browser := &http.Client{Jar: jar}
	body := `{"username":"ada","name":"Ada","password":"correct horse battery staple"}`
	answer, err := browser.Post(server.URL+"/api/v1/sign-up", "application/json", strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	_ = answer.Body.Close()
	fmt.Println(answer.Status)

	hello, err := browser.Get(server.URL + "/hello")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = hello.Body.Close() }()
	text := make([]byte, 100)
	n, _ := hello.Body.Read(text)
	fmt.Println(string(text[:n]))
	// Output:
	// 201 Created
	// Hello, Ada!
}
