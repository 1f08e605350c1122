// Spa is the back end of a single-page app, with tokens in headers or cookies.
package main

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/examples/internal/webapp"
)

//go:embed all:dist
var dist embed.FS

type app struct {
	webapp.Settings
	tokens string // where they travel: headers or cookies
	auth   *latchkey.Auth
}

func main() {
	a := newApp()
	a.Flags("how long without mouse, key, scroll or click before the front end locks the page")
	webapp.Choice(&a.tokens, "tokens", "where tokens travel", "headers", "cookies")
	webapp.Main(&a.Settings, a.handler)
}

func newApp() *app {
	return &app{tokens: "headers", Settings: webapp.Settings{Name: "spa", CORS: "http://localhost:3000",
		AccessTTL: 10 * time.Minute, RefreshTTL: 24 * time.Hour, Idle: 5 * time.Minute}}
}

func (a *app) handler(ctx context.Context) (http.Handler, error) {
	err := a.Open(ctx, webapp.Demo{ID: "testuser", Username: "testuser", Password: "password123",
		PasswordHash: "$argon2id$v=19$m=19456,t=2,p=1$BM8QVM/wDjncNoTuLuTCFQ$eaIlEIJLISsImW4kCpNLu14KV/IX4S5yfGX8kSJePSY"})
	if err != nil {
		return nil, err
	}
	if a.auth, err = a.newAuth(); err != nil {
		return nil, err
	}
	var mux webapp.Mux
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // as Flask has it
		fmt.Fprint(w, "Hello World")
	})
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if user, ok := a.CheckPassword(w, r, "username", webapp.Msg("Invalid credentials")); ok {
			_, err := a.auth.SignIn(w, r, latchkey.Login{Subject: user.ID, Basis: user.SignInBasis()})
			webapp.Reply(a.auth, w, r, err, webapp.Msg("Login successful"))
		}
	})
	mux.Handle("GET /protected", a.auth.Required(http.HandlerFunc(a.protected)))
	mux.HandleFunc("POST /refresh", a.refresh)
	if a.tokens == "cookies" {
		mux.Handle("GET /refresh", a.auth.OwnPagesOnly(http.HandlerFunc(a.refresh)))
		mux.Handle("GET /logout", a.auth.OwnPagesOnly(http.HandlerFunc(a.logoutCookies)))
		mux.HandleFunc("POST /logout", a.logoutCookies)
	} else {
		mux.HandleFunc("GET /refresh", a.refresh)
		mux.HandleFunc("GET /logout", mux.NotFound)
		mux.HandleFunc("POST /logout", a.logout)
	}
	return a.Serve(ctx, a.auth, webapp.Site{
		API: &mux, Dist: dist, Routes: []string{"/", "/home", "/about", "/contact", "/products", "/login", "/session-timeout"},
		Meta:        map[string]string{"tokens": a.tokens, "idle-seconds": fmt.Sprint(a.Idle.Seconds())},
		Credentials: a.tokens == "cookies", Exposed: []string{"Authorization", "Refresh-Token"},
	})
}

func (a *app) protected(w http.ResponseWriter, r *http.Request) {
	user := a.Token(w, r).User.(*account.User)
	webapp.JSON(w, http.StatusOK, webapp.Object{"logged_in_as": user.Username})
}
