// Package accounthttp is the HTTP API of accounts: sign-up, sign-in, renewal,
// sign-out, the person's own sessions and password. It joins a latchkey.Auth,
// which knows tokens, with an account.Service, which knows people, and can be
// mounted in any program's mux:
//
//	handlers, err := accounthttp.New(accounthttp.Config{Auth: auth, Accounts: accounts})
//	handlers.Register(mux, "/api/v1")
//
// # Requests and answers
//
// Bodies are JSON objects of at most 64 KiB and are read strictly: unknown or
// repeated members, wrong types and anything after the object are refused. An
// error is {"msg":…,"code":…}: words for the person, which say what to do, and
// a code for programs; input that cannot be used adds "fields".
//
// Tokens travel in cookies unless the sign-in asks for them with
// "delivery":"body", as clients that are not browsers do. From then on such a
// client sends "Authorization: Bearer" and gets new tokens in the body.
package accounthttp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
)

// DefaultFreshFor is the default of Config.FreshFor.
const DefaultFreshFor = 10 * time.Minute

// Config says what the handlers work on. Auth and Accounts are required.
type Config struct {
	// Auth issues and checks tokens. It must have sessions: one made with
	// latchkey.Stateless is a mistake. Attempts at passwords are limited by
	// the address that its Config.ClientAddress finds, so it must not be one
	// that the client can choose. Required.
	Auth *latchkey.Auth

	// Accounts are the people. Its OnSessionsEnded should be the Ended method
	// of Auth.Sessions(), so that a password change ends the other sessions at
	// once. Required.
	Accounts *account.Service

	// Audit is the audit trail that Accounts and the sessions of Auth write to,
	// from which people see the history of their account. May be nil: then
	// there is no GET /activity.
	Audit *account.AuditLog

	// FreshFor is how recently a person must have given the password to change
	// it. Defaults to DefaultFreshFor, 10 minutes.
	FreshFor time.Duration

	// DeviceCookie is the name of a cookie by which a browser on which a person
	// has signed in is known for 180 days. Attempts from it are counted apart, so
	// that strangers who guess at the password cannot keep its owner out. It says
	// nothing about who is at the device and signs nobody in. Name it
	// "__Host-…" wherever there is https: browsers then take it over https and
	// from this host only. Empty: no such cookie.
	DeviceCookie string

	// SignUpClosed refuses sign-ups with 403.
	SignUpClosed bool

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
}

// Handlers are the handlers. Make them with [New].
type Handlers struct {
	auth     *latchkey.Auth
	accounts *account.Service
	config   Config
}

// New returns the handlers, or all mistakes of the configuration at once.
func New(c Config) (*Handlers, error) {
	h := &Handlers{auth: c.Auth, accounts: c.Accounts}
	var errs []error
	switch {
	case c.Auth == nil:
		errs = append(errs, errors.New("accounthttp: Config.Auth is required"))
	case c.Auth.Sessions() == nil:
		errs = append(errs, errors.New("accounthttp: Config.Auth is stateless; people could not end their sessions"))
	}
	if c.Accounts == nil {
		errs = append(errs, errors.New("accounthttp: Config.Accounts is required"))
	}
	if !checkDeviceCookie(c.DeviceCookie) {
		errs = append(errs, fmt.Errorf("accounthttp: Config.DeviceCookie %q cannot be the name of a cookie", c.DeviceCookie))
	}
	if c.FreshFor < 0 {
		errs = append(errs, fmt.Errorf("accounthttp: Config.FreshFor is %v; it must be above zero", c.FreshFor))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if c.FreshFor == 0 {
		c.FreshFor = DefaultFreshFor
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	h.config = c
	return h, nil
}

// Register adds all routes to mux, below a prefix such as "/api/v1":
//
//	POST   /sign-up, /sign-in, /refresh, /sign-out
//	GET    /me
//	GET    /sessions
//	DELETE /sessions, /sessions/{id}
//	POST   /password, /reauthenticate, /activity
//	POST   /password/forgot, /password/reset, /password/reset/check
//	GET    /activity, with Config.Audit
//
// Any other method of these paths is answered with 405 in JSON. Register panics
// where http.ServeMux.Handle does: when mux has such a pattern already.
func (h *Handlers) Register(mux *http.ServeMux, prefix string) {
	prefix = strings.TrimRight(prefix, "/")
	activity := byMethod{http.MethodPost: h.Activity()}
	if h.config.Audit != nil {
		activity[http.MethodGet] = h.History()
	}
	for path, route := range map[string]byMethod{
		"/sign-up":              {http.MethodPost: h.SignUp()},
		"/sign-in":              {http.MethodPost: h.SignIn()},
		"/refresh":              {http.MethodPost: h.Refresh()},
		"/sign-out":             {http.MethodPost: h.SignOut()},
		"/me":                   {http.MethodGet: h.Me()},
		"/sessions":             {http.MethodGet: h.Sessions(), http.MethodDelete: h.EndOtherSessions()},
		"/sessions/{id}":        {http.MethodDelete: h.EndSession()},
		"/password":             {http.MethodPost: h.ChangePassword()},
		"/password/forgot":      {http.MethodPost: h.RequestReset()},
		"/password/reset":       {http.MethodPost: h.ResetPassword()},
		"/password/reset/check": {http.MethodPost: h.CheckReset()},
		"/reauthenticate":       {http.MethodPost: h.Reauthenticate()},
		"/activity":             activity,
	} {
		mux.Handle(prefix+path, route)
	}
}

// handle makes a handler of a function that returns why it refuses.
func (h *Handlers) handle(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(account.WithClient(r.Context(), h.auth.Client(r)))
		err := f(w, r)
		if err == nil || clientGone(r, err) {
			return
		}
		h.writeError(w, r, err)
	})
}

// guarded is handle behind a guard, with the guard's token.
func (h *Handlers) guarded(guard func(http.Handler) http.Handler, f func(http.ResponseWriter, *http.Request, *latchkey.Token) error) http.Handler {
	return guard(h.handle(func(w http.ResponseWriter, r *http.Request) error {
		t, ok := latchkey.FromContext(r.Context())
		if !ok {
			return latchkey.ErrMissing
		}
		return f(w, r, t)
	}))
}

// clientGone says that a request failed because nobody waits for its answer. One
// that took longer than its deadline has somebody who waits.
func clientGone(r *http.Request, err error) bool {
	return errors.Is(r.Context().Err(), context.Canceled) && errors.Is(err, context.Canceled)
}
