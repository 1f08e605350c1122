package latchkeytest_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/latchkeytest"
	"github.com/latchkey-go/latchkey/session"
)

// In a test t is the argument of the test function.
var t = new(failing)

// hello is an application with one guarded route.
func hello(auth *latchkey.Auth) http.Handler {
	return auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		fmt.Fprintln(w, "hello,", token.Subject)
	}))
}

func ExampleHarness_SignedIn() {
	lk := latchkeytest.New(t, latchkey.Config{})
	app := hello(lk.Auth)

	for _, r := range []*http.Request{
		httptest.NewRequest("GET", "/", nil),
		lk.SignedIn(t, httptest.NewRequest("GET", "/", nil), latchkey.Login{Subject: "ada"}),
	} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Header().Get("Latchkey-Code"))
	}
	// Output:
	// 401 token_missing
	// 200
}

// A token expires, for the clock is moved.
func ExampleHarness_Advance() {
	lk := latchkeytest.New(t, latchkey.Config{AccessTTL: 15 * time.Minute})
	r := lk.SignedIn(t, httptest.NewRequest("GET", "/", nil), latchkey.Login{Subject: "ada"})

	_, err := lk.Auth.Authenticate(r)
	fmt.Println(err)
	lk.Advance(15 * time.Minute)
	_, err = lk.Auth.Authenticate(r)
	fmt.Println(errors.Is(err, latchkey.ErrExpired))
	// Output:
	// <nil>
	// true
}

func ExampleHarness_Events() {
	lk := latchkeytest.New(t, latchkey.Config{})
	r := lk.SignedIn(t, httptest.NewRequest("POST", "/sign-out", nil), latchkey.Login{Subject: "ada"})
	lk.Auth.SignOutHandler().ServeHTTP(httptest.NewRecorder(), r)

	for _, e := range lk.Events(session.EventEnded) {
		fmt.Println(e.Reason)
	}
	// Output: sign_out
}

func ExampleHarness_Client() {
	lk := latchkeytest.New(t, latchkey.Config{})
	server := httptest.NewServer(hello(lk.Auth))
	defer server.Close()

	client := lk.Client(t, server, latchkey.Login{Subject: "ada"})
	resp, err := client.Post(server.URL, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	// Output: 200 OK
}
