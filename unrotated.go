package latchkey

import (
	"net/http"
	"slices"
)

// RefreshUnrotated is RefreshTokens without rotation: it delivers a new access
// token, and the refresh token stays what it is. It is for front ends that
// cannot take a new one, such as those written for Flask-JWT-Extended. Where
// the route is a GET, guard it with [Auth.OwnPagesOnly].
//
// It works only while the session has never rotated, and is ErrSessionEnded
// from then on: else a copy of a refresh token could be used beside its
// successors, and nobody would notice.
func (a *Auth) RefreshUnrotated(w http.ResponseWriter, r *http.Request) (tokens Tokens, at Location, err error) {
	if a.sessions == nil {
		return Tokens{}, "", ErrInvalid.saying("This application does not issue refresh tokens.")
	}
	if err := a.CheckOrigin(r); err != nil {
		return Tokens{}, "", err
	}
	t, _, err := a.authenticate(r, &Policy{Type: RefreshToken, Locations: a.refreshLocations()})
	if err != nil {
		return Tokens{}, "", err
	}
	s, err := a.sessions.Get(r.Context(), t.SessionID)
	switch {
	case err != nil:
		return Tokens{}, "", withToken(sessionError(err), t)
	case s.Generation > 0:
		return Tokens{}, "", withToken(ErrSessionEnded, t)
	}
	if tokens, err = a.mint(r.Context(), s, false); err != nil {
		return Tokens{}, "", err
	}
	tokens.Refresh, tokens.refreshCSRF = "", ""
	w.Header().Set("Cache-Control", "no-store")
	if at = a.answerLocation(t.Location); at != InJSON {
		err = a.deliver(w, tokens, at)
	}
	return tokens, at, err
}

// OwnPagesOnly is a guard for GET routes that change something, which are
// better avoided: other guards take a GET to be harmless, but an image or a
// link on another site causes one that carries our cookies, unless they are
// SameSite.
//
// A request passes if its Origin is one of Config.TrustedOrigins. Without an
// Origin, which browsers leave out of GETs to their own site, it passes if
// Sec-Fetch-Site is same-origin or none, or missing: then no browser of today
// made it. Anything else is refused with ErrCrossOrigin.
func (a *Auth) OwnPagesOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		trusted := a.trustsOrigin(origin)
		if !trusted && (origin != "" || !slices.Contains([]string{"", "same-origin", "none"}, site)) {
			a.WriteError(w, r, ErrCrossOrigin)
			return
		}
		next.ServeHTTP(w, r)
	})
}
