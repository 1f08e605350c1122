package server_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/server"
)

// deviceCookie is the cookie that an answer sets for the device, or nil.
func (a *answer) deviceCookie(name string) *http.Cookie {
	for _, c := range a.names {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// An attacker who guesses makes the account wait for everybody but the devices
// on which its owner has signed in, and cannot tell which accounts those are.
func TestKnownDevice(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		now := time.Now() // it stands still: nobody has waited long enough
		a := start(t, database, func(c *server.Config) { c.Now = func() time.Time { return now } })
		home := a.signUp()
		home.do("POST", "/api/v1/sign-out", nil).want(200, "")
		if home.cookie("latchkey_device") == "" {
			t.Fatal("signing out makes the device unknown")
		}
		attacker := a.browser()
		wrong := attacker.do("POST", "/api/v1/sign-in", m{"username": ada, "password": "a guess of a password"}).want(401, "invalid_credentials")
		for range 8 {
			attacker.do("POST", "/api/v1/sign-in", m{"username": ada, "password": "a guess of a password"}).want(401, "")
		}
		if attacker.cookie("latchkey_device") != "" {
			t.Error("a guess makes the device known")
		}
		right := m{"username": ada, "password": adaPassword}
		elsewhere := a.browser()
		waits := elsewhere.do("POST", "/api/v1/sign-in", right).want(401, "")
		if !bytes.Equal(waits.body, wrong.body) || !slices.Equal(headerNames(waits), headerNames(wrong)) {
			t.Errorf("an account that has to wait is told:\n%s %v\n%s %v", waits.body, headerNames(waits), wrong.body, headerNames(wrong))
		}
		// A made-up device, and that of another person, are strangers.
		for _, value := range []string{"made-up", a.strangersDevice(), home.cookie("latchkey_device") + "; latchkey_device=x"} {
			a.program().do("POST", "/api/v1/sign-in", right, func(r *http.Request) {
				r.Header.Set("Cookie", "latchkey_device="+value)
			}).want(401, "invalid_credentials")
		}
		before := home.cookie("latchkey_device")
		home.do("POST", "/api/v1/sign-in", m{"username": ada, "password": "a slip of the finger"}).want(401, "")
		home.do("POST", "/api/v1/sign-in", right).want(200, "")
		if home.cookie("latchkey_device") != before {
			t.Error("a known device gets a new token")
		}
	})
}

func headerNames(a *answer) []string {
	var names []string
	for name := range a.header {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// strangersDevice is the device token of another person.
func (a *app) strangersDevice() string {
	a.t.Helper()
	eve := a.browser()
	eve.do("POST", "/api/v1/sign-up", m{"username": "eve", "password": "nobody shall know this"}).want(201, "")
	return eve.cookie("latchkey_device")
}

func TestDeviceCookie(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*server.Config)
		cookie string // empty: none
		secure bool
	}{
		"http on this machine": {func(*server.Config) {}, "latchkey_device", false},
		"https":                {func(c *server.Config) { c.BaseURL = "https://app.example.com" }, "__Host-latchkey_device", true},
		"switched off":         {func(c *server.Config) { c.NoKnownDevices = true }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			a := start(t, c.change)
			p := a.program()
			got := p.do("POST", "/api/v1/sign-up", m{"username": ada, "password": adaPassword}).want(201, "")
			again := p.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(200, "")
			if c.cookie == "" {
				for _, set := range append(got.names, again.names...) {
					if set.HttpOnly && set.MaxAge == 180*24*3600 {
						t.Errorf("%s is set", set.Name)
					}
				}
				return
			}
			for _, answer := range []*answer{got, again} {
				set := answer.deviceCookie(c.cookie)
				if set == nil || !set.HttpOnly || set.Secure != c.secure || set.SameSite != http.SameSiteLaxMode ||
					set.Path != "/" || set.Domain != "" || set.MaxAge != 180*24*3600 || len(set.Value) < 22 {
					t.Errorf("got %v of %v", set, answer.names)
				}
			}
			inBody := p.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword, "delivery": "body"}).want(200, "")
			if len(inBody.names) > 0 {
				t.Errorf("a program gets %v", inBody.names)
			}
		})
	}
}
