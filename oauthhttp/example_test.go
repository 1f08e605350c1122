package oauthhttp_test

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/oauthhttp"
)

// A gateway in front of another service asks what a token is worth, and a
// program that signs people out revokes it.
func Example() {
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	auth, err := latchkey.New(latchkey.Config{Issuer: "https://app.example.com", Keys: key, Store: memstore.New()})
	if err != nil {
		log.Fatal(err)
	}
	secret, hash := oauthhttp.NewClientSecret()
	handlers, err := oauthhttp.New(oauthhttp.Config{
		Auth:    auth,
		Clients: oauthhttp.ClientList{{ID: "gateway", SecretSHA256: []string{hash}, Introspect: true, Revoke: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	handlers.Register(mux, "/oauth")
	server := httptest.NewServer(mux)
	defer server.Close()

	tokens, err := auth.Issue(httptest.NewRequest("POST", "/", nil), latchkey.Login{Subject: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	post := func(path string) string {
		r, err := http.NewRequest("POST", server.URL+path, strings.NewReader(url.Values{"token": {tokens.Access}}.Encode()))
		if err != nil {
			log.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("gateway", secret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			log.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		body := make([]byte, 15)
		n, _ := answer.Body.Read(body)
		return strings.TrimSpace(fmt.Sprintf("%d %s", answer.StatusCode, body[:n]))
	}
	fmt.Println(post("/oauth/introspect"), "…")
	fmt.Println(post("/oauth/revoke"))
	fmt.Println(post("/oauth/introspect"), "…")
	// Output:
	// 200 {"active":true, …
	// 200
	// 200 {"active":false …
}

// All that is wrong is said at once. Here the secret itself stands where its
// hash belongs; the error does not repeat it.
func ExampleNew_incorrect() {
	_, err := oauthhttp.New(oauthhttp.Config{
		Clients: oauthhttp.ClientList{
			{ID: "gateway", SecretSHA256: []string{"lkcs_the-secret-itself"}, Introspect: true},
			{ID: "batch job", SecretSHA256: []string{strings.Repeat("ab", 32)}},
		},
	})
	fmt.Println(err)
	// Output:
	// oauthhttp: Config.Auth is required
	// oauthhttp: client 1 of Config.Clients ("gateway"): SecretSHA256 has what is no SHA-256 in hex, which has 64 digits
	// oauthhttp: client 2 of Config.Clients ("batch job"): ID must be 1 to 100 letters, digits, "-", ".", "_" or "~"
	// oauthhttp: client 2 of Config.Clients ("batch job"): it may do nothing: set Introspect or Revoke
}
