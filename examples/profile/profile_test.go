package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/examples/internal/exchanges"
	"github.com/latchkey-go/latchkey/examples/internal/starting"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

const data = `{"about":"Hello! I'm a full stack developer that loves python and javascript","name":"Nagato"}`

// start runs the app in a directory of its own.
func start(t *testing.T, change func(*app)) (*webtest.Site, *app, *webtest.Clock) {
	t.Helper()
	a, clock := newApp(), webtest.NewClock()
	a.Data, a.Now = t.TempDir()+"/data", clock.Now
	if change != nil {
		change(a)
	}
	return webtest.Start(t, a.handler, a.Wait), a, clock
}

func login(t *testing.T, site *webtest.Site) string {
	t.Helper()
	in := site.JSON("POST", "/token", `{"email":"test","password":"test"}`)
	token, _ := in.Members()["access_token"].(string)
	if in.Status != 200 || token == "" || len(in.Members()) != 1 || in.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", in.Status, in.Body)
	}
	return token
}

// get is GET /profile, and the new token if there is one.
func get(site *webtest.Site, token string) (webtest.Answer, string) {
	got := site.Do("GET", "/profile", "", "Authorization", "Bearer "+token)
	next, _ := got.Members()["access_token"].(string)
	return got, next
}

// TestTheOriginalsExchanges replays what the original back end answered.
func TestTheOriginalsExchanges(t *testing.T) {
	file := exchanges.Load(t, "profile.json")
	site, a, clock := start(t, nil)
	secret, err := a.Secret()
	if err != nil {
		t.Fatal(err)
	}
	(&exchanges.Replay{
		Site: site, Secret: secret, Now: clock.Now, Users: []string{"test"}, Gone: 401, Origin: a.CORS,
		Change: func(s *exchanges.Step) bool {
			want := &s.Response
			switch s.Name {
			case "profile after logout": // the session has ended
				want.Status, want.JSON = 401, map[string]any{"msg": "Token has been revoked"}
			case "preflight for GET /profile from http://localhost:3000": // ours has CORS
				want.Headers["access-control-allow-origin"] = a.CORS
			}
			return true
		},
	}).Run(t, file)
}

func TestRenewal(t *testing.T) {
	site, _, clock := start(t, nil)
	token := login(t, site)
	clock.Advance(30 * time.Minute)
	got, next := get(site, token)
	claims := webtest.Claims(t, next)
	if got.Status != 200 || claims["fresh"] != false || claims["exp"].(float64)-claims["iat"].(float64) != 3600 ||
		claims["sid"] != webtest.Claims(t, token)["sid"] || got.Header.Get("Latchkey-Expires-In") != "3599" {
		t.Errorf("%s %v: %v", got.Body, got.Header, claims)
	}
	if _, again := get(site, next); again != "" {
		t.Error("a new token is renewed at once")
	}
	// Signed out is signed out: nothing renews, whatever token comes.
	site.Do("POST", "/logout", "", "Authorization", "Bearer "+token).Is(t, 200, `{"msg":"logout successful"}`)
	for _, token := range []string{token, next} {
		got, _ := get(site, token)
		got.Is(t, 401, `{"msg":"Token has been revoked"}`)
	}
}

func TestRenewalEndsWithTheSession(t *testing.T) {
	site, _, clock := start(t, func(a *app) { a.RefreshTTL = 3 * time.Hour })
	token, lived := login(t, site), time.Duration(0)
	for range 12 {
		got, next := get(site, token)
		if got.Status != 200 {
			break
		}
		if next != "" {
			token = next
		}
		clock.Advance(20 * time.Minute)
		lived += 20 * time.Minute
	}
	if lived != 3*time.Hour {
		t.Errorf("a session of 3 hours lived for %v", lived)
	}
}

// TestAWindowAboveTheLifetime: every answer renews.
func TestAWindowAboveTheLifetime(t *testing.T) {
	site, _, _ := start(t, func(a *app) { a.renewWithin = 2 * time.Hour })
	token := login(t, site)
	for range 3 {
		got, next := get(site, token)
		if next == "" || next == token {
			t.Fatalf("the answer is %s", got.Body)
		}
		token = next
	}
}

// TestPages: a browser that navigates gets the app, a script the data.
func TestPages(t *testing.T) {
	site, _, _ := start(t, nil)
	token := login(t, site)
	for _, accept := range []string{"", "*/*", "application/json"} {
		got := site.Do("GET", "/profile", "", "Accept", accept, "Authorization", "Bearer "+token)
		got.Is(t, 200, data)
		if !strings.Contains(strings.Join(got.Header["Vary"], ", "), "Accept") {
			t.Errorf("Vary is %v", got.Header["Vary"])
		}
	}
	page := site.Do("GET", "/profile", "", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if page.Status != 200 || !strings.Contains(page.Body, "<title>Profile</title>") || !strings.Contains(strings.Join(page.Header["Vary"], ", "), "Accept") {
		t.Errorf("%d %v %s", page.Status, page.Header, page.Body)
	}
	site.Do("GET", "/assets/none.js", "", "Accept", "text/html").Is(t, 404, `{"msg":"Not Found"}`)
}

func TestOtherSites(t *testing.T) {
	site, _, _ := start(t, nil)
	token := login(t, site)
	for _, path := range []string{"/token", "/logout"} {
		got := site.Do("POST", path, "email=test&password=test", "Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site",
			"Content-Type", "application/x-www-form-urlencoded", "Authorization", "Bearer "+token)
		if got.Status != 403 || got.Header.Get("Access-Control-Allow-Origin") != "" || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", path, got.Status, got.Header)
		}
	}
	got, _ := get(site, token)
	got.Is(t, 200, data)
	// A token in a planted cookie is not looked at.
	site.Do("GET", "/profile", "", "Cookie", "access_token_cookie="+token).Is(t, 401, `{"msg":"Missing Authorization Header"}`)
	other, _ := get(site, webtest.Sign(t, strings.Repeat("another app", 5), webtest.HS256, webtest.Claims(t, token)))
	other.Is(t, 422, `{"msg":"Signature verification failed"}`)
}

func TestARestartKeepsPeopleSignedIn(t *testing.T) {
	site, a, _ := start(t, nil)
	token := login(t, site)
	site.Stop()
	b := newApp()
	b.Data, b.Now = a.Data, a.Now
	got, _ := get(webtest.Start(t, b.handler, b.Wait), token)
	got.Is(t, 200, data)
}

func TestTheProgram(t *testing.T) {
	var addr string
	url := starting.Start(t, &addr, func() {
		os.Args = []string{"profile", "-addr", addr, "-data", t.TempDir() + "/data", "-renew-within", "2h"}
		main()
	})
	if _, next := get(webtest.At(t, url), login(t, webtest.At(t, url))); next == "" {
		t.Error("the flag -renew-within has no effect")
	}
}
