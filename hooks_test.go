package latchkey_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/latchkey-go/latchkey"
)

func hookClaims(claims map[string]any) func(context.Context, string) (map[string]any, error) {
	return func(context.Context, string) (map[string]any, error) { return claims, nil }
}

func TestClaimsHook(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.Claims = hookClaims(map[string]any{"roles": []string{"editor"}})
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	r := newRequest("GET")
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	token, err := auth.Authenticate(r)
	if err != nil {
		t.Fatal(err)
	}
	var mine struct {
		Roles []string `json:"roles"`
	}
	if err := token.Claims(&mine); err != nil || len(mine.Roles) != 1 || mine.Roles[0] != "editor" {
		t.Errorf("the claims are %+v, %v", mine, err)
	}
}

func TestReservedClaimsCannotBeOverridden(t *testing.T) {
	for _, name := range []string{"sub", "exp", "fresh", "type", "jti", "iss", "aud", "sid", "iat", "nbf", "auth_time", "csrf", "ep", "gen", "mac"} {
		t.Run(name, func(t *testing.T) {
			cfg := goodConfig(t)
			cfg.Hooks.Claims = hookClaims(map[string]any{name: "admin"})
			auth, err := latchkey.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"}); !errors.Is(err, latchkey.ErrInternal) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestHooksThatRefuse(t *testing.T) {
	broken := errors.New("the disk is on fire")
	for name, c := range map[string]struct {
		hooks  latchkey.Hooks
		status int
		code   string
	}{
		"verify":               {latchkey.Hooks{Verify: func(context.Context, *latchkey.Token) error { return errors.New("wrong tenant") }}, 403, "rejected"},
		"user gone":            {latchkey.Hooks{User: func(context.Context, *latchkey.Token) (any, error) { return nil, latchkey.ErrUserGone }}, 401, "user_gone"},
		"user unknown for now": {latchkey.Hooks{User: func(context.Context, *latchkey.Token) (any, error) { return nil, broken }}, 503, "unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, func(cfg *latchkey.Config) { cfg.Hooks = c.hooks })
			b := a.browser()
			b.do("POST", "/sign-in/ada", "").is(t, 200, "")
			b.do("GET", "/me", "").is(t, c.status, c.code)
			b.do("GET", "/maybe", "").is(t, c.status, c.code)
		})
	}
}

func TestUserHookFillsTheToken(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.User = func(_ context.Context, t *latchkey.Token) (any, error) { return "user " + t.Subject, nil }
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	r := newRequest("GET")
	r.Header.Set("Authorization", "Bearer "+tokens.Access)
	if token, err := auth.Authenticate(r); err != nil || token.User != "user ada" {
		t.Errorf("%v, %v", token, err)
	}
}

func TestErrorHookWritesTheAnswer(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) {
		c.Hooks.Error = func(w http.ResponseWriter, r *http.Request, e *latchkey.Error) {
			w.WriteHeader(http.StatusTeapot)
			io.WriteString(w, e.Code)
		}
	})
	if got := a.browser().do("GET", "/me", ""); got.StatusCode != http.StatusTeapot || got.body != "token_missing" {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
}
