package main

import (
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/session"
)

// newAuth makes the guards, for tokens as Flask-JWT-Extended's. There are no
// refresh tokens: what a guard lets pass is answered with a new access token
// when the old one has less than renewWithin left.
func (a *app) newAuth(store session.Store, people *account.Service) error {
	secret, err := a.Secret()
	if err != nil {
		return err
	}
	a.tokens, err = flaskjwt.New(flaskjwt.Settings{
		"JWT_SECRET_KEY":           secret,
		"JWT_ACCESS_TOKEN_EXPIRES": a.AccessTTL,
	}, flaskjwt.Options{NoAdoption: true})
	if err != nil {
		return err
	}
	cfg := a.tokens.Config()
	cfg.Store, cfg.TrustedOrigins, cfg.Hooks = store, a.TrustedOrigins(), webapp.Hooks(people, a.tokens)
	cfg.RenewWithin, cfg.RefreshTTL = a.renewWithin, 0
	cfg.SessionTTL, cfg.IdleTimeout = a.RefreshTTL, a.Idle
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
