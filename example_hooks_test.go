package latchkey_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

// Claims puts more into access tokens than latchkey does by itself.
func ExampleHooks_claims() {
	auth := exampleAuth(latchkey.Hooks{
		Claims: func(_ context.Context, subject string) (map[string]any, error) {
			return map[string]any{"scope": "read write"}, nil
		},
	})
	token, err := auth.Authenticate(bearerRequest(auth, "ada"))
	if err != nil {
		log.Fatal(err)
	}
	var mine struct {
		Scope string `json:"scope"`
	}
	fmt.Println(token.Claims(&mine), mine.Scope)
	// Output: <nil> read write
}

// Header puts more into the header of access tokens, here what a gateway in
// front routes by.
func ExampleHooks_header() {
	auth := exampleAuth(latchkey.Hooks{
		Header: func(context.Context, string) (map[string]any, error) {
			return map[string]any{"cell": "eu-3"}, nil
		},
	})
	token, err := auth.Authenticate(bearerRequest(auth, "ada"))
	if err != nil {
		log.Fatal(err)
	}
	header, err := base64.RawURLEncoding.DecodeString(token.Header)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(header) > 0)
	// Output: true
}

// Identity keeps the ids of a table out of tokens.
func ExampleHooks_identity() {
	public := map[string]string{"42": "u_9fK3"}
	auth := exampleAuth(latchkey.Hooks{
		Identity: func(_ context.Context, subject string) (string, error) {
			id, ok := public[subject]
			if !ok {
				return "", errors.New("no public id")
			}
			return id, nil
		},
	})
	show(auth.Required(hello), bearerRequest(auth, "42"))
	// Output: 200 hello, u_9fK3
}

// Keys gives each tenant keys of its own.
func ExampleHooks_keys() {
	type tenant struct{}
	keys := map[string]*jwt.Key{}
	for _, name := range []string{"north", "south"} {
		key, err := jwt.GenerateKey(jwt.HS256)
		if err != nil {
			log.Fatal(err)
		}
		keys[name] = key
	}
	auth, err := latchkey.New(latchkey.Config{
		Issuer: "https://api.example.com", Keys: keys["north"], Store: memstore.New(),
		Hooks: latchkey.Hooks{Keys: func(ctx context.Context) (jwt.KeySource, error) {
			key, ok := keys[fmt.Sprint(ctx.Value(tenant{}))]
			if !ok {
				return nil, errors.New("no such tenant")
			}
			return key, nil
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Middleware in front of the guards finds the tenant, by the host, say.
	of := func(name string) context.Context { return context.WithValue(context.Background(), tenant{}, name) }

	tokens, err := auth.Issue(httptest.NewRequest("POST", "/", nil).WithContext(of("north")), latchkey.Login{Subject: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"north", "south"} {
		r := httptest.NewRequest("GET", "/", nil).WithContext(of(name))
		r.Header.Set("Authorization", "Bearer "+tokens.Access)
		_, err := auth.Authenticate(r)
		fmt.Println(name, err == nil)
	}
	// Output:
	// north true
	// south false
}

// Revoked asks a list of your own.
func ExampleHooks_revoked() {
	blocked := map[string]bool{"mallory": true}
	auth := exampleAuth(latchkey.Hooks{
		Revoked: func(_ context.Context, t *latchkey.Token) (bool, error) { return blocked[t.Subject], nil },
	})
	show(auth.Required(hello), bearerRequest(auth, "mallory"))
	// Output: 401 {"msg":"Your session has ended. Sign in again.","code":"session_ended"}
}

// CheckOrigin and Client are for handlers of your own that check passwords.
func ExampleAuth_CheckOrigin() {
	auth := exampleAuth(latchkey.Hooks{})
	r := httptest.NewRequest("POST", "/sign-in", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	fmt.Println(errors.Is(auth.CheckOrigin(r), latchkey.ErrCrossOrigin))
	fmt.Println(auth.Client(r).Address)
	// Output:
	// true
	// 192.0.2.1
}
