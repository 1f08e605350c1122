package main

import (
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
)

// newAuth makes the guards. There are no refresh tokens: what a guard lets pass
// is answered with a new access token when the old one has less than renewWithin
// left, until the session ends.
func (a *app) newAuth() error {
	cfg, tokens, err := a.Config(nil)
	if err != nil {
		return err
	}
	cfg.RenewWithin, cfg.RefreshTTL = a.renewWithin, 0
	cfg.SessionTTL, cfg.IdleTimeout = a.RefreshTTL, a.Idle
	a.tokens = tokens
	a.auth, err = latchkey.New(cfg)
	return err
}

// logout ends the session of the token, if one came along. The cookies are not
// ours; the original expires them, and so they go.
func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	err := a.auth.SignOut(w, r)
	if err == nil {
		err = a.tokens.UnsetJWTCookies(w, "")
	}
	webapp.Reply(a.auth, w, r, err, webapp.Msg("logout successful"))
}
