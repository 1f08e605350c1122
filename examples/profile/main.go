// Profile is the back end of a single-page app whose token renews itself inside
// ordinary answers.
package main

import (
	"context"
	"embed"
	"flag"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
	"github.com/latchkey-go/latchkey/flaskjwt"
)

//go:embed all:dist
var dist embed.FS

type app struct {
	webapp.Settings
	renewWithin time.Duration
	auth        *latchkey.Auth
	tokens      *flaskjwt.Manager
}

func main() {
	a := newApp()
	a.Flags("how long a session lives without being used, at least -access-ttl; 0: as long as -refresh-ttl")
	flag.DurationVar(&a.renewWithin, "renew-within", a.renewWithin, "renew a token that has less than this left")
	webapp.Main(&a.Settings, a.handler)
}

func newApp() *app {
	return &app{renewWithin: 30 * time.Minute, Settings: webapp.Settings{Name: "profile", CORS: "http://localhost:3000",
		AccessTTL: time.Hour, RefreshTTL: 30 * 24 * time.Hour}}
}

func (a *app) handler(ctx context.Context) (http.Handler, error) {
	err := a.Open(ctx, webapp.Demo{ID: "test", Username: "test", Password: "test",
		PasswordHash: "$argon2id$v=19$m=19456,t=2,p=1$/0ugehHcmmo9aZ/nx4e+kQ$LlVmEmdN81JBe6/XKuNUlwu2NG1gYEyaEZv3X+ZNrOE"})
	if err != nil {
		return nil, err
	}
	if err := a.newAuth(); err != nil {
		return nil, err
	}
	var mux webapp.Mux
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		if user, ok := a.CheckPassword(w, r, "email", webapp.Msg("Wrong email or password")); ok {
			tokens, err := a.auth.Issue(r, latchkey.Login{Subject: user.ID, Basis: user.SignInBasis()})
			webapp.ExpiresIn(w, &tokens)
			webapp.Reply(a.auth, w, r, err, webapp.Object{"access_token": tokens.Access})
		}
	})
	mux.Handle("GET /profile", a.auth.Required(http.HandlerFunc(a.profile)))
	mux.HandleFunc("POST /logout", a.logout)
	return a.Serve(ctx, a.auth, webapp.Site{API: &mux, Dist: dist, Routes: []string{"/", "/profile"}})
}

func (a *app) profile(w http.ResponseWriter, r *http.Request) {
	a.Token(w, r)
	webapp.JSON(w, http.StatusOK, webapp.Object{
		"name":  "Nagato",
		"about": "Hello! I'm a full stack developer that loves python and javascript",
	})
}
