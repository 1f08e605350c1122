package latchkey_test

import (
	"testing"
	"time"
)

func TestJourneyWithCookies(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	c.do("GET", "/me", "").is(t, 401, "token_missing")
	c.do("POST", "/sign-in/ada", "").is(t, 200, "")
	if got := c.do("GET", "/me", "").json(t)["sub"]; got != "ada" {
		t.Fatalf("signed in as %v", got)
	}

	a.advance(15 * time.Minute)
	c.do("GET", "/me", "").is(t, 401, "token_expired")
	c.do("POST", "/refresh", "").is(t, 403, "csrf")
	c.do("POST", "/refresh", "", "X-CSRF-TOKEN", c.cookie("latchkey_csrf")).is(t, 200, "")
	c.do("GET", "/me", "").is(t, 200, "")

	stolen := c.cookie("latchkey_access")
	c.do("POST", "/sign-out", "", "X-CSRF-TOKEN", c.cookie("latchkey_csrf")).is(t, 200, "")
	if left := c.cookie("latchkey_access") + c.cookie("latchkey_refresh") + c.cookie("latchkey_csrf"); left != "" {
		t.Errorf("cookies are left after signing out: %q", left)
	}
	c.do("GET", "/me", "").is(t, 401, "token_missing")
	c.do("GET", "/me", "", "Authorization", "Bearer "+stolen).is(t, 401, "session_ended")
}

func TestJourneyWithHeaders(t *testing.T) {
	a := newApp(t, nil)
	c := a.browser()
	tokens := c.do("POST", "/sign-in/ada?deliver=json", "").json(t)
	access, refresh := tokens["access_token"].(string), tokens["refresh_token"].(string)
	if tokens["expires_in"] != 900.0 || tokens["token_type"] != "Bearer" {
		t.Errorf("the answer is %v", tokens)
	}
	c.do("GET", "/me", "", "Authorization", "Bearer "+access).is(t, 200, "")
	c.do("GET", "/me", "", "Authorization", "Bearer "+refresh).is(t, 401, "wrong_type")
	c.do("POST", "/refresh", "", "Authorization", "Bearer "+access).is(t, 401, "wrong_type")

	for name, send := range map[string]func(token string) answer{
		"header": func(token string) answer { return c.do("POST", "/refresh", "", "Authorization", "Bearer "+token) },
		"body": func(token string) answer {
			return c.do("POST", "/refresh", `{"refresh_token":"`+token+`"}`, "Content-Type", "application/json")
		},
	} {
		t.Run(name, func(t *testing.T) {
			a.advance(time.Minute)
			got := send(refresh)
			got.is(t, 200, "")
			refresh = got.json(t)["refresh_token"].(string)
			c.do("GET", "/me", "", "Authorization", "Bearer "+got.json(t)["access_token"].(string)).is(t, 200, "")
		})
	}

	c.do("POST", "/sign-out", "", "Authorization", "Bearer "+access).is(t, 200, "")
	c.do("GET", "/me", "", "Authorization", "Bearer "+access).is(t, 401, "session_ended")
	c.do("POST", "/refresh", "", "Authorization", "Bearer "+refresh).is(t, 401, "session_ended")
}
