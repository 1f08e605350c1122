package main

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

func TestSignIn(t *testing.T) {
	site, _, _ := start(t, nil)
	b := open(t, site)
	b.shows(b.do("GET", "/", nil), 200, "Hello, visitor")
	b.sets(b.do("GET", "/login", nil), []string{}, []string{}) // none before sign-in
	wrong := b.do("POST", "/login", url.Values{"username": {"testuser"}, "password": {"guess"}})
	b.shows(wrong, 401, "The username or the password is wrong.")
	b.shows(wrong, 401, `value="testuser"`)
	b.sets(wrong, []string{}, []string{}) // nor after a failure

	in := b.do("POST", "/login", testuser)
	b.leads(in, "/")
	b.sets(in, four, []string{})
	for _, want := range []string{
		"access_token_cookie=*; Path=/; HttpOnly; SameSite=Lax", "csrf_access_token=*; Path=/; SameSite=Lax",
		"refresh_token_cookie=*; Path=/token/refresh; HttpOnly; SameSite=Lax", "csrf_refresh_token=*; Path=/; SameSite=Lax",
	} {
		name, attributes, _ := strings.Cut(want, "*")
		line := name + in.Cookies()[strings.TrimSuffix(name, "=")].Value + attributes
		if !strings.Contains(strings.Join(in.Header["Set-Cookie"], "\n")+"\n", line+"\n") {
			t.Errorf("%q has not %s", in.Header["Set-Cookie"], want)
		}
	}
	access := webtest.Claims(t, b.cookie("access_token_cookie"))
	if access["fresh"] != true || access["csrf"] != b.cookie("csrf_access_token") {
		t.Errorf("the claims are %v", access)
	}
	b.shows(b.do("GET", "/", nil), 200, "Hello, testuser")
	b.shows(b.do("GET", "/service", nil), 200, "At your service, testuser")
}

func TestSignUp(t *testing.T) {
	site, _, _ := start(t, nil)
	b := open(t, site)
	person := url.Values{"username": {"carol"}, "password": {"seven wet umbrellas"}, "next": {"/service"}}
	b.shows(b.do("POST", "/signup", url.Values{"username": {"carol"}, "password": {"short"}}), 422, "too short")
	got := b.do("POST", "/signup", person)
	b.leads(got, "/service")
	b.sets(got, four, []string{})
	b.shows(b.do("GET", "/account", nil), 200, "Account of carol")
	b.shows(open(t, site).do("POST", "/signup", person), 409, "taken")
}

// TestTheWayBack: whoever is interrupted ends on the page they asked for.
func TestTheWayBack(t *testing.T) {
	site, _, clock := start(t, nil)
	b := open(t, site)
	for path, next := range map[string]string{"/service": "%2Fservice", "/account": "%2Faccount", "/service?q=a&b=c": "%2Fservice%3Fq%3Da%26b%3Dc"} {
		b.leads(b.do("GET", path, nil), "/signup?next="+next)
	}
	page, _ := b.follow("GET", "/service", nil)
	b.shows(page, 200, `<a href="/login?next=%2fservice">`) // that page offers both
	b.shows(b.do("GET", "/login?next=/service", nil), 200, `<input type="hidden" name="next" value="/service">`)
	form := url.Values{"username": {"testuser"}, "password": {"password123"}, "next": {"/service"}}
	b.leads(b.do("POST", "/login", form), "/service")

	// Expired: the access pair goes, the tokens are renewed, and back.
	clock.Advance(15 * time.Minute)
	late := b.do("GET", "/service?q=1", nil)
	b.leads(late, "/token/refresh?next=%2Fservice%3Fq%3D1")
	b.sets(late, []string{}, []string{"access_token_cookie", "csrf_access_token"})
	renewed := b.do("GET", late.Header.Get("Location"), nil)
	b.leads(renewed, "/service?q=1")
	b.sets(renewed, four, []string{})
	b.shows(b.do("GET", "/service?q=1", nil), 200, "At your service")
	if fresh := webtest.Claims(t, b.cookie("access_token_cookie"))["fresh"]; fresh != false {
		t.Errorf("a renewed token has fresh %v", fresh)
	}
	b.leads(b.do("GET", "/token/refresh", nil), "/")

	// Not fresh: the password, and back.
	b.leads(b.do("GET", "/account", nil), "/login?next=%2Faccount")
	form.Set("next", "/account")
	b.leads(b.do("POST", "/login", form), "/account")
	b.shows(b.do("GET", "/account", nil), 200, `value="testuser@example.com"`)

	// The home page forgives only a missing token.
	clock.Advance(time.Hour)
	b.leads(b.do("GET", "/", nil), "/token/refresh?next=%2F")

	// Too late for that as well: no loop.
	b.login()
	clock.Advance(24 * time.Hour)
	page, where := b.follow("GET", "/service", nil)
	b.shows(page, 200, "Sign up")
	if where != "/signup" || b.cookie("refresh_token_cookie") != "" || b.cookie("csrf_refresh_token") != "" {
		t.Errorf("an expired refresh token leads to %s", where)
	}
	visitor := b.do("GET", "/token/refresh?next=/service", nil)
	b.leads(visitor, "/signup?next=%2Fservice")
	b.sets(visitor, []string{}, []string{})
}

// TestBadTokens: all four cookies go.
func TestBadTokens(t *testing.T) {
	site, a, clock := start(t, nil)
	secret, err := a.Secret()
	if err != nil {
		t.Fatal(err)
	}
	good := open(t, site).login()
	claims := webtest.Claims(t, good.cookie("access_token_cookie"))
	claims["sub"] = "mallory"
	stranger := webtest.Sign(t, secret, webtest.HS256, claims)
	claims["sub"] = "testuser"
	other := webtest.Sign(t, strings.Repeat("another app", 5), webtest.HS256, claims)
	delete(claims, "jti")
	nameless := webtest.Sign(t, secret, webtest.HS256, claims)
	for name, token := range map[string]string{
		"garbage": "garbage", "of another app": other, "without jti": nameless, "of nobody": stranger,
		"a refresh token": good.cookie("refresh_token_cookie"),
	} {
		for _, path := range []string{"/", "/service", "/account"} {
			b := open(t, site)
			b.plant("access_token_cookie", token, "/")
			got := b.do("GET", path, nil)
			if got.Status != 302 || got.Header.Get("Location") != "/signup" {
				t.Errorf("%s at %s: %d to %s", name, path, got.Status, got.Header.Get("Location"))
			}
			b.sets(got, []string{}, four)
		}
	}
	for _, token := range []string{"garbage", other, good.cookie("access_token_cookie")} {
		b := open(t, site)
		b.plant("refresh_token_cookie", token, "/token/refresh")
		got := b.do("GET", "/token/refresh?next=/service", nil)
		b.leads(got, "/signup")
		b.sets(got, []string{}, four)
	}
	clock.Advance(time.Minute)
	good.shows(good.do("GET", "/service", nil), 200, "At your service")
}

func TestAPlantedCookie(t *testing.T) {
	site, _, _ := start(t, nil)
	b, eve := open(t, site).login(), open(t, site).login()
	got := b.do("GET", "/service", nil, "Cookie", "access_token_cookie="+eve.cookie("access_token_cookie"))
	b.leads(got, "/signup?next=%2Fservice") // two of a name: none is believed
	if got.Cookies()["access_token_cookie"] == nil {
		t.Error("the planted cookie stays")
	}
	b.leads(b.do("POST", "/login", testuser, "Cookie", "access_token_cookie=x"), "/")
	b.shows(b.do("GET", "/service", nil), 200, "At your service")
}

func TestSettings(t *testing.T) {
	site, _, clock := start(t, nil)
	b := open(t, site).login()
	const path = "/account/change_settings"
	csrf := b.csrf(b.do("GET", "/account", nil))
	if csrf != b.cookie("csrf_access_token") {
		t.Error("the value in the form is not that of the cookie")
	}
	email := url.Values{"csrf_token": {csrf}, "email": {"new@example.com"}}
	for range 2 { // an unchanged address is saved too
		b.leads(b.do("POST", path, email), "/account")
		saved := b.do("GET", "/account", nil)
		b.shows(saved, 200, "Saved")
		b.shows(saved, 200, `value="new@example.com"`)
	}
	if again := b.do("GET", "/account", nil); strings.Contains(again.Body, "Saved") {
		t.Error("it is said twice")
	}
	b.shows(b.do("POST", path, url.Values{"csrf_token": {csrf}, "email": {"nonsense"}}), 422, "not an e-mail address")

	for _, c := range []struct {
		name   string
		form   url.Values
		header []string
		status int
	}{
		{"no value", url.Values{"email": {"x@example.com"}}, nil, 401},
		{"a wrong value", url.Values{"email": {"x@example.com"}, "csrf_token": {"x"}}, nil, 401},
		{"a wrong header beats a right field", email, []string{"X-CSRF-TOKEN", "x"}, 401},
		{"a right header", url.Values{"email": {"x@example.com"}}, []string{"X-CSRF-TOKEN", csrf}, 302},
		{"a right header beats a wrong field", url.Values{"email": {"x@example.com"}, "csrf_token": {"x"}}, []string{"X-CSRF-TOKEN", csrf}, 302},
		{"another site", email, []string{"Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		{"another site of ours", email, []string{"Sec-Fetch-Site", "same-site"}, 403},
	} {
		if got := b.do("POST", path, c.form, c.header...); got.Status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, got.Status, got.Body, c.status)
		}
	}
	refused := b.do("POST", path, url.Values{})
	b.shows(refused, 401, "CSRF") // a page that says why
	if code := refused.Header.Get("Latchkey-Code"); code != "csrf" {
		t.Errorf("the code is %q", code)
	}

	// CSRF is checked before freshness.
	b.do("GET", "/token/refresh", nil)
	b.shows(b.do("POST", path, url.Values{"email": {"y@example.com"}}), 401, "CSRF")

	// An interrupted form comes back filled in: when the token is not fresh …
	email.Set("email", "late+1@example.com")
	stale := b.do("POST", path, email)
	b.leads(stale, "/login?next=%2Faccount%3Femail%3Dlate%252B1%2540example.com")
	next, _ := url.Parse(stale.Header.Get("Location"))
	back := b.do("POST", "/login", url.Values{"username": {"testuser"}, "password": {"password123"}, "next": {next.Query().Get("next")}})
	form := b.do("GET", back.Header.Get("Location"), nil)
	b.shows(form, 200, `value="late&#43;1@example.com"`)
	b.shows(form, 200, "not saved yet")
	// … and when it has expired.
	email.Set("csrf_token", b.csrf(form))
	clock.Advance(15 * time.Minute)
	b.leads(b.do("POST", path, email), "/token/refresh?next=%2Faccount%3Femail%3Dlate%252B1%2540example.com")
}

func TestPassword(t *testing.T) {
	site, _, _ := start(t, nil)
	b, elsewhere := open(t, site).login(), open(t, site).login()
	const path, chosen = "/account/password", "seven wet umbrellas"
	csrf := b.csrf(b.do("GET", path, nil))
	form := url.Values{"csrf_token": {csrf}, "current_password": {"wrong"}, "new_password": {chosen}}
	b.shows(b.do("POST", path, form), 401, "wrong")
	form.Set("current_password", "password123")
	form.Set("new_password", "short")
	b.shows(b.do("POST", path, form), 422, "too short")
	form.Set("new_password", chosen)
	b.shows(b.do("POST", path, url.Values{"current_password": {"password123"}, "new_password": {chosen}}), 401, "CSRF")

	old := webtest.Claims(t, b.cookie("access_token_cookie"))
	changed := b.do("POST", path, form)
	b.leads(changed, "/account")
	b.sets(changed, four, []string{})
	if fresh := webtest.Claims(t, b.cookie("access_token_cookie")); fresh["sid"] == old["sid"] || fresh["fresh"] != true {
		t.Errorf("the new token is %v", fresh)
	}
	b.shows(b.do("GET", "/account", nil), 200, "Account of testuser")
	elsewhere.leads(elsewhere.do("GET", "/service", nil), "/signup") // at once
	elsewhere.shows(elsewhere.do("POST", "/login", testuser), 401, "wrong")

	b.do("GET", "/token/refresh", nil)
	b.leads(b.do("POST", path, url.Values{"csrf_token": {b.cookie("csrf_access_token")}}), "/login?next=%2Faccount%2Fpassword")
}

func TestLogout(t *testing.T) {
	site, _, clock := start(t, nil)
	for _, late := range []time.Duration{0, time.Hour} {
		b := open(t, site).login()
		access := b.cookie("access_token_cookie")
		if got := b.do("GET", "/logout", nil, "Sec-Fetch-Site", "cross-site"); got.Status != 403 || len(got.Cookies()) > 0 {
			t.Errorf("a link on another site: %d %v", got.Status, got.Header)
		}
		b.shows(b.do("GET", "/service", nil), 200, "At your service")
		clock.Advance(late)
		out := b.do("GET", "/logout", nil)
		b.leads(out, "/")
		b.sets(out, []string{}, four)
		b.shows(b.do("GET", "/", nil), 200, "Hello, visitor")
		if late == 0 {
			b.leads(b.do("GET", "/service", nil, "Cookie", "access_token_cookie="+access), "/signup")
		}
		b.leads(b.do("GET", "/logout", nil, "Sec-Fetch-Site", "same-origin"), "/") // again
	}
}

// TestNext: only to a path of ours.
func TestNext(t *testing.T) {
	site, _, _ := start(t, nil)
	for _, next := range []string{
		"//evil.example", "https://evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "javascript:alert(1)",
		"http:evil.example", " //evil.example", "///evil.example", "/%0a/evil.example\n", "evil.example", "",
	} {
		b := open(t, site)
		form := url.Values{"username": {"testuser"}, "password": {"password123"}, "next": {next}}
		b.leads(b.do("POST", "/login", form), "/")
		b.leads(b.do("POST", "/login?"+url.Values{"next": {next}}.Encode(), testuser), "/")
		b.leads(b.do("GET", "/token/refresh?"+url.Values{"next": {next}}.Encode(), nil), "/")
		if page := b.do("GET", "/login?"+url.Values{"next": {next}}.Encode(), nil); strings.Contains(page.Body, "evil") {
			t.Errorf("the form carries %q on", next)
		}
	}
}

func TestOtherSites(t *testing.T) {
	site, _, _ := start(t, nil)
	b := open(t, site).login()
	for _, path := range []string{"/login", "/signup", "/account/change_settings", "/account/password"} {
		form := url.Values{"username": {"testuser"}, "password": {"password123"}, "csrf_token": {b.cookie("csrf_access_token")}, "email": {"x@example.com"}}
		for _, header := range [][]string{
			{"Origin", "http://evil.example", "Sec-Fetch-Site", "cross-site"}, {"Origin", "http://evil.example"}, {"Origin", "null"},
		} {
			got := b.do("POST", path, form, header...)
			if got.Status != 403 || len(got.Cookies()) > 0 || got.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("POST %s from %v: %d %v", path, header, got.Status, got.Header)
			}
		}
	}
	b.shows(b.do("GET", "/account", nil), 200, `value="testuser@example.com"`)
	b.shows(b.do("GET", "/nope", nil), 404, "Not Found")
	b.shows(b.do("POST", "/service", url.Values{}), 405, "Method Not Allowed")
	b.shows(b.do("POST", "/login", url.Values{"username": {strings.Repeat("x", 70000)}}), 401, "wrong")
}

func TestBehindAProxy(t *testing.T) {
	site, _, _ := start(t, func(a *app) { a.BaseURL = "https://app.example.com" })
	b := open(t, site)
	b.leads(b.do("GET", "/service", nil), "https://app.example.com/signup?next=%2Fservice")
	in := b.do("POST", "/login", testuser, "Origin", "https://app.example.com", "Sec-Fetch-Site", "same-origin")
	b.leads(in, "https://app.example.com/")
	for name, c := range in.Cookies() {
		if !c.Secure {
			t.Errorf("%s is not Secure", name)
		}
	}
	if in.Header.Get("Strict-Transport-Security") == "" {
		t.Error("browsers are not told to stay with https")
	}
}

func TestConfigurableCookies(t *testing.T) {
	t.Setenv("JWT_ACCESS_COOKIE_NAME", "at")
	t.Setenv("JWT_COOKIE_DOMAIN", "example.com")
	site, _, _ := start(t, nil)
	b := open(t, site)
	if c := b.do("POST", "/login", testuser).Cookies()["at"]; c == nil || c.Domain != "example.com" {
		t.Errorf("the cookie is %v", c)
	}
	t.Setenv("JWT_REFRESH_COOKIE_PATH", `["/token/refresh", "/logout"]`)
	a := newApp()
	a.Data = t.TempDir() + "/data"
	if _, err := a.handler(t.Context()); err == nil || !strings.Contains(err.Error(), "a cookie has only one") {
		t.Errorf("a list of paths: %v", err)
	}
}

func TestARestartKeepsPeopleSignedIn(t *testing.T) {
	site, a, _ := start(t, nil)
	b := open(t, site).login()
	site.Stop()
	c := newApp()
	c.Data, c.Now = a.Data, a.Now
	again := open(t, webtest.Start(t, c.handler, c.Wait))
	for _, name := range four {
		path := "/"
		if name == "refresh_token_cookie" {
			path = "/token/refresh"
		}
		again.plant(name, b.cookie(name), path)
	}
	again.shows(again.do("GET", "/account", nil), 200, "Account of testuser")
	again.leads(again.do("GET", "/token/refresh?next=/service", nil), "/service")
	again.shows(again.do("GET", "/service", nil), 200, "At your service")
}

func TestTheProgram(t *testing.T) {
	var addr string
	site := webtest.At(t, starting.Start(t, &addr, func() {
		os.Args = []string{"pages", "-addr", addr, "-data", t.TempDir() + "/data", "-base-url", "http://" + addr + "/"}
		main()
	}))
	b := open(t, site)
	b.leads(b.do("GET", "/service", nil), site.URL+"/signup?next=%2Fservice")
	if style := b.do("GET", "/style.css", nil); !strings.HasPrefix(style.Header.Get("Content-Type"), "text/css") {
		t.Errorf("the style sheet is %v", style.Header)
	}
}
