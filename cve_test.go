package latchkey_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
)

// TestCVE holds us to what befell others, where requests are concerned. What
// concerns tokens alone is in package jwt, and accounts in accounthttp, under
// tests of the same name.
func TestCVE(t *testing.T) {
	t.Run("CVE-2020-15222 a one-time token used twice", func(t *testing.T) {
		a := newApp(t, nil)
		c := a.browser()
		once := bearerOf(c.do("POST", "/sign-in/ada?deliver=json", ""), t, "refresh_token")
		c.do("POST", "/refresh", "", once...).is(t, 200, "")
		a.advance(10 * time.Second)
		c.do("POST", "/refresh", "", once...).is(t, 401, "session_ended")
	})
	t.Run("CVE-2020-15223 a revocation that failed, reported as done", func(t *testing.T) {
		store := &brokenStore{Store: memstore.New()}
		a := newApp(t, func(c *latchkey.Config) { c.Store = store })
		c := a.browser()
		access := bearerOf(c.do("POST", "/sign-in/ada?deliver=json", ""), t, "access_token")
		store.broken = true
		c.do("POST", "/sign-out", "", access...).is(t, 503, "unavailable")
		store.broken = false
		c.do("GET", "/me", "", access...).is(t, 200, "")
	})
	t.Run("CVE-2025-53826 a token that outlives signing out", func(t *testing.T) {
		a := newApp(t, nil)
		c := a.browser()
		access := bearerOf(c.do("POST", "/sign-in/ada?deliver=json", ""), t, "access_token")
		c.do("POST", "/sign-out", "", access...).is(t, 200, "")
		c.do("GET", "/me", "", access...).is(t, 401, "session_ended")
	})
	t.Run("CVE-2026-30223 the wrong audience, in every key mode", func(t *testing.T) {
		for _, alg := range []jwt.Algorithm{jwt.HS256, jwt.RS256, jwt.PS256, jwt.ES256, jwt.EdDSA} {
			key, err := jwt.GenerateKey(alg)
			if err != nil {
				t.Fatal(err)
			}
			cfg := goodConfig(t)
			cfg.Keys = key
			ours, err := latchkey.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Audience = "https://other.example.com"
			theirs, err := latchkey.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			r := newRequest("GET")
			tokens, err := theirs.Issue(r, latchkey.Login{Subject: "ada"})
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+tokens.Access)
			if _, err := ours.Authenticate(r); !errors.Is(err, latchkey.ErrInvalid) {
				t.Errorf("%s: %v", alg, err)
			}
		}
	})
	t.Run("CVE-2025-24358 an origin that resembles a trusted one", func(t *testing.T) {
		a := newApp(t, func(c *latchkey.Config) { c.TrustedOrigins = []string{"https://trusted.example"} })
		c := a.browser()
		for _, origin := range []string{"http://trusted.example", "https://trusted.example.evil.example", "https://eviltrusted.example", "https://trusted.example:444", "null"} {
			c.do("POST", "/sign-in/ada", "", "Origin", origin, "Referer", "https://trusted.example/").is(t, 403, "cross_origin")
		}
	})
	t.Run("GO-2026-6117 freshness without proof", func(t *testing.T) {
		a := newApp(t, nil)
		c := a.browser()
		refresh := bearerOf(c.do("POST", "/sign-in/ada?deliver=json", ""), t, "refresh_token")
		a.advance(time.Hour)
		renewed := bearerOf(c.do("POST", "/refresh", "", refresh...), t, "access_token")
		c.do("GET", "/me", "", renewed...).is(t, 200, "")
		c.do("GET", "/fresh", "", renewed...).is(t, 401, "not_fresh")
	})
}

// bearerOf is the Authorization header for a token of an answer.
func bearerOf(a answer, t *testing.T, member string) []string {
	t.Helper()
	a.is(t, 200, "")
	return []string{"Authorization", fmt.Sprint("Bearer ", a.json(t)[member])}
}

// Keys rotate while requests are under way: none is refused.
func TestKeysRotateUnderLoad(t *testing.T) {
	ring, err := jwt.NewKeyring(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	cfg := goodConfig(t)
	cfg.Keys, cfg.Now = ring, nil
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	failed := make(chan error)
	for range 4 {
		go func() { failed <- requestsUntil(ctx, auth) }()
	}
	first := ring.KeySet().SigningKey().ID()
	for range 10 {
		if _, err := ring.Rotate(jwt.Rotation{VerifyFor: time.Hour, Now: time.Now()}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // let requests meet the new key
	}
	stop()
	for range 4 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if ring.KeySet().SigningKey().ID() == first {
		t.Error("the key never changed")
	}
}

// requestsUntil signs in and uses the token, old ones too, until ctx is done.
func requestsUntil(ctx context.Context, auth *latchkey.Auth) error {
	var requests []*http.Request
	for ctx.Err() == nil {
		r := newRequest("GET")
		tokens, err := auth.Issue(r, latchkey.Login{Subject: fmt.Sprintf("user %p", r)}) // one session each
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+tokens.Access)
		requests = append(requests, r)
		for _, r := range requests[max(0, len(requests)-50):] {
			if _, err := auth.Authenticate(r); err != nil {
				return err
			}
		}
	}
	return nil
}
