package latchkey_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
)

// bearer signs somebody in and returns the access token.
func (a *app) bearer(user string) string {
	a.t.Helper()
	got := a.browser().do("POST", "/sign-in/"+user+"?deliver=json", "")
	got.is(a.t, 200, "")
	return got.json(a.t)["access_token"].(string)
}

// with presents an access token.
func (a *app) with(token, path string) answer {
	a.t.Helper()
	return a.browser().do("GET", path, "", "Authorization", "Bearer "+token)
}

// seen signs in and uses the token, so that it is remembered: when it comes for
// the second time.
func (a *app) seen(user string) string {
	a.t.Helper()
	token := a.bearer(user)
	_, before := a.TokenCacheStats()
	for range 3 {
		a.with(token, "/me").is(a.t, 200, "")
	}
	if _, after := a.TokenCacheStats(); after != before+2 {
		a.t.Fatalf("of three uses, %d were verified", after-before)
	}
	return token
}

func TestSeenTokenExpires(t *testing.T) {
	a := newApp(t, nil)
	token := a.seen("ada")
	a.advance(15*time.Minute - time.Second)
	a.with(token, "/me").is(t, 200, "")
	a.advance(time.Second)
	a.with(token, "/me").is(t, 401, "token_expired")
}

// A clock that is set back makes a token one of the future again.
func TestSeenTokenIsOfTheFuture(t *testing.T) {
	a := newApp(t, nil)
	token := a.seen("ada")
	a.advance(-2 * time.Second)
	a.with(token, "/me").is(t, 401, "token_invalid")
	a.advance(2 * time.Second)
	a.with(token, "/me").is(t, 200, "")
}

func TestSeenTokenOfEndedSession(t *testing.T) {
	a := newApp(t, nil)
	ada, bob := a.seen("ada"), a.seen("bob")
	if _, err := a.Sessions().EndSubject(t.Context(), "ada", "admin"); err != nil {
		t.Fatal(err)
	}
	a.with(ada, "/me").is(t, 401, "session_ended")
	a.with(bob, "/me").is(t, 200, "")
}

func TestSeenTokenGetsStale(t *testing.T) {
	a := newApp(t, nil)
	token := a.seen("ada")
	a.with(token, "/fresh").is(t, 200, "")
	a.advance(10 * time.Minute)
	a.with(token, "/fresh").is(t, 401, "not_fresh")
	a.with(token, "/me").is(t, 200, "")
}

func TestSeenTokenNeedsCSRFInCookies(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	for range 2 {
		c.do("GET", "/me", "").is(t, 200, "")
	}
	c.do("POST", "/me", "").is(t, 403, "csrf")
	c.do("POST", "/me", "", "X-CSRF-TOKEN", "guess").is(t, 403, "csrf")
	c.do("POST", "/me", "", "X-CSRF-TOKEN", c.cookie("latchkey_csrf")).is(t, 200, "")
	c.do("POST", "/me", "", "X-CSRF-TOKEN", c.cookie("latchkey_csrf"), "Sec-Fetch-Site", "cross-site").is(t, 403, "cross_origin")
}

// Roles and the like are the business of hooks, which are asked each time.
func TestSeenTokenIsAskedOfHooks(t *testing.T) {
	var allowed, exists = true, true
	a := newApp(t, func(c *latchkey.Config) {
		c.Hooks.Verify = func(context.Context, *latchkey.Token) error {
			if !allowed {
				return http.ErrNotSupported
			}
			return nil
		}
		c.Hooks.User = func(context.Context, *latchkey.Token) (any, error) {
			if !exists {
				return nil, latchkey.ErrUserGone
			}
			return "user", nil
		}
	})
	token := a.seen("ada")
	allowed = false
	a.with(token, "/me").is(t, 403, "rejected")
	allowed, exists = true, false
	a.with(token, "/me").is(t, 401, "user_gone")
}

func TestSeenTokenOfRetiredKey(t *testing.T) {
	ring, err := jwt.NewKeyring(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(t, func(c *latchkey.Config) { c.Keys = ring })
	old, signedBy := a.seen("ada"), ring.KeySet().SigningKey().ID()
	if _, err := ring.Rotate(jwt.Rotation{VerifyFor: time.Hour}); err != nil {
		t.Fatal(err)
	}
	a.with(old, "/me").is(t, 200, "") // a rotation leaves old tokens good
	if err := ring.RetireNow(signedBy); err != nil {
		t.Fatal(err)
	}
	a.with(old, "/me").is(t, 401, "token_invalid")
	a.seen("ada")
}

// Every text but the one that was verified is unknown.
func TestSeenTokenHasOneSpelling(t *testing.T) {
	a := newApp(t, nil)
	token := a.seen("ada")
	for i := range len(token) {
		other := []byte(token)
		other[i] ^= 1
		if got := a.authenticate(string(other)); got == nil {
			t.Errorf("passes with byte %d changed", i)
		}
	}
	for _, other := range []string{token + "=", token + ".", "." + token, token[:len(token)-1], token + "A"} {
		if a.authenticate(other) == nil {
			t.Errorf("passes: %q", other)
		}
	}
}

// authenticate presents a token without a connection.
func (a *app) authenticate(token string) error {
	r := httptest.NewRequest("GET", "/me", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	_, err := a.Authenticate(r)
	return err
}

// A remembered access token is none where a refresh token belongs, and refresh
// tokens are not remembered.
func TestSeenTokenKeepsItsType(t *testing.T) {
	a := newApp(t, nil)
	tokens := a.browser().do("POST", "/sign-in/ada?deliver=json", "").json(t)
	access, refresh := tokens["access_token"].(string), tokens["refresh_token"].(string)
	for range 3 {
		a.with(access, "/me").is(t, 200, "")
		a.with(access, "/refresh-guard").is(t, 401, "wrong_type")
		a.with(refresh, "/refresh-guard").is(t, 200, "")
		a.with(refresh, "/me").is(t, 401, "wrong_type")
	}
}

// Two applications with one key do not share what they remember.
func TestSeenTokenOfAnotherConfiguration(t *testing.T) {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	keys := key.KeySet()
	one := newApp(t, func(c *latchkey.Config) { c.Keys, c.Audience = keys, "one" })
	two := newApp(t, func(c *latchkey.Config) { c.Keys, c.Audience = keys, "two" })
	token := one.seen("ada")
	two.with(token, "/me").is(t, 401, "token_invalid")
	one.with(token, "/me").is(t, 200, "")
}

// Who spoils what one request was given does not spoil it for the next.
func TestSeenTokenIsNotShared(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) {
		c.Hooks.Claims = func(context.Context, string) (map[string]any, error) {
			return map[string]any{"roles": []string{"reader"}}, nil
		}
	})
	token := a.seen("ada")
	type claims struct {
		Roles []string `json:"roles"`
	}
	for range 3 {
		r := httptest.NewRequest("GET", "/me", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		tok, err := a.Authenticate(r)
		if err != nil {
			t.Fatal(err)
		}
		var c claims
		if err := tok.Claims(&c); err != nil {
			t.Fatal(err)
		}
		if tok.Subject != "ada" || tok.User != nil || !slices.Equal(c.Roles, []string{"reader"}) {
			t.Fatalf("the token says %+v, %+v", tok, c)
		}
		tok.Subject, tok.SessionID, tok.ExpiresAt, tok.User = "root", "", time.Time{}, "root"
		c.Roles[0] = "writer"
	}
}

// Many requests at once with few tokens and with sign-outs in between: nobody
// ever is somebody else.
func TestSeenTokensConcurrently(t *testing.T) {
	a := newApp(t, nil)
	users := []string{"ada", "bob", "eve", "joe"}
	tokens := make([]string, len(users))
	for i, u := range users {
		tokens[i] = a.bearer(u)
	}
	guarded := a.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tok, _ := latchkey.FromContext(r.Context())
		_ = json.NewEncoder(w).Encode(tok.Subject)
	}))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for n := range 200 {
				i := (g + n) % len(users)
				r := httptest.NewRequest("GET", "/me", nil)
				r.Header.Set("Authorization", "Bearer "+tokens[i])
				w := httptest.NewRecorder()
				guarded.ServeHTTP(w, r)
				if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != `"`+users[i]+`"` {
					t.Errorf("%s is %d, %s", users[i], w.Code, got)
					return
				}
			}
		})
	}
	wg.Wait()
}

// The guard runs on every request, so it must not make garbage: four objects
// for a token not seen before, one for one seen before.
func TestGuardAllocations(t *testing.T) {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	keys := &generations{key: key}
	a := newApp(t, func(c *latchkey.Config) { c.Keys, c.Now = keys, time.Now })
	if err := a.Sessions().Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/me", nil)
	r.Header.Set("Authorization", "Bearer "+a.bearer("ada"))
	passed := 0
	guarded := a.Required(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
	w := silentWriter{http.Header{"Vary": nil}}
	for _, c := range []struct {
		seen bool
		most float64
	}{{true, 1}, {false, 4}} {
		keys.next()
		got := fewestAllocs(func() {
			if !c.seen {
				keys.next()
			}
			w.header["Vary"] = nil
			guarded.ServeHTTP(w, r)
		})
		if got > c.most || passed == 0 {
			t.Errorf("seen before: %v; %v allocations, %d passed", c.seen, got, passed)
		}
	}
}

// fewestAllocs is how many objects f allocates when pools have what it needs;
// the race detector makes them forget things at random.
func fewestAllocs(f func()) float64 {
	fewest := testing.AllocsPerRun(1, f)
	for range 100 {
		fewest = min(fewest, testing.AllocsPerRun(1, f))
	}
	return fewest
}

// generations is a key source whose key sets are made before they are needed.
type generations struct {
	key  *jwt.Key
	sets [2]*jwt.KeySet
	now  int
}

func (g *generations) next() { g.now = 1 - g.now }

func (g *generations) KeySet() *jwt.KeySet {
	if g.sets[g.now] == nil {
		g.sets[g.now], _ = jwt.NewKeySet(g.key) // the key is good
	}
	return g.sets[g.now]
}

// silentWriter is an http.ResponseWriter that makes no garbage itself.
type silentWriter struct{ header http.Header }

func (d silentWriter) Header() http.Header         { return d.header }
func (d silentWriter) Write(p []byte) (int, error) { return len(p), nil }
func (d silentWriter) WriteHeader(int)             {}
