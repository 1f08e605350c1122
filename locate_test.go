package latchkey_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
)

func TestAnswersToRefusedRequests(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	tokens := c.do("POST", "/sign-in/ada?deliver=json", "").json(t)
	access, refresh := fmt.Sprint(tokens["access_token"]), fmt.Sprint(tokens["refresh_token"])
	forged := access[:len(access)-4] + "AAAA"

	for _, test := range []struct {
		name      string
		header    []string
		status    int
		code      string
		challenge string
	}{
		{"no token", nil, 401, "token_missing", "Bearer"},
		{"another scheme", []string{"Authorization", "Basic YTpi"}, 401, "token_missing", "Bearer"},
		{"DPoP, which is not offered", []string{"Authorization", "DPoP " + access}, 401, "token_missing", "Bearer"},
		{"no scheme", []string{"Authorization", access}, 401, "token_missing", "Bearer"},
		{"empty header", []string{"Authorization", ""}, 401, "token_missing", "Bearer"},
		{"scheme alone", []string{"Authorization", "Bearer"}, 401, "token_invalid", `Bearer error="invalid_token"`},
		{"two words", []string{"Authorization", "Bearer a b"}, 401, "token_invalid", `Bearer error="invalid_token"`},
		{"garbage", []string{"Authorization", "Bearer garbage"}, 401, "token_invalid", `Bearer error="invalid_token"`},
		{"a thousand dots", []string{"Authorization", "Bearer " + strings.Repeat(".", 1000)}, 401, "token_invalid", `Bearer error="invalid_token"`},
		{"forged", []string{"Authorization", "Bearer " + forged}, 401, "token_invalid", `Bearer error="invalid_token"`},
		{"refresh token", []string{"Authorization", "Bearer " + refresh}, 401, "wrong_type", `Bearer error="invalid_token"`},
		{"two headers", []string{"Authorization", "Bearer " + access, "Authorization", "Bearer " + access}, 400, "ambiguous_token", `Bearer error="invalid_request"`},
		{"scheme in small letters", []string{"Authorization", "bearer " + access}, 200, "", ""},
		{"two spaces", []string{"Authorization", "Bearer  " + access}, 200, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := c.do("GET", "/me", "", test.header...)
			got.is(t, test.status, test.code)
			challenge := got.Header.Get("WWW-Authenticate")
			if test.status == 401 && test.code == "token_missing" && challenge != test.challenge ||
				!strings.HasPrefix(challenge, test.challenge) {
				t.Errorf("the challenge is %q", challenge)
			}
			if test.status == 200 {
				return
			}
			if got.Header.Get("Content-Type") != "application/json" || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers are %v", got.Header)
			}
			for _, secret := range []string{access, refresh, forged, "garbage", "jwt:", "session:"} {
				if strings.Contains(got.body, secret) {
					t.Errorf("the answer holds %q: %s", secret, got.body)
				}
			}
		})
	}
}

func TestOptional(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	if got := c.do("GET", "/maybe", "").json(t)["sub"]; got != "" {
		t.Errorf("nobody is %v", got)
	}
	c.do("GET", "/maybe", "", "Authorization", "Bearer garbage").is(t, 401, "token_invalid")
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	if got := c.do("GET", "/maybe", "").json(t)["sub"]; got != "ada" {
		t.Errorf("ada is %v", got)
	}
}

func TestLocations(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	one := fmt.Sprint(c.do("POST", "/sign-in/one?deliver=json", "").json(t)["access_token"])
	two := fmt.Sprint(c.do("POST", "/sign-in/two?deliver=json", "").json(t)["access_token"])
	json := []string{"Content-Type", "application/json"}
	bearer := func(token string) []string { return []string{"Authorization", "Bearer " + token} }

	for _, test := range []struct {
		name, path, body string
		header           []string
		status           int
		sub              string
	}{
		{"query not asked for", "/me?access_token=" + one, "", nil, 401, ""},
		{"query", "/query?access_token=" + one, "", nil, 200, "one"},
		{"query twice", "/query?access_token=" + one + "&access_token=" + two, "", nil, 400, ""},
		{"header where only query is asked for", "/query", "", bearer(one), 401, ""},
		{"body", "/body", `{"access_token":"` + one + `","other":1}`, json, 200, "one"},
		{"body of another type", "/body", `{"access_token":"` + one + `"}`, []string{"Content-Type", "text/plain"}, 401, ""},
		{"body with another case", "/body", `{"Access_Token":"` + one + `"}`, json, 401, ""},
		{"body with two tokens", "/body", `{"access_token":"` + one + `","access_token":"` + two + `"}`, json, 401, ""},
		{"body with a variant", "/body", `{"access_token":"` + one + `","ACCESS_TOKEN":"` + two + `"}`, json, 200, "one"},
		{"body that is no object", "/body", `["` + one + `"]`, json, 401, ""},
		{"body with no string", "/body", `{"access_token":5}`, json, 401, ""},
		{"body too large", "/body", `{"access_token":"` + one + `","x":"` + strings.Repeat("x", 64<<10) + `"}`, json, 401, ""},
		{"the same in two places", "/body?access_token=" + one, "", bearer(one), 200, "one"},
		{"header and query differ", "/body?access_token=" + two, "", bearer(one), 400, ""},
		{"header and body differ", "/body", `{"access_token":"` + two + `"}`, append(bearer(one), json...), 400, ""},
		{"query and body differ", "/body?access_token=" + one, `{"access_token":"` + two + `"}`, json, 400, ""},
		{"a header beats a cookie", "/me", "", append(bearer(one), "Cookie", "latchkey_access="+two), 200, "one"},
		{"a bad header beats a good cookie", "/me", "", append(bearer("x"), "Cookie", "latchkey_access="+two), 401, ""},
		{"a refresh cookie is no access token", "/me", "", []string{"Cookie", "latchkey_refresh=" + two}, 401, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := c.do("POST", test.path, test.body, test.header...)
			got.is(t, test.status, "")
			if test.status == 200 && got.json(t)["sub"] != test.sub {
				t.Errorf("the token is of %v", got.json(t)["sub"])
			}
			if strings.HasPrefix(test.path, "/query") && got.Header.Get("Cache-Control") != "no-store" {
				t.Error("an answer to a token in the address may be cached")
			}
		})
	}
}

func TestTheBodyIsLeftForTheHandler(t *testing.T) {
	cfg := goodConfig(t)
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := auth.Issue(newRequest("POST"), latchkey.Login{Subject: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	sent := `{"access_token":"` + tokens.Access + `","note":"` + strings.Repeat("x", 9000) + `"}`
	r := newRequest("POST")
	r.Body, r.ContentLength = body(sent), int64(len(sent))
	r.Header.Set("Content-Type", "application/json")
	var got []byte
	auth.Require(latchkey.Policy{Locations: []latchkey.Location{latchkey.InJSON}})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, _ = io.ReadAll(r.Body)
	})).ServeHTTP(discard{}, r)
	if string(got) != sent {
		t.Errorf("the handler reads %d bytes of %d", len(got), len(sent))
	}
}

// TestVaryNamesTheHeader: caches must know which header decides.
func TestVaryNamesTheHeader(t *testing.T) {
	cfg := goodConfig(t)
	cfg.Header.Name = "X-Token"
	auth, err := latchkey.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := serve(auth.Optional(http.NotFoundHandler()), "GET", "/")
	if got := w.Header().Values("Vary"); !slices.Equal(got, []string{"X-Token, Cookie, Origin, Sec-Fetch-Site"}) {
		t.Errorf("Vary is %q", got)
	}
}
