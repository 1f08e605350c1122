package latchkey

import (
	"net/http"

	"github.com/latchkey-go/latchkey/session"
)

// SignOut ends the session of the request and expires the cookies. The token
// that names the session may be an access or a refresh token and may have
// expired; without any, or when the session has ended already, there is
// nothing to end and no error.
//
// The error is ErrCrossOrigin or ErrCSRF when the request may come from another
// site, and ErrUnavailable when the store could not be asked: then nobody was
// signed out, and the cookies stay so that the person can try again.
func (a *Auth) SignOut(w http.ResponseWriter, r *http.Request) error {
	if err := a.CheckOrigin(r); err != nil {
		return err
	}
	if err := a.mayEnd(r); err != nil {
		return err
	}
	for _, want := range tokenTypes {
		t, _ := a.ownToken(r, want, false)
		if t == nil {
			continue
		}
		if err := a.end(r, t); err != nil {
			return err
		}
		if t.SessionID != "" {
			break // the other one is of the same session
		}
	}
	if a.cfg.uses(InCookie) {
		a.expireStrayCookies(w, r)
		a.clearCookies(w)
	}
	if a.cfg.uses(InCookie) && a.cfg.Dialect == nil {
		// What pages of the session left behind must not be read from the
		// browser's cache by whoever uses the machine next.
		w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	w.Header().Set("Cache-Control", "no-store")
	return nil
}

var tokenTypes = []TokenType{AccessToken, RefreshToken}

// mayEnd checks CSRF values. In a dialect each token may have one of its own;
// a request that knows one of them was made by our page.
func (a *Auth) mayEnd(r *http.Request) error {
	var refused error
	for _, want := range tokenTypes {
		t, err := a.ownToken(r, want, true)
		if t != nil {
			return nil
		}
		if refused == nil {
			refused = err
		}
	}
	return refused
}

// end ends the session of a token, or revokes the token if it has none.
func (a *Auth) end(r *http.Request, t *Token) error {
	if a.sessions != nil {
		if err := a.adopt(r, t); err != nil {
			return err
		}
	}
	switch {
	case a.sessions != nil && t.SessionID != "":
		return sessionError(a.sessions.End(r.Context(), t.SessionID, session.EndedBySignOut))
	case t.known.foreign != nil:
		if err := a.cfg.Dialect.Revoke(r.Context(), t.known.foreign); err != nil {
			return ErrUnavailable.because(err)
		}
	}
	return nil
}

func (a *Auth) clearCookies(w http.ResponseWriter) {
	if a.cfg.Dialect != nil {
		a.cfg.Dialect.ClearCookies(w)
		return
	}
	a.cookies.clear(w)
}

// SignOutHandler signs out and answers 200, again and again: signing out twice
// is no mistake. A form of a page is answered with a redirect to the page that
// [ReturnTo] finds, else to "/". It is the handler of a POST route.
func (a *Auth) SignOutHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allowMethod(w, r, http.MethodPost) {
			return
		}
		if err := a.SignOut(w, r); err != nil {
			a.WriteError(w, r, err)
			return
		}
		if isPageVisit(r) {
			http.Redirect(w, r, ReturnTo(r, "/"), http.StatusSeeOther)
			return
		}
		writeJSON(w, http.StatusOK, struct {
			Msg string `json:"msg"`
		}{"Signed out."})
	})
}
