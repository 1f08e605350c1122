package jwt_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// states prints where the keys of a ring stand.
func states(ring *jwt.Keyring) {
	var list []any
	for _, key := range ring.Keys() {
		list = append(list, key.State)
	}
	fmt.Println(list...)
}

func ExampleNewKeyring() {
	ring, err := jwt.NewKeyring(jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	states(ring)
	// Output: active
}

// The file is made on first use, for its owner alone.
func ExampleOpenKeyring() {
	dir, err := os.MkdirTemp("", "keyring")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "keys.json")

	ring, err := jwt.OpenKeyring(path, jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	again, err := jwt.OpenKeyring(path, jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ring.KeySet().SigningKey().ID() == again.KeySet().SigningKey().ID())
	// Output: true
}

// A schedule: a new key each month, published a day before it signs, and kept
// for two hours after it has stopped.
func ExampleKeyring_Rotate() {
	ring, err := jwt.NewKeyring(jwt.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	day := 24 * time.Hour
	schedule := jwt.Rotation{Every: 30 * day, PublishAhead: day, VerifyFor: 2 * time.Hour}
	start := ring.Keys()[0].ActiveAt
	for _, after := range []time.Duration{0, 29 * day, 30 * day, 30*day + 2*time.Hour} {
		schedule.Now = start.Add(after)
		if _, err := ring.Rotate(schedule); err != nil {
			log.Fatal(err)
		}
		states(ring)
	}
	// Output:
	// active
	// active standby
	// active retired
	// active
}

// A rotation by hand, at once. What the old key signed is good for an hour.
func ExampleKeyring_Rotate_now() {
	ring, err := jwt.NewKeyring(jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	changed, err := ring.Rotate(jwt.Rotation{VerifyFor: time.Hour})
	fmt.Println(changed, err)
	states(ring)
	// Output:
	// true <nil>
	// active retired
}

// A key has leaked: none of its tokens is good any more.
func ExampleKeyring_RetireNow() {
	ring, err := jwt.NewKeyring(jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	token, err := ring.KeySet().Sign(jwt.Header{}, []byte(`{"exp":1800000900}`))
	if err != nil {
		log.Fatal(err)
	}
	if err := ring.RetireNow(ring.KeySet().SigningKey().ID()); err != nil {
		log.Fatal(err)
	}
	_, err = ring.KeySet().Verify(token, jwt.Expect{Now: now})
	fmt.Println(err)
	// Output: jwt: unknown key
}

// A key made elsewhere verifies at once, and signs from the next Rotate.
func ExampleKeyring_Import() {
	ring, err := jwt.NewKeyring(jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	key := generated(jwt.HS256)
	if err := ring.Import(key); err != nil {
		log.Fatal(err)
	}
	states(ring)
	if _, err := ring.Rotate(jwt.Rotation{VerifyFor: time.Hour}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ring.KeySet().SigningKey() == key)
	// Output:
	// active standby
	// true
}

// Another process has changed the file.
func ExampleKeyring_Reload() {
	dir, err := os.MkdirTemp("", "keyring")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	here, err := jwt.OpenKeyring(filepath.Join(dir, "keys.json"), jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	there, err := jwt.OpenKeyring(filepath.Join(dir, "keys.json"), jwt.HS256)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := there.Rotate(jwt.Rotation{VerifyFor: time.Hour}); err != nil {
		log.Fatal(err)
	}
	states(here)
	if err := here.Reload(); err != nil {
		log.Fatal(err)
	}
	states(here)
	// Output:
	// active
	// active retired
}

// Tokens of another issuer are verified with the keys it publishes.
func ExampleRemoteKeys() {
	theirs := generated(jwt.ES256)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(theirs.KeySet().JWKS())
	}))
	defer server.Close()

	keys, err := jwt.NewRemoteKeys(jwt.RemoteConfig{
		Issuer: "https://accounts.example.com",
		URL:    server.URL + "/.well-known/jwks.json",
	})
	if err != nil {
		log.Fatal(err)
	}
	token := signed(theirs, "", `{"iss":"https://accounts.example.com","aud":"shop","sub":"bob","exp":1800000900}`)
	got, err := keys.Verify(context.Background(), token, jwt.Expect{Audience: "shop", Now: now})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.Claims.Subject)

	other := signed(theirs, "", `{"iss":"https://elsewhere.example.com","sub":"bob","exp":1800000900}`)
	_, err = keys.Verify(context.Background(), other, jwt.Expect{Now: now})
	fmt.Println(err)
	// Output:
	// bob
	// jwt: wrong issuer
}

// A program can fetch the keys before the first token comes, to find a wrong
// URL at once.
func ExampleRemoteKeys_Refresh() {
	keys, err := jwt.NewRemoteKeys(jwt.RemoteConfig{Issuer: "https://accounts.example.com", URL: "http://127.0.0.1:1/jwks.json"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(keys.Refresh(context.Background()) != nil)
	// Output: true
}
