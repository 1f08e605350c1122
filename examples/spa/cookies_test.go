package main

import (
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// cookie is a Cookie header of the two tokens; an empty one is left out.
func cookie(access, refresh string) []string {
	var pairs []string
	for _, c := range [][2]string{{"access_token_cookie", access}, {"refresh_token_cookie", refresh}} {
		if c[1] != "" {
			pairs = append(pairs, c[0]+"="+c[1])
		}
	}
	if pairs == nil {
		return nil
	}
	return []string{"Cookie", strings.Join(pairs, "; ")}
}

func values(t *testing.T, a webtest.Answer) (access, refresh string) {
	t.Helper()
	all := a.Cookies()
	if len(all) != 2 || all["access_token_cookie"] == nil || all["refresh_token_cookie"] == nil {
		t.Fatalf("the cookies are %v", a.Header["Set-Cookie"])
	}
	return all["access_token_cookie"].Value, all["refresh_token_cookie"].Value
}

func TestCookies(t *testing.T) {
	site, _, _ := start(t, "cookies")
	in := login(t, site, "Origin", page, "Sec-Fetch-Site", "cross-site")
	access, refresh := values(t, in)
	for i, value := range []string{access, refresh} {
		name := []string{"access_token_cookie", "refresh_token_cookie"}[i]
		if line, want := in.Header["Set-Cookie"][i], name+"="+value+"; Path=/; HttpOnly; Secure; SameSite=None"; line != want {
			t.Errorf("%s\nwant %s", line, want)
		}
	}
	for name, want := range map[string]string{"Access-Control-Allow-Origin": page, "Access-Control-Allow-Credentials": "true",
		"Cache-Control": "no-store", "Authorization": "", "Refresh-Token": ""} {
		if got := in.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	preflight := site.Do("OPTIONS", "/login", "", "Origin", page, "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type")
	if preflight.Status != 204 || preflight.Header.Get("Access-Control-Allow-Credentials") != "true" || preflight.Header.Get("Access-Control-Allow-Origin") != page {
		t.Errorf("the preflight: %d %v", preflight.Status, preflight.Header)
	}
	if csrf, _ := webtest.Claims(t, access)["csrf"].(string); csrf == "" {
		t.Error("the claim csrf is missing")
	}

	const renewed = `{"msg":"New Acccess Token Generated Successfully"}`
	for _, step := range []struct {
		name, method, path string
		header             []string
		status             int
		body               string
	}{
		{"protected", "GET", "/protected", cookie(access, refresh), 200, `{"logged_in_as":"testuser"}`},
		{"nothing", "GET", "/protected", nil, 401, `{"msg":"Missing cookie \"access_token_cookie\""}`},
		{"only a refresh token", "GET", "/protected", cookie("", refresh), 401, `{"msg":"Missing cookie \"access_token_cookie\""}`},
		{"in the wrong cookie", "GET", "/protected", cookie(refresh, ""), 422, `{"msg":"Only non-refresh tokens are allowed"}`},
		{"garbage", "GET", "/protected", cookie("garbage", ""), 422, `{"msg":"Not enough segments"}`},
		{"in a header", "GET", "/protected", []string{"Authorization", "Bearer " + access}, 401, `{"msg":"Missing cookie \"access_token_cookie\""}`},
		{"refresh without", "GET", "/refresh", cookie(access, ""), 401, `{"msg":"Missing cookie \"refresh_token_cookie\""}`},
		{"refresh with an access token", "GET", "/refresh", cookie("", access), 422, `{"msg":"Only refresh tokens are allowed"}`},
		{"refresh", "GET", "/refresh", cookie(access, refresh), 200, renewed},
	} {
		t.Run(step.name, func(t *testing.T) {
			site.Do(step.method, step.path, "", step.header...).Is(t, step.status, step.body)
		})
	}

	got := site.Do("GET", "/refresh", "", cookie(access, refresh)...)
	if all := got.Cookies(); len(all) != 1 || all["access_token_cookie"] == nil {
		t.Errorf("GET /refresh sets %v", got.Header["Set-Cookie"])
	}
	rotated := site.Do("POST", "/refresh", "", cookie(access, refresh)...)
	rotated.Is(t, 200, renewed)
	if _, next := values(t, rotated); next == refresh {
		t.Error("POST /refresh did not rotate")
	}
	site.Do("GET", "/refresh", "", cookie(access, refresh)...).Is(t, 401, `{"msg":"Token has been revoked"}`)
}

func TestLogoutCookies(t *testing.T) {
	site, _, _ := start(t, "cookies")
	const removed, none = `{"msg":"Tokens removed from cookies"}`, `{"msg":"No Tokens are present in cookies"}`
	for _, method := range []string{"GET", "POST"} {
		access, refresh := values(t, login(t, site))
		for _, c := range []struct {
			access, refresh, body string
		}{
			{"", "", none},
			{"garbage", "", none},
			{"", "garbage", none},
			{"garbage", "garbage", removed},
			{`gar"b\age`, "g\xe4rbage", removed}, // which net/http passes over
			{access, refresh, removed},
			{access, refresh, removed}, // again
		} {
			got := site.Do(method, "/logout", "", cookie(c.access, c.refresh)...)
			got.Is(t, 200, c.body)
			var want []string
			if c.access != "" {
				want = append(want, "access_token_cookie=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None")
			}
			if c.refresh != "" {
				want = append(want, "refresh_token_cookie=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None")
			}
			if lines := got.Header["Set-Cookie"]; strings.Join(lines, "\n") != strings.Join(want, "\n") {
				t.Errorf("%s with %+v sets %q, want %q", method, c, lines, want)
			}
		}
		site.Do("GET", "/protected", "", cookie(access, refresh)...).Is(t, 401, `{"msg":"Token has been revoked"}`)
	}
	// A refresh token alone ends its session too.
	access, refresh := values(t, login(t, site))
	site.Do("GET", "/logout", "", cookie("", refresh)...).Is(t, 200, none)
	site.Do("GET", "/protected", "", cookie(access, "")...).Is(t, 401, `{"msg":"Token has been revoked"}`)
}

// TestTheOriginRule: GETs that change something are for our own pages.
func TestTheOriginRule(t *testing.T) {
	site, _, _ := start(t, "cookies")
	for _, c := range []struct {
		origin, fetchSite string
		passes            bool
	}{
		{page, "cross-site", true},
		{page, "same-site", true},
		{page, "", true},
		{"", "same-origin", true},
		{"", "none", true},
		{"", "", true},
		{"", "cross-site", false},
		{"", "same-site", false},
		{"http://evil.example", "cross-site", false},
		{"http://evil.example", "", false},
		{"http://localhost:3000.evil.example", "cross-site", false},
		{"null", "cross-site", false},
	} {
		for _, path := range []string{"/refresh", "/logout"} {
			access, refresh := values(t, login(t, site))
			header := cookie(access, refresh)
			if c.origin != "" {
				header = append(header, "Origin", c.origin)
			}
			if c.fetchSite != "" {
				header = append(header, "Sec-Fetch-Site", c.fetchSite)
			}
			got := site.Do("GET", path, "", header...)
			if c.passes != (got.Status == 200) || !c.passes && (got.Status != 403 || got.Header.Get("Set-Cookie") != "") {
				t.Errorf("GET %s, Origin %q, Sec-Fetch-Site %q: %d %s", path, c.origin, c.fetchSite, got.Status, got.Body)
			}
			if allowed := got.Header.Get("Access-Control-Allow-Origin"); (allowed == page) != (c.origin == page) {
				t.Errorf("Origin %q: Access-Control-Allow-Origin %q", c.origin, allowed)
			}
			if !c.passes { // nothing has changed
				site.Do("GET", "/protected", "", cookie(access, refresh)...).Is(t, 200, `{"logged_in_as":"testuser"}`)
			}
		}
	}
	// POSTs of forms on other sites bring the cookies along as well.
	access, refresh := values(t, login(t, site))
	for _, path := range []string{"/login", "/refresh", "/logout"} {
		header := append(cookie(access, refresh), "Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded")
		if got := site.Do("POST", path, "username=testuser&password=password123", header...); got.Status != 403 || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("POST %s: %d %v", path, got.Status, got.Header)
		}
	}
	site.Do("GET", "/protected", "", cookie(access, refresh)...).Is(t, 200, `{"logged_in_as":"testuser"}`)
}

// TestATokenOfAnotherApp: one that another app of this machine has left in the
// browser is refused, and stays for that app to look after.
func TestATokenOfAnotherApp(t *testing.T) {
	site, _, _ := start(t, "cookies")
	access, refresh := values(t, login(t, site))
	foreign := func(token string) string {
		return webtest.Sign(t, strings.Repeat("another app", 5), webtest.HS256, webtest.Claims(t, token))
	}
	access, refresh = foreign(access), foreign(refresh)
	for _, route := range []string{"GET /protected", "GET /refresh", "POST /refresh"} {
		method, path, _ := strings.Cut(route, " ")
		got := site.Do(method, path, "", cookie(access, refresh)...)
		got.Is(t, 422, `{"msg":"Signature verification failed"}`)
		if got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets %v", route, got.Header["Set-Cookie"])
		}
	}
	login(t, site, cookie(access, refresh)...)
}

// TestAPlantedCookie: of two cookies of a name none is believed, and signing in
// works all the same.
func TestAPlantedCookie(t *testing.T) {
	site, _, _ := start(t, "cookies")
	mine, _ := values(t, login(t, site))
	planted, _ := values(t, login(t, site))
	for _, header := range []string{
		"access_token_cookie=" + mine + "; access_token_cookie=" + planted,
		"access_token_cookie=" + planted + "; access_token_cookie=" + mine,
		"Access_token_cookie=" + planted,
	} {
		got := site.Do("GET", "/protected", "", "Cookie", header)
		got.Is(t, 401, `{"msg":"Missing cookie \"access_token_cookie\""}`)
		// A page of another site may have asked: then a browser obeys only None.
		const gone = "access_token_cookie=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None"
		if !strings.EqualFold(got.Header.Get("Set-Cookie"), gone) {
			t.Errorf("the planted cookie stays: %v", got.Header["Set-Cookie"])
		}
		login(t, site, "Cookie", header)
	}
}
