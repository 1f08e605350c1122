package latchkey_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

func TestFreshness(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	csrf := c.cookie("latchkey_csrf")
	c.do("GET", "/fresh", "").is(t, 200, "")

	a.advance(9 * time.Minute)
	c.do("POST", "/refresh", "", "X-CSRF-TOKEN", csrf).is(t, 200, "")
	c.do("GET", "/fresh", "").is(t, 200, "")

	a.advance(time.Minute)
	got := c.do("GET", "/fresh", "")
	got.is(t, 401, "not_fresh")
	if challenge := got.Header.Get("WWW-Authenticate"); challenge != `Bearer error="insufficient_user_authentication", error_description="Enter your password again to continue.", max_age="600"` {
		t.Errorf("the challenge is %s", challenge)
	}
	c.do("POST", "/refresh", "", "X-CSRF-TOKEN", csrf).is(t, 200, "")
	c.do("GET", "/fresh", "").is(t, 401, "not_fresh") // refreshing proves nothing
	c.do("GET", "/me", "").is(t, 200, "")

	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	c.do("GET", "/fresh", "").is(t, 200, "")
}

// A session id planted before sign-in must be worth nothing after it.
func TestSigningInChangesTheSession(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/eve", "").is(t, 200, "")
	planted := c.cookie("latchkey_access")
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	if c.cookie("latchkey_access") == planted {
		t.Fatal("the access token did not change")
	}
	nobody := &client{&http.Client{}, a}
	nobody.do("GET", "/me", "", "Authorization", "Bearer "+planted).is(t, 401, "session_ended")
	c.do("GET", "/me", "").is(t, 200, "")
}

func TestRefreshRacesAndTheft(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	first := fmt.Sprint(c.do("POST", "/sign-in/ada?deliver=json", "").json(t)["refresh_token"])
	refresh := func(token string) answer {
		return c.do("POST", "/refresh", "", "Authorization", "Bearer "+token)
	}
	a.advance(time.Minute)

	// Many tabs present the same token: all get the same successor.
	var wg sync.WaitGroup
	got := make([]answer, 16)
	for i := range got {
		wg.Go(func() { got[i] = refresh(first) })
	}
	wg.Wait()
	second := fmt.Sprint(got[0].json(t)["refresh_token"])
	for _, each := range got {
		each.is(t, 200, "")
		if each.json(t)["refresh_token"] != second {
			t.Fatal("two tabs were given different refresh tokens")
		}
	}
	access := fmt.Sprint(got[3].json(t)["access_token"])

	// An answer that was lost: the old token still works, and the new one is
	// not used up inside the window.
	a.advance(9 * time.Second)
	if refresh(first).json(t)["refresh_token"] != second || refresh(second).json(t)["refresh_token"] != second {
		t.Fatal("inside the window the session rotated again")
	}

	// A thief comes too late: the session and all its tokens end.
	a.advance(time.Second)
	stolen := refresh(first)
	stolen.is(t, 401, "session_ended")
	if stolen.json(t)["reason"] != string(session.EndedByReuse) || len(stolen.Header["Set-Cookie"]) > 0 {
		t.Errorf("the thief is told %s with %v", stolen.body, stolen.Header)
	}
	refresh(second).is(t, 401, "session_ended")
	c.do("GET", "/me", "", "Authorization", "Bearer "+access).is(t, 401, "session_ended")
}

// An answer that arrives late must not put an old refresh token in the place of
// a newer one.
func TestARefreshTokenThatStaysIsNotSetAgain(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	csrf := c.cookie("latchkey_csrf")
	sets := func() (refresh bool) {
		for _, cookie := range c.do("POST", "/refresh", "", "X-CSRF-TOKEN", csrf).Cookies() {
			refresh = refresh || cookie.Name == "latchkey_refresh"
		}
		return refresh
	}
	if !sets() {
		t.Error("a rotation does not set the new refresh token")
	}
	a.advance(5 * time.Second)
	if sets() {
		t.Error("the token that was presented is set again")
	}
	a.advance(5 * time.Second)
	if !sets() {
		t.Error("the next rotation does not set the new refresh token")
	}
}

func TestEndsOfASession(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) {
		c.RefreshTTL, c.SessionTTL, c.IdleTimeout = 48*time.Hour, 72*time.Hour, 24*time.Hour
	})
	refresh := func(token string) answer {
		return a.browser().do("POST", "/refresh", "", "Authorization", "Bearer "+token)
	}
	signIn := func() (access, refresh string) {
		tokens := a.browser().do("POST", "/sign-in/ada?deliver=json", "").json(t)
		return fmt.Sprint(tokens["access_token"]), fmt.Sprint(tokens["refresh_token"])
	}

	_, unused := signIn()
	a.advance(23 * time.Hour)
	kept := refresh(unused) // refreshing is not use
	kept.is(t, 200, "")
	a.advance(time.Hour)
	refresh(fmt.Sprint(kept.json(t)["refresh_token"])).is(t, 401, "session_ended")

	_, token := signIn()
	for range 3 {
		a.advance(23 * time.Hour)
		got := refresh(token)
		got.is(t, 200, "")
		token = fmt.Sprint(got.json(t)["refresh_token"])
		a.browser().do("GET", "/me", "", "Authorization", "Bearer "+fmt.Sprint(got.json(t)["access_token"])).is(t, 200, "")
	}
	a.advance(3 * time.Hour)
	if got := refresh(token); got.StatusCode != 401 {
		t.Errorf("beyond its absolute end the session is refreshed: %s", got.body)
	}
}

// brokenStore fails every call once it is told to.
type brokenStore struct {
	session.Store
	broken bool
}

var errBroken = errors.New("the database is gone")

func (s *brokenStore) Get(ctx context.Context, id string) (*session.Session, error) {
	if s.broken {
		return nil, errBroken
	}
	return s.Store.Get(ctx, id)
}

func (s *brokenStore) TokenRevoked(ctx context.Context, id string) (bool, error) {
	if s.broken {
		return false, errBroken
	}
	return s.Store.TokenRevoked(ctx, id)
}

func (s *brokenStore) End(ctx context.Context, e session.Ending) ([]string, error) {
	if s.broken {
		return nil, errBroken
	}
	return s.Store.End(ctx, e)
}

func (s *brokenStore) Create(ctx context.Context, row *session.Session, replaces string, limit int) ([]string, error) {
	if s.broken {
		return nil, errBroken
	}
	return s.Store.Create(ctx, row, replaces, limit)
}

func TestABrokenStoreLetsNobodyIn(t *testing.T) {
	store := &brokenStore{Store: memstore.New()}
	a := newApp(t, func(c *latchkey.Config) { c.Store = store })
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	csrf := c.cookie("latchkey_csrf")
	store.broken = true
	for _, path := range []string{"/me", "/maybe", "/refresh", "/sign-out", "/sign-in/ada"} {
		got := c.do("POST", path, "", "X-CSRF-TOKEN", csrf)
		got.is(t, 503, "unavailable")
		if got.Header.Get("Retry-After") == "" || len(got.Header["Set-Cookie"]) > 0 {
			t.Errorf("%s: headers %v", path, got.Header)
		}
	}
	store.broken = false
	c.do("GET", "/me", "").is(t, 200, "")
}

func TestStateless(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) { c.Store = latchkey.Stateless })
	c := a.browser()
	tokens := c.do("POST", "/sign-in/ada?deliver=json", "").json(t)
	if _, has := tokens["refresh_token"]; has {
		t.Error("a refresh token is issued that nobody could revoke")
	}
	bearer := []string{"Authorization", fmt.Sprint("Bearer ", tokens["access_token"])}
	c.do("GET", "/me", "", bearer...).is(t, 200, "")
	c.do("POST", "/sign-out", "", bearer...).is(t, 200, "")
	c.do("GET", "/me", "", bearer...).is(t, 200, "") // as documented: only expiry ends it
	a.advance(15 * time.Minute)
	c.do("GET", "/me", "", bearer...).is(t, 401, "token_expired")
	if a.Sessions() != nil {
		t.Error("there are sessions")
	}
}

func TestSignOutIsIdempotent(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-out", "").is(t, 200, "")
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	c.do("POST", "/sign-out", "").is(t, 403, "csrf")
	a.advance(20 * time.Minute) // with an expired access token too
	out := c.do("POST", "/sign-out", "", "X-CSRF-TOKEN", c.cookie("latchkey_csrf"))
	out.is(t, 200, "")
	if out.Header.Get("Clear-Site-Data") == "" {
		t.Error("the browser keeps what it cached")
	}
	c.do("POST", "/sign-out", "").is(t, 200, "")
}

func TestHandlersOfOneMethod(t *testing.T) {
	a := newApp(t, nil)
	for name, c := range map[string]struct {
		handler http.Handler
		allow   string
	}{"sign-out": {a.SignOutHandler(), "POST"}, "refresh": {a.RefreshHandler(), "POST"}, "keys": {a.JWKSHandler(), "GET, HEAD"}} {
		t.Run(name, func(t *testing.T) {
			got := serve(c.handler, "PUT", "/")
			if got.Code != 405 || got.Header().Get("Allow") != c.allow {
				t.Errorf("%d, Allow %q", got.Code, got.Header().Get("Allow"))
			}
			for method := range strings.SplitSeq(c.allow, ", ") {
				if got := serve(c.handler, method, "/"); got.Code == 405 {
					t.Errorf("%s is refused", method)
				}
			}
		})
	}
}

// TestWhatIsMissing: who has no token is told which kind the address needs.
func TestWhatIsMissing(t *testing.T) {
	c := newApp(t, nil).browser()
	for path, kind := range map[string]string{"/me": "an access token", "/refresh": "a refresh token", "/refresh-guard": "a refresh token"} {
		got := c.do("POST", path, "")
		got.is(t, 401, "token_missing")
		if msg := fmt.Sprint(got.json(t)["msg"]); !strings.Contains(msg, "needs "+kind) {
			t.Errorf("%s: %q", path, msg)
		}
	}
}

func TestTokensOfAnotherApplication(t *testing.T) {
	a, b := newApp(t, nil), newApp(t, nil)
	token := fmt.Sprint(b.browser().do("POST", "/sign-in/ada?deliver=json", "").json(t)["access_token"])
	a.browser().do("GET", "/me", "", "Authorization", "Bearer "+token).is(t, 401, "token_invalid")
}
