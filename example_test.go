package latchkey_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

// exampleAuth is what the examples share: a bearer-token Auth with a random
// key.
func exampleAuth(hooks latchkey.Hooks) *latchkey.Auth {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "https://api.example.com", Keys: key, Store: memstore.New(), Hooks: hooks,
	})
	if err != nil {
		log.Fatal(err)
	}
	return auth
}

// bearerRequest is a request of somebody who signed in as subject.
func bearerRequest(auth *latchkey.Auth, subject string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	tokens, err := auth.Issue(r, latchkey.Login{Subject: subject})
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	return r
}

// show runs a request through a handler and prints the answer.
func show(h http.Handler, r *http.Request) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
}

var hello = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	if token, ok := latchkey.FromContext(r.Context()); ok {
		fmt.Fprintf(w, "hello, %s", token.Subject)
		return
	}
	fmt.Fprint(w, "hello, stranger")
})

func ExampleNew() {
	key, err := jwt.GenerateKey(jwt.EdDSA) // jwt.OpenKeyring keeps keys in a file
	if err != nil {
		log.Fatal(err)
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer:    "https://api.example.com",
		Keys:      key,
		Store:     memstore.New(),
		AccessTTL: 5 * time.Minute,
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go auth.Run(ctx)

	show(auth.Required(hello), bearerRequest(auth, "ada"))
	// Output: 200 hello, ada
}

// All mistakes are reported at once.
func ExampleNew_mistakes() {
	_, err := latchkey.New(latchkey.Config{Issuer: "http://shop.example.com", AccessTTL: -time.Minute})
	fmt.Println(err)
	// Output:
	// latchkey: the configuration has mistakes:
	// Config.Issuer has http for a host that is not this machine: everybody on the way could take over sessions; use https
	// Config.Keys is required: make a key with jwt.NewHMACKey or open a key file with jwt.OpenKeyring
	// Config.Store is required: memstore.New() for one process that may forget sessions, sqlstore.New(db) to keep them, or latchkey.Stateless for none
	// Config.AccessTTL is -1m0s: it must be at least one second
}

func ExampleAuth_Required() {
	auth := exampleAuth(latchkey.Hooks{})
	show(auth.Required(hello), httptest.NewRequest("GET", "/", nil))
	show(auth.Required(hello), bearerRequest(auth, "ada"))
	// Output:
	// 401 {"msg":"Sign in first: this address needs an access token.","code":"token_missing"}
	//
	// 200 hello, ada
}

func ExampleAuth_Optional() {
	auth := exampleAuth(latchkey.Hooks{})
	show(auth.Optional(hello), httptest.NewRequest("GET", "/", nil))
	show(auth.Optional(hello), bearerRequest(auth, "ada"))
	// Output:
	// 200 hello, stranger
	// 200 hello, ada
}

func ExampleAuth_Fresh() {
	auth := exampleAuth(latchkey.Hooks{})
	changePassword := auth.Fresh(10 * time.Minute)(hello)

	show(changePassword, bearerRequest(auth, "ada"))

	// Somebody who signed in an hour ago, as far as the application knows.
	r := httptest.NewRequest("POST", "/password", nil)
	tokens, err := auth.Issue(r, latchkey.Login{Subject: "ada", AuthTime: time.Now().Add(-time.Hour)})
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	show(changePassword, r)
	// Output:
	// 200 hello, ada
	// 401 {"msg":"Enter your password again to continue.","code":"not_fresh","max_age":600}
}

// A guard for refresh tokens, for programs that write their own refresh route.
// It does not use the token up.
func ExampleAuth_Refresh() {
	auth := exampleAuth(latchkey.Hooks{})
	r := httptest.NewRequest("GET", "/refresh", nil)
	tokens, err := auth.Issue(r, latchkey.Login{Subject: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+tokens.Refresh)
	show(auth.Refresh(hello), r)
	// Output: 200 hello, ada
}

// A refresh token lives for weeks. A route that takes any token accepts it as
// well, so a token that leaks from there is good for weeks, too.
func ExampleAuth_Refresh_incorrect() {
	auth := exampleAuth(latchkey.Hooks{})
	r := httptest.NewRequest("GET", "/", nil)
	tokens, _ := auth.Issue(r, latchkey.Login{Subject: "ada"})
	r.Header.Set("Authorization", "Bearer "+tokens.Refresh)

	// Wrong: the policy forgets what kind of token belongs here.
	show(auth.Require(latchkey.Policy{Type: latchkey.AnyToken})(hello), r)

	// Right: an access token is the default.
	show(auth.Require(latchkey.Policy{})(hello), r)
	// Output:
	// 200 hello, ada
	// 401 {"msg":"This is the wrong kind of token for this address.","code":"wrong_type"}
}

func ExampleAuth_Require() {
	auth := exampleAuth(latchkey.Hooks{})
	// Downloads are started by a link, which can carry a token nowhere else.
	download := auth.Require(latchkey.Policy{
		Locations: []latchkey.Location{latchkey.InHeader, latchkey.InQuery},
		MaxAge:    time.Hour,
	})
	show(download(hello), bearerRequest(auth, "ada"))
	// Output: 200 hello, ada
}

func ExampleAuth_Authenticate() {
	auth := exampleAuth(latchkey.Hooks{})
	handshake := func(w http.ResponseWriter, r *http.Request) {
		token, err := auth.Authenticate(r)
		if err != nil {
			auth.WriteError(w, r, err)
			return
		}
		fmt.Fprint(w, "welcome, ", token.Subject)
	}
	show(http.HandlerFunc(handshake), bearerRequest(auth, "ada"))
	// Output: 200 welcome, ada
}

func ExampleFromContext() {
	auth := exampleAuth(latchkey.Hooks{})
	show(auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context()) // never missing behind Required
		fmt.Fprintf(w, "%s by %s", token.Subject, token.Location)
	})), bearerRequest(auth, "ada"))
	// Output: 200 ada by header
}
