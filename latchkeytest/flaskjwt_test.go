package latchkeytest_test

import (
	"crypto/rand"
	"errors"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/latchkeytest"
)

func TestApplicationsThatComeFromFlask(t *testing.T) {
	for _, location := range []string{"headers", "cookies", "query_string"} {
		t.Run(location, func(t *testing.T) {
			manager, err := flaskjwt.New(flaskjwt.Settings{
				"JWT_SECRET_KEY":     rand.Text() + rand.Text(),
				"JWT_TOKEN_LOCATION": location,
			}, flaskjwt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			lk := latchkeytest.New(t, manager.Config())
			if token, err := lk.Auth.Authenticate(lk.SignedIn(t, post("/"), ada)); err != nil || token.Subject != "ada" {
				t.Errorf("%+v, %v", token, err)
			}
			if _, err := lk.Auth.Authenticate(lk.Expired(t, get("/"), ada)); !errors.Is(err, latchkey.ErrExpired) {
				t.Errorf("expired: %v", err)
			}
		})
	}
}

func TestTokensThatNeverExpire(t *testing.T) {
	manager, err := flaskjwt.New(flaskjwt.Settings{
		"JWT_SECRET_KEY": rand.Text() + rand.Text(), "JWT_ACCESS_TOKEN_EXPIRES": false,
	}, flaskjwt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := failure(func(t testing.TB) { latchkeytest.New(t, manager.Config()).Expired(t, get("/"), ada) })
	if got != "latchkeytest: the configuration makes access tokens that do not expire" {
		t.Errorf("failed with %q", got)
	}
}
