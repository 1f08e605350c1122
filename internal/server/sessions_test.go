package server_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/server"
)

func TestSessionsOfAPerson(t *testing.T) {
	a := start(t)
	laptop := a.signUp()
	phone := a.signIn()
	phone.do("GET", "/api/v1/me", nil).want(200, "")

	list := laptop.do("GET", "/api/v1/sessions", nil).want(200, "")
	sessions, _ := list.at("sessions").([]any)
	if len(sessions) != 2 {
		t.Fatalf("%d sessions are listed, want 2", len(sessions))
	}
	var other string
	current := 0
	for _, s := range sessions {
		one := s.(map[string]any)
		for _, name := range []string{"id", "created_at", "last_seen_at", "ends_at", "address", "user_agent", "device"} {
			if one[name] == "" || one[name] == nil {
				t.Errorf("%s is missing in %v", name, one)
			}
		}
		if one["current"] == true {
			current++
		} else {
			other = one["id"].(string)
		}
	}
	if current != 1 {
		t.Fatalf("%d sessions are called the current one", current)
	}

	ended := laptop.do("DELETE", "/api/v1/sessions/"+other, nil).want(200, "")
	if ended.at("ended") != 1.0 {
		t.Errorf("got %s", ended.body)
	}
	phone.do("GET", "/api/v1/me", nil).want(401, "session_ended")
	phone.do("POST", "/api/v1/refresh", nil).want(401, "session_ended")
	laptop.do("GET", "/api/v1/me", nil).want(200, "")
	laptop.do("DELETE", "/api/v1/sessions/"+other, nil).want(404, "not_found")
}

func TestEndOtherSessions(t *testing.T) {
	a := start(t)
	laptop, phone, tablet := a.signUp(), a.signIn(), a.signIn()
	if got := laptop.do("DELETE", "/api/v1/sessions", nil).want(200, ""); got.at("ended") != 2.0 {
		t.Errorf("got %s", got.body)
	}
	laptop.do("GET", "/api/v1/me", nil).want(200, "")
	phone.do("GET", "/api/v1/me", nil).want(401, "session_ended")
	tablet.do("GET", "/api/v1/me", nil).want(401, "session_ended")
}

func TestEndOwnSessionSignsOut(t *testing.T) {
	a := start(t)
	b := a.signUp()
	id := b.do("GET", "/api/v1/me", nil).string("session", "id")
	b.do("DELETE", "/api/v1/sessions/"+id, nil).want(200, "")
	if b.cookie("latchkey_access") != "" {
		t.Error("the cookies of the ended session stay")
	}
	b.do("GET", "/api/v1/me", nil).want(401, "token_missing")
}

func TestNobodyEndsAnothersSession(t *testing.T) {
	a := start(t)
	victim := a.signUp()
	id := victim.do("GET", "/api/v1/me", nil).string("session", "id")
	eve := a.browser()
	eve.do("POST", "/api/v1/sign-up", m{"username": "eve", "password": "nobody shall know this"}).want(201, "")
	eve.do("DELETE", "/api/v1/sessions/"+id, nil).want(404, "not_found")
	eve.do("DELETE", "/api/v1/sessions", nil).want(200, "")
	victim.do("GET", "/api/v1/me", nil).want(200, "")
}

// A session that was there before the sign-in is worth nothing after it.
func TestFixation(t *testing.T) {
	a := start(t)
	a.signUp()
	planted := a.browser()
	planted.do("POST", "/api/v1/sign-up", m{"username": "eve", "password": "nobody shall know this"}).want(201, "")
	before := planted.cookieHeader()
	csrf := planted.cookie("latchkey_csrf")

	// The victim signs in with the attacker's cookies in the browser.
	planted.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(200, "")
	attacker := a.program()
	attacker.headers.Set("Cookie", before)
	attacker.headers.Set("X-CSRF-TOKEN", csrf)
	attacker.do("GET", "/api/v1/me", nil).want(401, "session_ended")
	attacker.do("POST", "/api/v1/refresh", nil).want(401, "session_ended")
	planted.do("GET", "/api/v1/me", nil).want(200, "")
}

// What was copied before signing out is worth nothing after it.
func TestReplayAfterSignOut(t *testing.T) {
	a := start(t)
	b := a.signUp()
	copied, csrf := b.cookieHeader(), b.cookie("latchkey_csrf")
	b.do("POST", "/api/v1/sign-out", nil).want(200, "")

	thief := a.program()
	thief.headers.Set("Cookie", copied)
	thief.headers.Set("X-CSRF-TOKEN", csrf)
	thief.do("GET", "/api/v1/me", nil).want(401, "session_ended")
	thief.do("POST", "/api/v1/activity", nil).want(401, "session_ended")
	got := thief.do("POST", "/api/v1/refresh", nil).want(401, "session_ended")
	if got.string("reason") != "sign_out" {
		t.Errorf("the reason is %q", got.string("reason"))
	}
	if len(got.names) > 0 {
		t.Error("a refused refresh touches cookies: another tab may have signed in meanwhile")
	}
}

func TestPasswordChangeEndsOtherSessions(t *testing.T) {
	a := start(t)
	laptop := a.signUp()
	phone := a.signIn()
	copied := laptop.cookieHeader()
	laptop.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
	phone.do("POST", "/api/v1/activity", nil).want(401, "session_ended") // at once, not with the next look at the feed
	laptop.do("GET", "/api/v1/me", nil).want(200, "")
	got := phone.do("POST", "/api/v1/refresh", nil).want(401, "session_ended")
	if got.string("reason") != "password_changed" {
		t.Errorf("the reason is %q", got.string("reason"))
	}

	thief := a.program()
	thief.headers.Set("Cookie", copied)
	thief.do("GET", "/api/v1/me", nil).want(401, "session_ended")
}

func TestPasswordChangeRefused(t *testing.T) {
	a := start(t)
	b := a.signUp()
	b.do("POST", "/api/v1/password", m{"current_password": "not the one it is now", "new_password": newPassword}).
		want(401, "invalid_credentials")
	short := b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": "short"}).
		want(422, "invalid_input")
	if field := firstField(short); field != "new_password" {
		t.Errorf("the field refused is %q", field)
	}
	b.do("POST", "/api/v1/password", m{"current_password": adaPassword}).want(422, "invalid_input")
	b.do("GET", "/api/v1/me", nil).want(200, "")
	a.signIn() // the password is what it was
}

// A stale sign-in may not change the password until the person proves again
// who they are.
func TestPasswordChangeNeedsFreshSignIn(t *testing.T) {
	a := start(t, func(c *server.Config) { c.FreshFor = time.Second })
	b := a.signUp()
	var got *answer
	for { // until the second is over
		// The body is bad: as long as the sign-in is fresh, that is what is told.
		if got = b.do("POST", "/api/v1/password", m{}); got.status != 422 {
			break
		}
	}
	got.want(401, "not_fresh")
	if challenge := got.header.Get("WWW-Authenticate"); !strings.Contains(challenge, "insufficient_user_authentication") ||
		!strings.Contains(challenge, `max_age="1"`) {
		t.Errorf("the answer does not say how to become fresh (RFC 9470): %q", challenge)
	}
	b.do("POST", "/api/v1/refresh", nil).want(200, "")
	b.do("POST", "/api/v1/password", m{}).want(401, "not_fresh") // refreshing proves nothing

	b.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(200, "")
	b.do("POST", "/api/v1/password", m{}).want(422, "invalid_input")
}

func TestReauthenticate(t *testing.T) {
	a := start(t)
	b := a.signUp()
	b.do("POST", "/api/v1/reauthenticate", m{"password": "not the one it is now"}).want(401, "invalid_credentials")
	b.do("GET", "/api/v1/me", nil).want(200, "") // a typing mistake does not sign out
	b.do("POST", "/api/v1/reauthenticate", m{"password": ""}).want(422, "invalid_input")
	a.program().do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(401, "token_missing")
}

func TestTokenKindsAreNotMixedUp(t *testing.T) {
	a := start(t)
	a.signUp()
	c, refresh := a.signInBody()
	access := c.bearer
	c.bearer = refresh
	c.do("GET", "/api/v1/me", nil).want(401, "wrong_type")
	a.program().do("POST", "/api/v1/refresh", m{"refresh_token": access}).want(401, "wrong_type")

	both := a.program()
	both.headers.Set("Authorization", "Bearer "+access)
	both.do("GET", "/api/v1/me", nil, func(r *http.Request) {
		r.Header["Authorization"] = []string{"Bearer " + access, "Bearer " + refresh}
	}).want(400, "ambiguous_token")
}

func TestAccessTokenExpires(t *testing.T) {
	a := start(t, func(c *server.Config) { c.AccessTTL = time.Second })
	b := a.signUp()
	for { // until the second is over
		got := b.do("GET", "/api/v1/me", nil)
		if got.status != 200 {
			got.want(401, "token_expired")
			break
		}
	}
	b.do("POST", "/api/v1/refresh", nil).want(200, "")
	b.do("GET", "/api/v1/me", nil).want(200, "")
}

// Signing out works with a token that has expired: nobody should have to sign in
// again to sign out.
func TestSignOutWithExpiredToken(t *testing.T) {
	a := start(t, func(c *server.Config) { c.AccessTTL = time.Second })
	b := a.signUp()
	copied, csrf := b.cookieHeader(), b.cookie("latchkey_csrf")
	for b.do("GET", "/api/v1/me", nil).status == 200 { // until the second is over
		continue
	}
	b.do("POST", "/api/v1/sign-out", nil).want(200, "")
	thief := a.program()
	thief.headers.Set("Cookie", copied)
	thief.headers.Set("X-CSRF-TOKEN", csrf)
	thief.do("POST", "/api/v1/refresh", nil).want(401, "session_ended")
}

// An account that was disabled without the end of its sessions, by hand in the
// database, is closed all the same.
func TestUserDisabledInTheDatabase(t *testing.T) {
	a := start(t)
	b := a.signUp()
	a.exec("UPDATE latchkey_users SET disabled_at = 1")
	b.do("GET", "/api/v1/me", nil).want(401, "user_gone")
	b.do("POST", "/api/v1/reauthenticate", m{"password": adaPassword}).want(401, "user_gone")
	b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(401, "")
	a.exec("DELETE FROM latchkey_users")
	b.do("GET", "/api/v1/me", nil).want(401, "user_gone")
}

func TestSignUpRefused(t *testing.T) {
	a := start(t)
	a.signUp()
	b := a.browser()
	b.do("POST", "/api/v1/sign-up", m{"username": "ADA@example.com", "password": adaPassword}).want(409, "username_taken")
	got := b.do("POST", "/api/v1/sign-up", m{"username": "x", "password": "short"}).want(422, "invalid_input")
	if fields, _ := got.at("fields").([]any); len(fields) != 2 {
		t.Errorf("all mistakes should be named at once: %s", got.body)
	}
	b.do("POST", "/api/v1/sign-up", m{"username": "bob", "password": adaPassword, "delivery": "pigeon"}).want(422, "invalid_input")
	b.do("GET", "/api/v1/me", nil).want(401, "token_missing")
}

// Whoever asks learns nothing about who has an account.
func TestFailedSignInsLookAlike(t *testing.T) {
	a := start(t)
	a.signUp()
	known := a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": "not the one it is now"})
	unknown := a.program().do("POST", "/api/v1/sign-in", m{"username": "nobody@example.com", "password": "not the one it is now"})
	known.want(401, "invalid_credentials")
	if known.header.Get("WWW-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate (RFC 9110, section 15.5.2)")
	}
	if known.status != unknown.status || string(known.body) != string(unknown.body) {
		t.Errorf("answers differ: %d %s and %d %s", known.status, known.body, unknown.status, unknown.body)
	}
	for name := range known.header {
		if name != "Date" && name != "X-Request-Id" && known.header.Get(name) != unknown.header.Get(name) {
			t.Errorf("the header %s differs", name)
		}
	}
}

func firstField(a *answer) string {
	fields, _ := a.at("fields").([]any)
	if len(fields) == 0 {
		return ""
	}
	field, _ := fields[0].(map[string]any)
	name, _ := field["field"].(string)
	return name
}
