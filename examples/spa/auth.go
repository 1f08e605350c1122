package main

import (
	"net/http"
	"strings"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
	"github.com/latchkey-go/latchkey/flaskjwt"
)

// newAuth makes the guards. The front end may be of another site, and its
// scripts cannot read our cookies: so the origin of a request decides, and not a
// CSRF value.
func (a *app) newAuth() (*latchkey.Auth, error) {
	cfg, _, err := a.Config(flaskjwt.Settings{
		"JWT_TOKEN_LOCATION":  a.tokens,
		"JWT_COOKIE_SAMESITE": "None",
		"JWT_COOKIE_SECURE":   true,
		"JWT_CSRF_IN_COOKIES": false,
		"JWT_CSRF_METHODS":    []string{},
	})
	if err != nil {
		return nil, err
	}
	cfg.Deliver = cfg.Locations[0]
	return latchkey.New(cfg)
}

// refresh answers GET as the original does, with an access token alone, and
// POST with both tokens.
func (a *app) refresh(w http.ResponseWriter, r *http.Request) {
	refresh := a.auth.RefreshTokens
	if r.Method != http.MethodPost {
		refresh = a.auth.RefreshUnrotated
	}
	_, _, err := refresh(w, r)
	webapp.Reply(a.auth, w, r, err, webapp.Msg("New Acccess Token Generated Successfully")) // sic
}

func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	err := a.auth.SignOut(w, r)
	webapp.Reply(a.auth, w, r, err, webapp.Msg("logout successful"))
}

// logoutCookies expires only cookies that are there, by Max-Age, and tells. What
// is in them does not count, and may be what net/http would not read.
func (a *app) logoutCookies(w http.ResponseWriter, r *http.Request) {
	err := a.auth.SignOut(w, r)
	w.Header().Del("Set-Cookie")
	msg, found := "No Tokens are present in cookies", 0
	for _, name := range []string{"access_token_cookie", "refresh_token_cookie"} {
		if err == nil && hasCookie(r, name) {
			found++
			http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode})
		}
	}
	if found == 2 {
		msg = "Tokens removed from cookies"
	}
	webapp.Reply(a.auth, w, r, err, webapp.Msg(msg))
}

// hasCookie says whether a request has a cookie of this name.
func hasCookie(r *http.Request, name string) bool {
	for pair := range strings.SplitSeq(strings.Join(r.Header["Cookie"], ";"), ";") {
		if each, _, _ := strings.Cut(strings.TrimSpace(pair), "="); each == name {
			return true
		}
	}
	return false
}
