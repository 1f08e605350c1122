package main

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

const page = "http://localhost:3000" // of -cors

// start runs the app in a directory of its own.
func start(t *testing.T, tokens string) (*webtest.Site, *app, *webtest.Clock) {
	t.Helper()
	a, clock := newApp(), webtest.NewClock()
	a.tokens, a.Data, a.Now = tokens, t.TempDir()+"/data", clock.Now
	return webtest.Start(t, a.handler, a.Wait), a, clock
}

func login(t *testing.T, site *webtest.Site, header ...string) webtest.Answer {
	t.Helper()
	in := site.JSON("POST", "/login", `{"username":"testuser","password":"password123"}`, header...)
	in.Is(t, 200, `{"msg":"Login successful"}`)
	return in
}

func TestHeaders(t *testing.T) {
	site, _, clock := start(t, "headers")
	in := login(t, site, "Origin", page)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": page, "Access-Control-Allow-Credentials": "", "Cache-Control": "no-store",
		"Latchkey-Expires-In": "599", "Set-Cookie": "",
	} {
		if got := in.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"Authorization", "Refresh-Token", "Latchkey-Code", "Latchkey-Expires-In"} {
		if !strings.Contains(in.Header.Get("Access-Control-Expose-Headers"), name) {
			t.Errorf("%s is not exposed", name)
		}
	}
	access, refresh := in.Header.Get("Authorization"), in.Header.Get("Refresh-Token")

	// The refresh token stays as it is, and no second one comes.
	renewed := site.Do("GET", "/refresh", "", "Authorization", refresh)
	renewed.Is(t, 200, `{"msg":"New Acccess Token Generated Successfully"}`)
	if renewed.Header.Get("Refresh-Token") != "" || renewed.Header.Get("Latchkey-Expires-In") != "599" {
		t.Errorf("the headers are %v", renewed.Header)
	}
	site.Do("GET", "/protected", "", "Authorization", renewed.Header.Get("Authorization")).Is(t, 200, `{"logged_in_as":"testuser"}`)

	// A POST rotates, and from then on GET does not work.
	rotated := site.Do("POST", "/refresh", "", "Authorization", refresh)
	rotated.Is(t, 200, `{"msg":"New Acccess Token Generated Successfully"}`)
	next := rotated.Header.Get("Refresh-Token")
	if next == "" || next == refresh {
		t.Fatal("the refresh token did not rotate")
	}
	for _, token := range []string{refresh, next} {
		site.Do("GET", "/refresh", "", "Authorization", token).Is(t, 401, `{"msg":"Token has been revoked"}`)
	}
	site.Do("POST", "/refresh", "", "Authorization", next).Is(t, 200, `{"msg":"New Acccess Token Generated Successfully"}`)

	clock.Advance(4 * time.Minute)
	if left := site.Do("GET", "/protected", "", "Authorization", access).Header.Get("Latchkey-Expires-In"); left != "359" {
		t.Errorf("the token lives for %s s more", left)
	}
	clock.Advance(6 * time.Minute)
	late := site.Do("GET", "/protected", "", "Authorization", access)
	late.Is(t, 401, `{"msg":"Token has expired"}`)
	if late.Header.Get("Latchkey-Code") != "token_expired" {
		t.Errorf("the code is %q", late.Header.Get("Latchkey-Code"))
	}
	// Whoever still has the first refresh token has a copy: the session ends.
	site.Do("POST", "/refresh", "", "Authorization", refresh).Is(t, 401, `{"msg":"Token has been revoked"}`)
	site.Do("POST", "/refresh", "", "Authorization", next).Is(t, 401, `{"msg":"Token has been revoked"}`)
}

func TestLogoutEndsTheSession(t *testing.T) {
	site, _, clock := start(t, "headers")
	for _, late := range []time.Duration{0, time.Hour} { // an expired token will do
		in := login(t, site)
		access, refresh := in.Header.Get("Authorization"), in.Header.Get("Refresh-Token")
		clock.Advance(late)
		site.Do("GET", "/logout", "", "Authorization", access).Is(t, 404, `{"msg":"Not Found"}`)
		site.Do("POST", "/logout", "", "Authorization", access).Is(t, 200, `{"msg":"logout successful"}`)
		if late == 0 {
			site.Do("GET", "/protected", "", "Authorization", access).Is(t, 401, `{"msg":"Token has been revoked"}`)
		}
		for _, method := range []string{"GET", "POST"} {
			site.Do(method, "/refresh", "", "Authorization", refresh).Is(t, 401, `{"msg":"Token has been revoked"}`)
		}
	}
	site.Do("POST", "/logout", "").Is(t, 200, `{"msg":"logout successful"}`)
}

// TestOtherSites: what a page of another site can make a browser send changes
// nothing, and it reads nothing.
func TestOtherSites(t *testing.T) {
	site, _, _ := start(t, "headers")
	for _, path := range []string{"/login", "/refresh", "/logout"} {
		for _, c := range [][]string{
			{"Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site"},
			{"Origin", "http://evil.example"},
			{"Origin", "null", "Sec-Fetch-Site", "cross-site"},
			{"Origin", "http://localhost:3000.evil.example", "Sec-Fetch-Site", "cross-site"},
		} {
			got := site.Do("POST", path, "username=testuser&password=password123", append(c, "Content-Type", "application/x-www-form-urlencoded")...)
			if got.Status != 403 || got.Header.Get("Access-Control-Allow-Origin") != "" || got.Header.Get("Authorization") != "" {
				t.Errorf("POST %s from %v: %d %v", path, c, got.Status, got.Header)
			}
		}
	}
	// Ours is trusted for every method, and reads errors too.
	for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
		got := site.Do(method, "/nope", "", "Origin", page, "Sec-Fetch-Site", "cross-site")
		if got.Status != 404 || got.Header.Get("Access-Control-Allow-Origin") != page {
			t.Errorf("%s: %d, %v", method, got.Status, got.Header)
		}
	}
}

func TestBadInput(t *testing.T) {
	site, a, clock := start(t, "headers")
	for body, status := range map[string]int{
		``: 400, `{`: 400, `[]`: 400, `null`: 400, `"x"`: 400, `{}`: 401, `{"Username":"testuser","Password":"password123"}`: 401,
		`{"username":"TESTUSER","password":"password123"}`:                       401,
		`{"username":["testuser"],"password":"password123"}`:                     401,
		`{"username":"testuser","password":"password123"} trailing`:              400,
		`{"username":"testuser","password":"` + strings.Repeat("x", 2000) + `"}`: 401,
		`{"username":"` + strings.Repeat("x", 70000) + `"}`:                      413,
	} {
		got := site.JSON("POST", "/login", body)
		code := map[int]string{400: "bad_request", 401: "invalid_credentials", 413: "too_large"}[status]
		if got.Status != status || got.Members()["msg"] == nil || got.Header.Get("Authorization") != "" || got.Header.Get("Latchkey-Code") != code {
			t.Errorf("%.60s: %d %s %v, want %d %s", body, got.Status, got.Body, got.Header, status, code)
		}
	}
	// A token of another app, a user who does not exist, and no session.
	now := clock.Now().Unix()
	sid := webtest.Claims(t, login(t, site).Bearer("Authorization"))["sid"]
	secret, _ := a.Secret()
	claims := func(sub string, sid any) map[string]any {
		return map[string]any{"fresh": false, "iat": now, "jti": webtest.UUID(), "type": "access", "sub": sub,
			"nbf": now, "csrf": webtest.UUID(), "exp": now + 600, "sid": sid}
	}
	for msg, token := range map[string]string{
		"Signature verification failed":  webtest.Sign(t, strings.Repeat("another app", 5), webtest.HS256, claims("testuser", sid)),
		"Error loading the user mallory": webtest.Sign(t, secret, webtest.HS256, claims("mallory", sid)),
		"Token has expired":              webtest.Sign(t, secret, webtest.HS256, claims("testuser", "")),
	} {
		if got := site.Do("GET", "/protected", "", "Authorization", "Bearer "+token); got.Members()["msg"] != msg {
			t.Errorf("%d %s, want %s", got.Status, got.Body, msg)
		}
	}
}

// TestJSONTypes: what Flask takes for JSON.
func TestJSONTypes(t *testing.T) {
	site, _, _ := start(t, "headers")
	for contentType, status := range map[string]int{
		"application/json; charset=utf-8": 200, "Application/JSON": 200, "application/vnd.api+json": 200,
		"": 400, "text/plain": 400, "text/json": 400, "application/jsonp": 400, "application/": 400, "multipart/form-data; boundary=x": 400,
	} {
		got := site.Do("POST", "/login", `{"username":"testuser","password":"password123"}`, "Content-Type", contentType)
		if got.Status != status {
			t.Errorf("%q: %d %s, want %d", contentType, got.Status, got.Body, status)
		}
	}
}

// TestManyAtOnce: nobody is sent away because others sign in as well.
func TestManyAtOnce(t *testing.T) {
	site, _, _ := start(t, "headers")
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() { login(t, site) })
	}
	all.Wait()
}

func TestThrottle(t *testing.T) {
	site, _, clock := start(t, "headers")
	wrong := func() int { return site.JSON("POST", "/login", `{"username":"nobody","password":"x"}`).Status }
	for i := range 60 {
		if status := wrong(); status != 401 {
			t.Fatalf("sign-in %d of a minute is answered with %d", i+1, status)
		}
	}
	late := site.JSON("POST", "/login", `{"username":"nobody","password":"x"}`)
	if late.Status != 429 || late.Header.Get("Retry-After") != "1" {
		t.Errorf("the 61st is answered with %d, Retry-After %q", late.Status, late.Header.Get("Retry-After"))
	}
	clock.Advance(time.Second)
	if status := wrong(); status != 401 {
		t.Errorf("a second later: %d", status)
	}
}

func TestARestartKeepsPeopleSignedIn(t *testing.T) {
	site, a, _ := start(t, "headers")
	in := login(t, site)
	site.Stop()
	b := newApp()
	b.Data, b.Now = a.Data, a.Now
	again := webtest.Start(t, b.handler, b.Wait)
	again.Do("GET", "/protected", "", "Authorization", in.Header.Get("Authorization")).Is(t, 200, `{"logged_in_as":"testuser"}`)
	again.Do("POST", "/refresh", "", "Authorization", in.Header.Get("Refresh-Token")).Is(t, 200, `{"msg":"New Acccess Token Generated Successfully"}`)
	for name, mode := range map[string]os.FileMode{"": 0o700, "/secret": 0o600, "/spa.db": 0o600} {
		if info, err := os.Stat(a.Data + name); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestBadSettings(t *testing.T) {
	for says, change := range map[string]func(*testing.T, *app){
		"TOKEN_LOCATION": func(_ *testing.T, a *app) { a.tokens = "pigeons" },
		"origin":         func(_ *testing.T, a *app) { a.CORS = "*" },
		"JWT_SECRET_KEY": func(t *testing.T, _ *app) { t.Setenv("JWT_SECRET_KEY", "super-secret") },
	} {
		t.Run(says, func(t *testing.T) {
			a := newApp()
			a.Data = t.TempDir() + "/data"
			change(t, a)
			ctx := t.Context()
			if _, err := a.handler(ctx); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("the error is %v, want one about %s", err, says)
			}
		})
	}
}

func TestTheProgram(t *testing.T) {
	var addr string
	url := starting.Start(t, &addr, func() {
		os.Args = []string{"spa", "-addr", addr, "-data", t.TempDir() + "/data", "-idle", "90s", "-tokens", "cookies"}
		main()
	})
	r, _ := http.NewRequest("GET", url+"/about", nil)
	r.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text := make([]byte, 1<<16)
	n, _ := resp.Body.Read(text)
	for _, part := range []string{`<meta name="idle-seconds" content="90">`, `<meta name="tokens" content="cookies">`, "<title>Web App</title>"} {
		if !strings.Contains(string(text[:n]), part) {
			t.Errorf("the page has no %s", part)
		}
	}
}
