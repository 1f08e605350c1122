package latchkey_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
)

func decoded(t *testing.T, segment string) []byte {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The handler of errors learns whose token was refused, if it was genuine.
func TestErrorKnowsTheToken(t *testing.T) {
	now := time.Unix(1800000000, 0)
	var refused *latchkey.Error
	cfg := goodConfig(t)
	cfg.Now = func() time.Time { return now }
	cfg.Hooks.Error = func(_ http.ResponseWriter, _ *http.Request, e *latchkey.Error) { refused = e }
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada", AuthTime: now.Add(-time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(guard func(http.Handler) http.Handler, token string) {
		r := newRequest("GET")
		r.Header.Set("Authorization", "Bearer "+token)
		refused = nil
		guard(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), r)
	}
	ask(auth.Fresh(time.Minute), tokens.Access)
	if !errors.Is(refused, latchkey.ErrNotFresh) || refused.Token == nil || refused.Token.Subject != "ada" {
		t.Errorf("not fresh: %v of %v", refused, refused.Token)
	}
	var header struct{ Alg, Typ string }
	if err := json.Unmarshal(decoded(t, refused.Token.Header), &header); err != nil || header.Alg != "HS256" || header.Typ != "at+jwt" {
		t.Errorf("the header is %v, %v", header, err)
	}
	ask(auth.Required, tokens.Access[:len(tokens.Access)-2]+"AA")
	if !errors.Is(refused, latchkey.ErrInvalid) || refused.Token != nil {
		t.Errorf("forged: %v of %v", refused, refused.Token)
	}
	now = now.Add(time.Hour)
	ask(auth.Required, tokens.Access)
	if !errors.Is(refused, latchkey.ErrExpired) || refused.Token == nil || refused.Token.Subject != "ada" {
		t.Errorf("expired: %v of %v", refused, refused.Token)
	}
	if latchkey.ErrExpired.Token != nil || latchkey.ErrNotFresh.Token != nil {
		t.Error("a variable of the package was changed")
	}
}
