package latchkey_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
)

func hookClaims(claims map[string]any) func(context.Context, string) (map[string]any, error) {
	return func(context.Context, string) (map[string]any, error) { return claims, nil }
}

func TestClaimsHook(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.Claims = hookClaims(map[string]any{"roles": []string{"editor"}})
	token := issued(t, cfg)
	var mine struct {
		Roles []string `json:"roles"`
	}
	if err := token.Claims(&mine); err != nil || len(mine.Roles) != 1 || mine.Roles[0] != "editor" {
		t.Errorf("the claims are %+v, %v", mine, err)
	}
}

func TestReservedClaimsCannotBeOverridden(t *testing.T) {
	for _, name := range []string{"sub", "exp", "fresh", "type", "jti", "iss", "aud", "sid", "iat", "nbf", "auth_time", "csrf", "ep", "gen", "mac", "SUB", "Exp"} {
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
			if c.hooks.User != nil {
				b.do("POST", "/refresh", "", "X-CSRF-TOKEN", b.cookie("latchkey_csrf")).is(t, c.status, c.code)
			}
		})
	}
}

func TestUserHookFillsTheToken(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.User = func(_ context.Context, t *latchkey.Token) (any, error) { return "user " + t.Subject, nil }
	if token := issued(t, cfg); token.User != "user ada" {
		t.Errorf("the user is %v", token.User)
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

func TestHeaderHook(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.Header = hookClaims(map[string]any{"tenant": "north"})
	token := issued(t, cfg)
	header, err := base64.RawURLEncoding.DecodeString(token.Header)
	if err != nil || !strings.Contains(string(header), `"tenant":"north"`) {
		t.Errorf("the header is %s, %v", header, err)
	}
	for _, name := range []string{"alg", "kid", "crit", "jwk", "jku", "typ"} {
		cfg.Hooks.Header = hookClaims(map[string]any{name: "none"})
		auth, err := latchkey.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"}); !errors.Is(err, latchkey.ErrInternal) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func TestIdentityHook(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Hooks.Identity = func(_ context.Context, subject string) (string, error) { return "public-" + subject, nil }
	if token := issued(t, cfg); token.Subject != "public-ada" {
		t.Errorf("sub is %q", token.Subject)
	}
	cfg.Hooks.Identity = func(context.Context, string) (string, error) { return "", errors.New("no answer") }
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"}); !errors.Is(err, latchkey.ErrUnavailable) {
		t.Errorf("the error is %v", err)
	}
}

func TestRevokedHook(t *testing.T) {
	answer, failure := false, error(nil)
	a := newApp(t, func(c *latchkey.Config) {
		c.Hooks.Revoked = func(context.Context, *latchkey.Token) (bool, error) { return answer, failure }
	})
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	c.do("GET", "/me", "").is(t, 200, "")
	answer = true
	c.do("GET", "/me", "").is(t, 401, "session_ended")
	c.do("GET", "/maybe", "").is(t, 401, "session_ended")
	answer, failure = false, errors.New("no answer")
	c.do("GET", "/me", "").is(t, 503, "unavailable")
}

// Two tenants with keys of their own: neither's tokens pass for the other.
func TestKeysHook(t *testing.T) {
	type tenant struct{}
	keys := map[string]*jwt.Key{}
	for _, name := range []string{"north", "south"} {
		key, err := jwt.GenerateKey(jwt.HS256)
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = key
	}
	cfg := goodConfig(t)
	cfg.Hooks.Keys = func(ctx context.Context) (jwt.KeySource, error) {
		if key, ok := keys[ctx.Value(tenant{}).(string)]; ok {
			return key, nil
		}
		return nil, errors.New("no such tenant")
	}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	of := func(name, token string) *http.Request {
		r := newRequest("GET").WithContext(context.WithValue(t.Context(), tenant{}, name))
		r.Header.Set("Authorization", "Bearer "+token)
		return r
	}
	tokens, err := auth.Issue(of("north", ""), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time from memory
		if _, err := auth.Authenticate(of("north", tokens.Access)); err != nil {
			t.Error(err)
		}
		if _, err := auth.Authenticate(of("south", tokens.Access)); !errors.Is(err, latchkey.ErrInvalid) {
			t.Errorf("another tenant's token: %v", err)
		}
		if _, err := auth.Authenticate(of("east", tokens.Access)); !errors.Is(err, latchkey.ErrUnavailable) {
			t.Errorf("no tenant: %v", err)
		}
	}
}

// issued is a token of ada under a configuration, as a guard sees it.
func issued(t *testing.T, cfg latchkey.Config) *latchkey.Token {
	t.Helper()
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
	return token
}
