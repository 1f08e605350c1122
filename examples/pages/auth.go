package main

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
	"github.com/latchkey-go/latchkey/flaskjwt"
)

// newAuth makes the guards, and fresh, the one for what needs a recent sign-in.
func (a *app) newAuth() error {
	settings := flaskjwt.Settings{
		"JWT_TOKEN_LOCATION":      "cookies",
		"JWT_COOKIE_SAMESITE":     "Lax",
		"JWT_COOKIE_SECURE":       a.HTTPS(),
		"JWT_REFRESH_COOKIE_PATH": "/token/refresh",
		"JWT_CSRF_CHECK_FORM":     true,
	}
	webapp.FromEnvironment(settings, "JWT_ACCESS_COOKIE_NAME", "JWT_REFRESH_COOKIE_NAME", "JWT_ACCESS_CSRF_COOKIE_NAME",
		"JWT_REFRESH_CSRF_COOKIE_NAME", "JWT_ACCESS_COOKIE_PATH", "JWT_REFRESH_COOKIE_PATH", "JWT_COOKIE_DOMAIN")
	cfg, tokens, err := a.Config(settings)
	if err != nil {
		return err
	}
	cfg.IdleTimeout, cfg.Hooks.Error = a.Idle, a.refuse
	a.tokens = tokens
	if a.auth, err = latchkey.New(cfg); err == nil {
		a.fresh = a.auth.Require(latchkey.Policy{MaxAge: flaskjwt.AnyAge})
	}
	return err
}

// refuse leads people on whom a guard did not let pass, and back in the end.
func (a *app) refuse(w http.ResponseWriter, r *http.Request, e *latchkey.Error) {
	next := "?next=" + url.QueryEscape(asked(r))
	switch e.Code {
	case latchkey.ErrMissing.Code:
		a.redirect(w, r, "/signup"+next, nil)
	case latchkey.ErrNotFresh.Code:
		a.redirect(w, r, "/login"+next, nil)
	case latchkey.ErrExpired.Code:
		a.redirect(w, r, "/token/refresh"+next, a.tokens.UnsetAccessCookies(w, ""))
	case latchkey.ErrInvalid.Code, latchkey.ErrWrongType.Code, latchkey.ErrRejected.Code, latchkey.ErrSessionEnded.Code, latchkey.ErrUserGone.Code:
		a.redirect(w, r, "/signup", a.tokens.UnsetJWTCookies(w, ""))
	default: // CSRF, another site, a store that is down
		w.Header().Set("Latchkey-Code", e.Code)
		a.show(w, r, e.Status, "refused", view{Message: e.Message})
	}
}

// asked is the page to come back to: after an interrupted form the form, filled in but for passwords.
func asked(r *http.Request) string {
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return r.URL.RequestURI()
	case r.URL.Path == "/account/change_settings":
		return "/account?" + url.Values{"email": {r.PostFormValue("email")}}.Encode()
	}
	return r.URL.Path
}

// refresh rotates the tokens and goes on to the page that was asked for.
func (a *app) refresh(w http.ResponseWriter, r *http.Request) {
	next := latchkey.ReturnTo(r, "/")
	_, _, err := a.auth.RefreshTokens(w, r)
	switch {
	case err == nil:
		a.redirect(w, r, next, nil)
	case errors.Is(err, latchkey.ErrUnavailable), errors.Is(err, latchkey.ErrInternal):
		a.auth.WriteError(w, r, err)
	case errors.Is(err, latchkey.ErrMissing):
		a.redirect(w, r, "/signup?next="+url.QueryEscape(next), nil)
	default:
		a.redirect(w, r, "/signup", a.tokens.UnsetJWTCookies(w, ""))
	}
}

func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		a.auth.WriteError(w, r, latchkey.ErrCrossOrigin)
		return
	}
	a.redirect(w, r, "/", a.auth.SignOut(w, r))
}
