package accounthttp_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

const anotherPassword = "an entirely different phrase"

// resetToken is a token for the person of signUp.
func (p *parts) resetToken(t *testing.T) string {
	t.Helper()
	user, err := p.accounts.UserByUsername(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	token, err := p.accounts.NewResetToken(t.Context(), user.ID)
	if err != nil {
		t.Fatal(err)
	}
	return token.Token
}

func TestReset(t *testing.T) {
	p := newParts(t)
	mux := p.mount(t)
	access, refresh := signUp(t, mux)
	token := p.resetToken(t)

	status, answer, _ := call(mux, "POST", "/auth/password/reset/check", "", map[string]string{"token": token})
	if status != 200 || answer["username"] != "ada" {
		t.Fatalf("check: %d %v", status, answer)
	}
	status, answer, _ = call(mux, "POST", "/auth/password/reset", "", map[string]string{"token": token, "new_password": "short"})
	field := answer["fields"].([]any)[0].(map[string]any)
	if status != 422 || field["field"] != "new_password" || field["msg"] == "" {
		t.Errorf("a bad password: %d %v", status, answer)
	}
	status, answer, _ = call(mux, "POST", "/auth/password/reset", "", map[string]string{"token": token})
	if status != 422 {
		t.Errorf("no password: %d %v", status, answer)
	}
	status, answer, header := call(mux, "POST", "/auth/password/reset", "", map[string]string{"token": token, "new_password": anotherPassword})
	if status != 200 || header["Set-Cookie"] != nil || answer["access_token"] != nil {
		t.Fatalf("reset: %d %v %v", status, answer, header)
	}

	// The sessions have ended, the old password is dead and the new one works.
	if status, answer, _ = call(mux, "GET", "/auth/me", access, nil); answer["code"] != "session_ended" {
		t.Errorf("the old access token: %d %v", status, answer)
	}
	if status, answer, _ = call(mux, "POST", "/auth/refresh", "", map[string]string{"refresh_token": refresh}); answer["code"] != "session_ended" {
		t.Errorf("the old refresh token: %d %v", status, answer)
	}
	for word, want := range map[string]int{password: 401, anotherPassword: 200} {
		if status, answer, _ = call(mux, "POST", "/auth/sign-in", "", map[string]string{"username": "ada", "password": word}); status != want {
			t.Errorf("sign-in: %d %v, want %d", status, answer, want)
		}
	}

	// Used, unknown and absent tokens are told apart by nobody.
	for _, path := range []string{"/auth/password/reset", "/auth/password/reset/check"} {
		for name, text := range map[string]string{"used": token, "unknown": strings.Repeat("A", 43), "none": "", "odd": "x\x00y"} {
			body := map[string]string{"token": text}
			if path == "/auth/password/reset" {
				body["new_password"] = password
			}
			status, answer, header = call(mux, "POST", path, "", body)
			if status != 410 || answer["code"] != "reset_expired" || header.Get("Latchkey-Code") != "reset_expired" {
				t.Errorf("%s, %s: %d %v", path, name, status, answer)
			}
		}
	}
}

// Of a good token only its first use counts, and many bad ones are refused.
func TestResetIsThrottled(t *testing.T) {
	p := newParts(t)
	p.reconfigure(t, func(c *account.Config) { c.Throttle.ClientBurst = 3 })
	mux := p.mount(t)
	signUp(t, mux)
	token := p.resetToken(t)
	for range 5 {
		if status, answer, _ := call(mux, "POST", "/auth/password/reset/check", "", map[string]string{"token": token}); status != 200 {
			t.Fatalf("a good token: %d %v", status, answer)
		}
	}
	for i := range 3 {
		path := []string{"/auth/password/reset", "/auth/password/reset/check"}[i%2]
		body := map[string]string{"token": fmt.Sprint(i)}
		if i%2 == 0 {
			body["new_password"] = anotherPassword
		}
		if status, answer, _ := call(mux, "POST", path, "", body); status != 410 {
			t.Fatalf("a bad token: %d %v", status, answer)
		}
	}
	for path, body := range map[string]map[string]string{
		"/auth/password/reset":       {"token": token, "new_password": anotherPassword},
		"/auth/password/reset/check": {"token": token},
	} {
		status, answer, header := call(mux, "POST", path, "", body)
		if status != 429 || answer["code"] != "throttled" || header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", path, status, answer)
		}
	}
}

// letters collects what is mailed from now on.
func (p *parts) letters(t *testing.T) *[]account.ResetMail {
	t.Helper()
	sent := new([]account.ResetMail)
	p.reconfigure(t, func(c *account.Config) {
		c.SendReset = func(_ context.Context, m account.ResetMail) error {
			*sent = append(*sent, m)
			return nil
		}
	})
	return sent
}

func TestRequestReset(t *testing.T) {
	p := newParts(t)
	sent := p.letters(t)
	mux := p.mount(t)
	signUp(t, mux)
	status, known, header := call(mux, "POST", "/auth/password/forgot", "", map[string]string{"username": "ADA"})
	if status != 202 || len(*sent) != 1 {
		t.Fatalf("got %d %v and %d letters", status, known, len(*sent))
	}
	_, unknown, headerOfUnknown := call(mux, "POST", "/auth/password/forgot", "", map[string]string{"username": "nobody"})
	if !reflect.DeepEqual(known, unknown) || !reflect.DeepEqual(header, headerOfUnknown) || len(*sent) != 1 {
		t.Errorf("an unknown name is told: %v %v, %v %v", known, header, unknown, headerOfUnknown)
	}
	status, answer, _ := call(mux, "POST", "/auth/password/reset", "", map[string]string{"token": (*sent)[0].Token, "new_password": anotherPassword})
	if status != 200 {
		t.Errorf("the token of the letter: %d %v", status, answer)
	}
	if status, answer, _ = call(mux, "POST", "/auth/password/forgot", "", map[string]string{"username": ""}); status != 422 {
		t.Errorf("no name: %d %v", status, answer)
	}
}

func TestRequestResetWithoutMail(t *testing.T) {
	p := newParts(t)
	mux := p.mount(t)
	signUp(t, mux)
	for _, name := range []string{"ada", "nobody"} {
		if status, answer, _ := call(mux, "POST", "/auth/password/forgot", "", map[string]string{"username": name}); status != 404 || answer["code"] != "no_reset_mail" {
			t.Errorf("got %d %v", status, answer)
		}
	}
}

func TestRequestResetIsThrottled(t *testing.T) {
	p := newParts(t)
	p.reconfigure(t, func(c *account.Config) {
		c.Throttle.SignUpBurst, c.Throttle.SignUpRefill = 2, time.Hour
		c.SendReset = func(context.Context, account.ResetMail) error { return nil }
	})
	mux := p.mount(t)
	for i, want := range []int{202, 202, 429} {
		status, answer, header := call(mux, "POST", "/auth/password/forgot", "", map[string]string{"username": "nobody"})
		if status != want || (want == 429) != (header.Get("Retry-After") != "") {
			t.Errorf("request %d: %d %v", i, status, answer)
		}
	}
}

// A page of another site cannot ask for letters or use tokens.
func TestResetFromAnotherSite(t *testing.T) {
	p := newParts(t)
	mux := p.mount(t)
	for _, path := range []string{"/auth/password/forgot", "/auth/password/reset", "/auth/password/reset/check"} {
		status, answer, _ := call(mux, "POST", path, "", map[string]string{}, func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		})
		if status != 403 || answer["code"] != "cross_origin" {
			t.Errorf("%s: %d %v", path, status, answer)
		}
	}
}
