package latchkey_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
)

// What browsers say of a request, and whether it may be one of our own pages
// that made it.
var browserSays = []struct {
	name   string
	header []string
	ours   bool
}{
	{"same-origin", []string{"Sec-Fetch-Site", "same-origin"}, true},
	{"typed by the person", []string{"Sec-Fetch-Site", "none"}, true},
	{"same-site", []string{"Sec-Fetch-Site", "same-site"}, false},
	{"cross-site", []string{"Sec-Fetch-Site", "cross-site"}, false},
	{"unheard-of", []string{"Sec-Fetch-Site", "elsewhere"}, false},
	{"cross-site, our origin", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://app.example.com"}, false},
	{"cross-site, trusted origin", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://trusted.example"}, true},
	{"cross-site, http form of the trusted origin", []string{"Sec-Fetch-Site", "cross-site", "Origin", "http://trusted.example"}, false},
	{"old browser, our origin", []string{"Origin", "https://app.example.com"}, true},
	{"old browser, another origin", []string{"Origin", "https://evil.example"}, false},
	{"old browser, origin that begins as ours", []string{"Origin", "https://app.example.com.evil.example"}, false},
	{"old browser, null", []string{"Origin", "null"}, false},
	{"no browser", nil, true},
}

func TestCrossOriginRequestsWithCookies(t *testing.T) {
	t.Run("named", func(t *testing.T) {
		testCrossOrigin(t, func(c *latchkey.Config) { c.TrustedOrigins = []string{"https://trusted.example"} })
	})
	t.Run("asked for", func(t *testing.T) {
		testCrossOrigin(t, func(c *latchkey.Config) {
			c.TrustOrigin = func(origin string) bool { return origin == "https://trusted.example" }
		})
	})
}

func testCrossOrigin(t *testing.T, trust func(*latchkey.Config)) {
	cfg := goodConfig(t)
	trust(&cfg)
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	in := serve(signInHandler(auth), "POST", "https://app.example.com/").Result().Cookies()
	for _, says := range browserSays {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE"} {
			t.Run(says.name+"/"+method, func(t *testing.T) {
				header := append([]string{"Cookie", cookieHeader(in), "X-CSRF-TOKEN", in[2].Value}, says.header...)
				got := serve(auth.Required(ok), method, "https://app.example.com/", header...)
				want := 200
				if unsafe := !strings.Contains("GET HEAD OPTIONS", method); unsafe && !says.ours {
					want = 403
				}
				if got.Code != want {
					t.Errorf("%d, want %d: %s", got.Code, want, got.Body)
				}
			})
		}
	}
}

func TestSignInRefreshAndSignOutAreProtected(t *testing.T) {
	cfg := goodConfig(t)
	cfg.TrustedOrigins = []string{"https://trusted.example"}
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	in := serve(signInHandler(auth), "POST", "https://app.example.com/").Result().Cookies()
	for name, h := range map[string]http.Handler{"sign-in": signInHandler(auth), "refresh": auth.RefreshHandler(), "sign-out": auth.SignOutHandler()} {
		for _, says := range browserSays {
			if says.ours {
				continue
			}
			t.Run(name+"/"+says.name, func(t *testing.T) {
				header := append([]string{"Cookie", cookieHeader(in), "X-CSRF-TOKEN", in[2].Value}, says.header...)
				got := serve(h, "POST", "https://app.example.com/", header...)
				if got.Code != 403 || len(got.Result().Cookies()) > 0 {
					t.Errorf("%d, cookies %v", got.Code, got.Header()["Set-Cookie"])
				}
			})
		}
	}
}

func TestDoubleSubmit(t *testing.T) {
	a := newApp(t, nil)
	c, thief := a.browser(), a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	thief.do("POST", "/sign-in/eve", "").is(t, 200, "")
	mine, theirs := c.cookie("latchkey_csrf"), thief.cookie("latchkey_csrf")
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	long := strings.Repeat("x", 64<<10)

	for _, test := range []struct {
		name, body string
		header     []string
		status     int
	}{
		{"nothing", "", nil, 403},
		{"header", "", []string{"X-CSRF-TOKEN", mine}, 200},
		{"wrong header", "", []string{"X-CSRF-TOKEN", mine + "x"}, 403},
		{"value of another session", "", []string{"X-CSRF-TOKEN", theirs}, 403},
		{"form", "csrf_token=" + mine, form, 200},
		{"form of another session", "csrf_token=" + theirs, form, 403},
		{"form with charset", "csrf_token=" + mine, []string{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, 200},
		{"wrong header beats right form", "csrf_token=" + mine, append([]string{"X-CSRF-TOKEN", "x"}, form...), 403},
		{"form too large", "a=" + long + "&csrf_token=" + mine, form, 403},
		{"field in the URL only", "", form, 403},
		{"form sent as text", "csrf_token=" + mine, []string{"Content-Type", "text/plain"}, 403},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := "/me"
			if test.name == "field in the URL only" {
				path += "?csrf_token=" + url.QueryEscape(mine)
			}
			c.do("POST", path, test.body, test.header...).is(t, test.status, "")
		})
	}
}

// An attacker who can set cookies for the site, from a subdomain, plants a pair
// that would match.
func TestPlantedCSRFPair(t *testing.T) {
	a := newApp(t, nil)
	c, thief := a.browser(), a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	thief.do("POST", "/sign-in/eve", "").is(t, 200, "")
	theirs := thief.cookie("latchkey_csrf")
	c.plant(&http.Cookie{Name: "latchkey_csrf", Value: theirs, Path: "/"})
	c.do("POST", "/me", "", "X-CSRF-TOKEN", theirs).is(t, 403, "csrf")
}

func TestTheValueSurvivesRefreshing(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	before := c.cookie("latchkey_csrf")
	a.advance(20 * time.Minute)
	c.do("POST", "/refresh", "", "X-CSRF-TOKEN", before).is(t, 200, "")
	c.do("POST", "/me", "", "X-CSRF-TOKEN", before).is(t, 200, "")
}

func TestHeaderTokensNeedNoCSRFValue(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	token := c.do("POST", "/sign-in/ada?deliver=json", "").json(t)["access_token"]
	c.do("POST", "/me", "", "Authorization", fmt.Sprint("Bearer ", token), "Sec-Fetch-Site", "cross-site").is(t, 200, "")
}

func TestCSRFConfiguration(t *testing.T) {
	a := newApp(t, func(c *latchkey.Config) {
		c.CSRF = latchkey.CSRFConfig{HeaderName: "X-Proof", FormField: "proof", Methods: []string{"PUT"}}
	})
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	c.do("POST", "/me", "").is(t, 200, "")
	c.do("PUT", "/me", "").is(t, 403, "csrf")
	c.do("PUT", "/me", "", "X-CSRF-TOKEN", c.cookie("latchkey_csrf")).is(t, 403, "csrf")
	c.do("PUT", "/me", "", "X-Proof", c.cookie("latchkey_csrf")).is(t, 200, "")
	c.do("PUT", "/me", "proof="+c.cookie("latchkey_csrf"), "Content-Type", "application/x-www-form-urlencoded").is(t, 200, "")
}

// TestFormsOfEveryMethod: the value is found in the body of any method, beside
// fields and a query that net/url cannot read.
func TestFormsOfEveryMethod(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	form := []string{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		c.do(method, "/me?a;b", "x=%zz&csrf_token="+c.cookie("latchkey_csrf"), form...).is(t, 200, "")
		c.do(method, "/me", "csrf_token=other", form...).is(t, 403, "csrf")
		c.do(method, "/me", "csrf_token="+c.cookie("latchkey_csrf")+"&x="+strings.Repeat("x", 64<<10), form...).is(t, 403, "csrf")
	}
}

func TestFormIsLeftForTheHandler(t *testing.T) {
	cfg := goodConfig(t)
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	in := serve(signInHandler(auth), "POST", "https://app.example.com/").Result().Cookies()
	var got string
	h := auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r.FormValue("email") }))
	r := newRequest("POST")
	r.Body = body("email=ada%40example.com&csrf_token=" + in[2].Value)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookieHeader(in))
	h.ServeHTTP(discard{}, r)
	if got != "ada@example.com" {
		t.Errorf("the handler sees %q", got)
	}
}
