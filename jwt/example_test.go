package jwt_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// now is when the examples take place.
var now = time.Date(2027, 1, 15, 8, 0, 0, 0, time.UTC)

// Make a key, sign a token, verify it.
func Example() {
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	claims := fmt.Sprintf(`{"iss":"https://api.example.com","aud":"shop","sub":"alice","exp":%d}`, now.Add(15*time.Minute).Unix())
	token, err := key.KeySet().Sign(jwt.Header{Type: "at+jwt"}, []byte(claims))
	if err != nil {
		log.Fatal(err)
	}

	got, err := key.KeySet().Verify(token, jwt.Expect{
		Types:    []string{"at+jwt"},
		Issuer:   "https://api.example.com",
		Audience: "shop",
		Now:      now,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.Claims.Subject, "until", got.Claims.ExpiresAt.Format(time.TimeOnly))
	// Output: alice until 08:15:00
}

// signed is a token of key with claims.
func signed(key *jwt.Key, typ, claims string) string {
	token, err := key.KeySet().Sign(jwt.Header{Type: typ}, []byte(claims))
	if err != nil {
		log.Fatal(err)
	}
	return token
}

func generated(alg jwt.Algorithm) *jwt.Key {
	key, err := jwt.GenerateKey(alg)
	if err != nil {
		log.Fatal(err)
	}
	return key
}

// Every mistake of a token has its own error.
func ExampleKeySet_Verify() {
	key := generated(jwt.HS256)
	token := signed(key, "rt+jwt", `{"sub":"alice","exp":1800000900}`)
	_, err := key.KeySet().Verify(token, jwt.Expect{Types: []string{"at+jwt"}, Now: now})
	switch {
	case errors.Is(err, jwt.ErrExpired):
		fmt.Println("sign in again")
	case errors.Is(err, jwt.ErrType):
		fmt.Println("this is not an access token")
	case err != nil:
		fmt.Println("no token")
	}
	// Output: this is not an access token
}

// What was signed need not be claims.
func ExampleKeySet_VerifyJWS() {
	key := generated(jwt.ES256)
	token := signed(key, "", `{"note":"no exp, so this is no token to sign in with"}`)
	_, payload, err := key.KeySet().VerifyJWS(token)
	fmt.Println(string(payload), err)
	// Output: {"note":"no exp, so this is no token to sign in with"} <nil>
}

// A header may carry more, but nothing that readers act upon.
func ExampleKeySet_Sign() {
	key := generated(jwt.HS256)
	set := key.KeySet()
	token, err := set.Sign(jwt.Header{Type: "JWT", OmitKeyID: true, Extra: map[string]any{"region": "eu"}}, []byte(`{"sub":"alice"}`))
	if err != nil {
		log.Fatal(err)
	}
	seen, err := jwt.InsecureParse(token)
	fmt.Println(string(seen.Header), err)

	_, err = set.Sign(jwt.Header{Extra: map[string]any{"jku": "https://keys.example.com"}}, []byte(`{"sub":"alice"}`))
	fmt.Println(err)
	// Output:
	// {"alg":"HS256","typ":"JWT","region":"eu"} <nil>
	// jwt: malformed token: Extra must not hold the parameter "jku"
}

// An expired token is told from all others because it comes with the error.
func ExampleExpiredError() {
	key := generated(jwt.HS256)
	token := signed(key, "", `{"sub":"alice","exp":1700000000}`)
	_, err := key.KeySet().Verify(token, jwt.Expect{Now: now})
	var expired *jwt.ExpiredError
	if errors.As(err, &expired) {
		fmt.Println("the session of", expired.Token.Claims.Subject, "is over")
	}
	// Output: the session of alice is over
}

// Clocks differ. Leeway is for nbf and iat and never makes a token live longer.
func ExampleExpect_leeway() {
	key := generated(jwt.HS256)
	ahead := signed(key, "", fmt.Sprintf(`{"iat":%d,"exp":%d}`, now.Add(20*time.Second).Unix(), now.Add(time.Hour).Unix()))
	_, err := key.KeySet().Verify(ahead, jwt.Expect{Now: now})
	fmt.Println(err)
	_, err = key.KeySet().Verify(ahead, jwt.Expect{Now: now, Leeway: 30 * time.Second})
	fmt.Println(err)
	// Output:
	// jwt: token is not yet valid
	// <nil>
}

// Demand what the program relies on.
func ExampleExpect_required() {
	key := generated(jwt.HS256)
	token := signed(key, "", `{"sub":"alice","exp":1800000900}`)
	_, err := key.KeySet().Verify(token, jwt.Expect{Now: now, RequireSubject: true, RequireID: true})
	fmt.Println(err)
	// Output: jwt: required claim missing: jti
}

// A ceiling on lifetimes catches an issuer that hands out tokens for years.
func ExampleExpect_maxLifetime() {
	key := generated(jwt.HS256)
	token := signed(key, "", `{"iat":1800000000,"exp":1900000000}`)
	_, err := key.KeySet().Verify(token, jwt.Expect{Now: now, MaxLifetime: 24 * time.Hour})
	fmt.Println(err)
	// Output: jwt: token lives too long
}

func ExampleClaims() {
	key := generated(jwt.HS256)
	text := `{"sub":"alice","exp":1800000900,"plan":"gold","seats":3,"trial":false,"roles":["reader","editor"]}`
	token, err := key.KeySet().Verify(signed(key, "", text), jwt.Expect{Now: now})
	if err != nil {
		log.Fatal(err)
	}
	plan, _ := token.Claims.String("plan")
	seats, _ := token.Claims.Int("seats")
	trial, _ := token.Claims.Bool("trial")
	roles, _ := token.Claims.Raw("roles")
	_, number := token.Claims.Int("plan") // a string is no number
	fmt.Println(plan, seats, trial, string(roles), number, token.Claims.Has("roles"))
	fmt.Println(string(token.Claims.Payload()) == text)
	// Output:
	// gold 3 false ["reader","editor"] false true
	// true
}

// All claims at once, into a type of one's own.
func ExampleClaims_Decode() {
	key := generated(jwt.HS256)
	token, err := key.KeySet().Verify(signed(key, "", `{"sub":"alice","exp":1800000900,"roles":["reader"],"Plan":"gold"}`), jwt.Expect{Now: now})
	if err != nil {
		log.Fatal(err)
	}
	var mine struct {
		Roles []string `json:"roles"`
		Plan  string   `json:"plan"` // names match exactly, so "Plan" is another claim
	}
	err = token.Claims.Decode(&mine)
	fmt.Printf("%q %q %v\n", mine.Roles, mine.Plan, err)
	// Output: ["reader"] "" <nil>
}
