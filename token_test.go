package latchkey_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
	"weak"

	"github.com/latchkey-go/latchkey"
)

// A Token that a test has put together has the fields it was given, and says of
// the rest that there is none.
func TestTokenThatWasNotFound(t *testing.T) {
	token := &latchkey.Token{Subject: "ada"}
	var claims map[string]any
	if err := token.Claims(&claims); err == nil || claims != nil {
		t.Errorf("Claims gives %v and %v", claims, err)
	}
	if token.Done() != nil {
		t.Error("Done can be closed, and nobody does")
	}
}

// Many who ask one Token at once, and copies of it, get one channel, and the end
// of the session reaches all.
func TestDoneConcurrently(t *testing.T) {
	a := newApp(t, nil)
	r := httptest.NewRequest("GET", "/me", nil)
	r.Header.Set("Authorization", "Bearer "+a.seen("ada"))
	token, err := a.Authenticate(r)
	if err != nil {
		t.Fatal(err)
	}
	channels := make([]<-chan struct{}, 8)
	var wg sync.WaitGroup
	for i := range channels {
		wg.Go(func() {
			mine := *token
			var claims struct {
				Subject string `json:"sub"`
			}
			if err := mine.Claims(&claims); err != nil || claims.Subject != "ada" {
				t.Errorf("Claims gives %+v and %v", claims, err)
			}
			channels[i] = mine.Done()
			<-mine.Done()
		})
	}
	if err := a.Sessions().End(t.Context(), token.SessionID, "admin"); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	for i, c := range channels {
		if c != token.Done() {
			t.Errorf("channel %d is another", i)
		}
	}
}

// Many requests with one remembered token, in all that they do with what they
// share.
func TestSeenTokenIsUsedConcurrently(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) {
		c.Hooks.User = func(_ context.Context, t *latchkey.Token) (any, error) { return t.Location, nil }
	})
	text := a.seen("ada")
	guard := a.Required(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		token, _ := latchkey.FromContext(r.Context())
		var claims map[string]any
		if err := token.Claims(&claims); err != nil || claims["sub"] != "ada" {
			t.Errorf("Claims gives %v and %v", claims, err)
		}
		if token.Subject != "ada" || token.User != latchkey.InHeader || token.Done() == nil {
			t.Errorf("the token is %+v", token)
		}
		token.Subject, token.Location = r.Header.Get("Authorization"), "spoilt"
	}))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				a.advance(1)
				r := httptest.NewRequestWithContext(t.Context(), "GET", "/me", nil)
				r.Header.Set("Authorization", "Bearer "+text)
				w := httptest.NewRecorder()
				if guard.ServeHTTP(w, r); w.Code != 200 {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
			}
		})
	}
	wg.Wait()
}

// What is remembered of a token is the token: not the request that brought it,
// whatever lay around the token there, or what a hook made of it.
func TestSeenTokenHoldsNoRequest(t *testing.T) {
	type inContext struct{}
	type person struct{ name string }
	var users []weak.Pointer[person]
	a := newApp(t, func(c *latchkey.Config) {
		c.Hooks.User = func(context.Context, *latchkey.Token) (any, error) {
			p := &person{strings.Repeat("ada", 9)}
			users = append(users, weak.Make(p))
			return p, nil
		}
	})
	for name, around := range map[string]struct{ header, before, after string }{
		"spaces":  {"Authorization", "Bearer" + strings.Repeat(" ", 1<<10), strings.Repeat(" ", 1<<10)},
		"cookies": {"Cookie", "a=" + strings.Repeat("a", 1<<10) + "; latchkey_access=", "; b=" + strings.Repeat("b", 1<<10)},
	} {
		token := a.bearer(name)
		_, before := a.TokenCacheStats()
		var values []weak.Pointer[byte]
		var contexts []weak.Pointer[person]
		for range 3 {
			value := around.before + token + around.after
			ctx := &person{strings.Repeat("eve", 9)}
			values, contexts = append(values, weak.Make(unsafe.StringData(value))), append(contexts, weak.Make(ctx))
			r := httptest.NewRequestWithContext(context.WithValue(t.Context(), inContext{}, ctx), "GET", a.url+"/me", nil)
			r.Header[around.header] = []string{value}
			w := httptest.NewRecorder()
			if a.Required(ok).ServeHTTP(w, r); w.Code != 200 {
				t.Fatalf("%s: %d, %s", name, w.Code, w.Body)
			}
		}
		if _, after := a.TokenCacheStats(); after != before+2 {
			t.Fatalf("%s: of three uses, %d were verified", name, after-before)
		}
		runtime.GC()
		for i := range values {
			if values[i].Value() != nil {
				t.Errorf("%s: what request %d brought is still there", name, i)
			}
			if contexts[i].Value() != nil {
				t.Errorf("%s: the context of request %d is still there", name, i)
			}
		}
	}
	runtime.GC()
	for i, u := range users {
		if u.Value() != nil {
			t.Errorf("user %d is still there", i)
		}
	}
	runtime.KeepAlive(a)
}

// TestLifetimesOfPartsOfSeconds: whatever the moment within a second, a token that
// was just issued is good.
func TestLifetimesOfPartsOfSeconds(t *testing.T) {
	for _, moment := range []time.Duration{0, 300 * time.Millisecond, 600 * time.Millisecond, 999 * time.Millisecond} {
		cfg, now := goodConfig(t), &clock{}
		cfg.AccessTTL, cfg.RefreshTTL, cfg.Now = 1500*time.Millisecond, 2500*time.Millisecond, now.now
		now.advance(moment)
		auth, err := latchkey.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		for token, guard := range map[string]func(http.Handler) http.Handler{tokens.Access: auth.Required, tokens.Refresh: auth.Refresh} {
			if w := serve(guard(jsonHandler(`{}`)), "GET", "/", "Authorization", "Bearer "+token); w.Code != http.StatusOK {
				t.Errorf("at %v: %d %s", moment, w.Code, w.Body)
			}
		}
	}
}
