package main

import (
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
)

// newAuth makes the guards. Clients get an access token, and nothing to renew it
// with.
func (a *app) newAuth() error {
	cfg, _, err := a.Config(nil)
	if err != nil {
		return err
	}
	cfg.SessionTTL, cfg.IdleTimeout = a.RefreshTTL, a.Idle
	refuse := cfg.Hooks.Error
	cfg.Hooks.Error = func(w http.ResponseWriter, r *http.Request, e *latchkey.Error) {
		if e.Code == latchkey.ErrUserGone.Code && !errors.Is(e, webapp.ErrInactive) {
			w.Header().Set("Latchkey-Code", e.Code)
			webapp.JSON(w, http.StatusNotFound, webapp.Object{"message": "User not found"})
			return
		}
		refuse(w, r, e)
	}
	a.auth, err = latchkey.New(cfg)
	return err
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	user, ok := a.CheckPassword(w, r, "username", webapp.Object{"message": "Login Failed"})
	if !ok {
		return
	}
	tokens, err := a.auth.Issue(r, latchkey.Login{Subject: user.ID})
	webapp.ExpiresIn(w, &tokens)
	webapp.Reply(a.auth, w, r, err, webapp.Object{"message": "Login Success", "access_token": tokens.Access})
}
