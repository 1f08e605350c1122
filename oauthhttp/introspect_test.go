package oauthhttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// wantActive decodes an active answer.
func wantActive(t *testing.T, w *world, client, token string, pairs ...string) map[string]any {
	t.Helper()
	answer := w.introspect(client, token, pairs...)
	var body map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != 200 || body["active"] != true {
		t.Fatalf("%d %s, want active", answer.Code, answer.Body)
	}
	if got := answer.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
	return body
}

// TestIntrospectionOfGoodTokens holds all that an active answer says.
func TestIntrospectionOfGoodTokens(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		tokens := w.signIn()
		now := float64(w.clock().Unix())
		got := wantActive(t, w, "gateway", tokens.Access)
		jti := got["jti"]
		want := map[string]any{
			"active": true, "token_type": "Bearer", "sub": "ada", "iss": issuer, "aud": issuer,
			"iat": now, "exp": now + 15*60, "auth_time": now, "sid": tokens.Session.ID, "jti": jti,
		}
		if jti == "" || !reflect.DeepEqual(got, want) {
			t.Errorf("access: got %v, want %v", got, want)
		}
		for _, hint := range []string{"", "access_token", "refresh_token", "nonsense"} {
			if again := wantActive(t, w, "auditor", tokens.Access, "token_type_hint", hint); !reflect.DeepEqual(again, want) {
				t.Errorf("hint %q: got %v", hint, again)
			}
			got = wantActive(t, w, "auditor", tokens.Refresh, "token_type_hint", hint)
			want := map[string]any{
				"active": true, "token_type": "N_A", "sub": "ada", "iss": issuer, "aud": issuer,
				"iat": now, "exp": now + 14*24*3600, "auth_time": now, "sid": tokens.Session.ID, "jti": got["jti"],
			}
			if got["jti"] == jti || !reflect.DeepEqual(got, want) {
				t.Errorf("refresh, hint %q: got %v, want %v", hint, got, want)
			}
		}
	})
}

// TestIntrospectionOfClaims: what Hooks.Claims adds is told as far as the RFC
// has a member for it, and of the type it wants.
func TestIntrospectionOfClaims(t *testing.T) {
	var extra map[string]any
	w := newWorld(t, memstore.New(), func(c *latchkey.Config) {
		c.Hooks.Claims = func(context.Context, string) (map[string]any, error) { return extra, nil }
	})
	for _, c := range []struct {
		claims          map[string]any
		scope, clientID any
	}{
		{map[string]any{"scope": "read write", "client_id": "web", "plan": "pro"}, "read write", "web"},
		{map[string]any{"scope": []string{"read"}, "client_id": 7}, nil, nil},
		{map[string]any{"scope": "", "client_id": nil}, nil, nil},
	} {
		extra = c.claims
		got := wantActive(t, w, "gateway", w.signIn().Access)
		if got["scope"] != c.scope || got["client_id"] != c.clientID || got["plan"] != nil {
			t.Errorf("%v: got %v", c.claims, got)
		}
	}
	token := sign(t, w.keys, "at+jwt", w.claims(w.signIn().Session, map[string]any{"aud": []string{"other", issuer}}))
	if got := wantActive(t, w, "gateway", token); !reflect.DeepEqual(got["aud"], []any{"other", issuer}) {
		t.Errorf("aud is %v", got["aud"])
	}
}

// TestIntrospectionOfBadTokens: each gets the same answer, which tells nothing.
func TestIntrospectionOfBadTokens(t *testing.T) {
	onEachStore(t, func(t *testing.T, w *world) {
		tokens := w.signIn()
		for name, token := range badTokens(t, w, tokens) {
			for _, hint := range []string{"access_token", "refresh_token"} {
				t.Log(name, hint)
				wantInactive(t, w.introspect("auditor", token, "token_type_hint", hint))
			}
		}
		t.Log("a refresh token, to one who may only ask about access tokens")
		wantInactive(t, w.introspect("gateway", tokens.Refresh))
		wantInactive(t, w.introspect("gateway", tokens.Refresh, "token_type_hint", "refresh_token"))

		t.Log("a session that ended")
		ended := w.signIn()
		if err := w.auth.Sessions().End(t.Context(), ended.Session.ID, session.EndedByUser); err != nil {
			t.Fatal(err)
		}
		wantInactive(t, w.introspect("auditor", ended.Access))
		wantInactive(t, w.introspect("auditor", ended.Refresh))

		t.Log("a token that was revoked alone")
		jti := wantActive(t, w, "gateway", tokens.Access)["jti"].(string)
		if err := w.auth.Sessions().RevokeToken(t.Context(), jti); err != nil {
			t.Fatal(err)
		}
		wantInactive(t, w.introspect("auditor", tokens.Access))
		wantActive(t, w, "auditor", tokens.Refresh)

		t.Log("expired")
		w.advance(15 * time.Minute)
		wantInactive(t, w.introspect("auditor", w.expiredAccess(t, tokens)))
		w.advance(14 * 24 * time.Hour)
		wantInactive(t, w.introspect("auditor", tokens.Refresh))
	})
}

// expiredAccess is another access token of the session, which expires now.
func (w *world) expiredAccess(t *testing.T, tokens latchkey.Tokens) string {
	t.Helper()
	at := w.clock().Add(-15 * time.Minute).Unix()
	return sign(t, w.keys, "at+jwt", w.claims(tokens.Session, map[string]any{"iat": at, "exp": w.clock().Unix()}))
}

// TestIntrospectionAsksTheHooks: a token that a guard refuses is not active.
func TestIntrospectionAsksTheHooks(t *testing.T) {
	var user, verify, revoked error
	w := newWorld(t, memstore.New(), func(c *latchkey.Config) {
		c.Hooks.User = func(context.Context, *latchkey.Token) (any, error) { return "Ada", user }
		c.Hooks.Verify = func(context.Context, *latchkey.Token) error { return verify }
		c.Hooks.Revoked = func(context.Context, *latchkey.Token) (bool, error) { return revoked == errYes, no(revoked) }
	})
	tokens := w.signIn()
	for _, c := range []struct {
		name   string
		hook   *error
		value  error
		status int
	}{
		{"no objection", &user, nil, 200},
		{"a disabled user", &user, latchkey.ErrUserGone, 0},
		{"users that cannot be asked", &user, errors.New("down"), 503},
		{"refused", &verify, errors.New("from another country"), 0},
		{"on a list of revoked tokens", &revoked, errYes, 0},
		{"a list that cannot be read", &revoked, errors.New("down"), 503},
	} {
		t.Run(c.name, func(t *testing.T) {
			*c.hook = c.value
			defer func() { *c.hook = nil }()
			for _, token := range []string{tokens.Access, tokens.Refresh} {
				switch c.status {
				case 200:
					wantActive(t, w, "auditor", token)
				case 503:
					wantError(t, w.introspect("auditor", token), 503, "temporarily_unavailable")
				default:
					wantInactive(t, w.introspect("auditor", token))
				}
			}
		})
	}
	// They are no reason not to revoke.
	verify = errors.New("from another country")
	wantRevoked(t, w.revoke(tokens.Access))
	verify = nil
	wantInactive(t, w.introspect("auditor", tokens.Access))
}

// errYes stands for a token that is on the list.
var errYes = errors.New("yes")

func no(err error) error {
	if err == errYes {
		return nil
	}
	return err
}

// TestIntrospectionNeedsTheStore: not knowing is neither active nor inactive.
func TestIntrospectionNeedsTheStore(t *testing.T) {
	store := openSQLite(t)
	w := newWorld(t, store)
	tokens := w.signIn()
	if _, err := store.DB().ExecContext(t.Context(), `ALTER TABLE latchkey_sessions RENAME TO gone`); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{tokens.Access, tokens.Refresh} {
		wantError(t, w.introspect("auditor", token), 503, "temporarily_unavailable")
	}
	wantInactive(t, w.introspect("auditor", "garbage")) // which needs no store
}

// TestIntrospectionWhenStateless: tokens are active until they expire.
func TestIntrospectionWhenStateless(t *testing.T) {
	w := newWorld(t, latchkey.Stateless)
	tokens := w.signIn()
	if got := wantActive(t, w, "auditor", tokens.Access); got["sid"] != nil || got["sub"] != "ada" {
		t.Errorf("%v", got)
	}
	forged := sign(t, w.keys, "rt+jwt", w.claims(&session.Session{Subject: "ada", ID: "a"}, map[string]any{"gen": 0, "mac": ""}))
	wantInactive(t, w.introspect("auditor", forged))
	w.advance(15 * time.Minute)
	wantInactive(t, w.introspect("auditor", tokens.Access))
}

// TestIntrospectionIsNoUse: asking does not keep a session from ending, and does
// not end one, however old the refresh token.
func TestIntrospectionIsNoUse(t *testing.T) {
	w := newWorld(t, memstore.New(), func(c *latchkey.Config) { c.IdleTimeout = time.Hour })
	first := w.signIn()
	w.advance(time.Minute)
	second := w.refresh(first.Refresh)
	w.advance(time.Minute)
	wantInactive(t, w.introspect("auditor", first.Refresh))
	wantActive(t, w, "auditor", second)
	for range 4 {
		w.advance(14 * time.Minute)
		wantActive(t, w, "auditor", second)
		wantActive(t, w, "gateway", sign(t, w.keys, "at+jwt", w.claims(first.Session, nil)))
	}
	w.advance(2 * time.Minute) // an hour after the sign-in
	wantInactive(t, w.introspect("auditor", second))
}
