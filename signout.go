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
	if err := a.checkOrigin(r); err != nil {
		return err
	}
	t := a.ownToken(r.Context(), r, AccessToken)
	if t == nil {
		t = a.ownToken(r.Context(), r, RefreshToken)
	}
	if t != nil && t.Location == InCookie {
		if err := a.checkCSRF(r, t.CSRF); err != nil {
			return err
		}
	}
	if t != nil && a.sessions != nil {
		if err := a.sessions.End(r.Context(), t.SessionID, session.EndedBySignOut); err != nil {
			return sessionError(err)
		}
	}
	if a.cfg.uses(InCookie) {
		a.expireStrayCookies(w, r)
		a.cookies.clear(w)
		// What pages of the session left behind must not be read from the
		// browser's cache by whoever uses the machine next.
		w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	w.Header().Set("Cache-Control", "no-store")
	return nil
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
