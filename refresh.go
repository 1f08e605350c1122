package latchkey

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/latchkey-go/latchkey/session"
)

// RefreshHandler answers a refresh token with new tokens. It is the handler of
// a POST route and refuses other methods with 405.
//
// The refresh token is looked for in Config.Locations and in a JSON body, and
// the new tokens travel the way it came. Each use rotates it: the token
// presented is good for ten more seconds, in which it is answered with its
// successor, so that tabs and retries do not trip over each other; used later
// it ends the session, for somebody has a copy.
func (a *Auth) RefreshHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !allowMethod(w, r, http.MethodPost) {
			return
		}
		tokens, at, err := a.refresh(r)
		if err == nil {
			err = a.deliver(w, tokens, at)
		}
		switch {
		case err != nil:
			a.WriteError(w, r, err)
		case at != InJSON:
			writeJSON(w, http.StatusOK, struct {
				ExpiresIn int64  `json:"expires_in"`
				CSRFToken string `json:"csrf_token,omitempty"`
			}{wholeSeconds(tokens.ExpiresIn), tokens.CSRF})
		}
	})
}

// RefreshTokens does what the refresh handler does, but leaves the answer to
// the caller: cookies and headers are set, and tokens that came in a JSON body
// or an Authorization header are returned for the caller to hand out, as at
// says. A refused refresh never clears cookies: another tab may have signed in
// meanwhile.
func (a *Auth) RefreshTokens(w http.ResponseWriter, r *http.Request) (tokens Tokens, at Location, err error) {
	tokens, at, err = a.refresh(r)
	if err != nil {
		return Tokens{}, at, err
	}
	w.Header().Set("Cache-Control", "no-store")
	if at != InJSON {
		err = a.deliver(w, tokens, at)
	}
	return tokens, at, err
}

func (a *Auth) refresh(r *http.Request) (Tokens, Location, error) {
	switch {
	case a.sessions != nil:
	case a.cfg.Dialect != nil:
		return a.refreshStateless(r)
	default:
		return Tokens{}, "", ErrInvalid.saying("This application does not issue refresh tokens.")
	}
	if err := a.CheckOrigin(r); err != nil {
		return Tokens{}, "", err
	}
	t, _, err := a.find(r, RefreshToken, a.refreshLocations())
	if err != nil {
		return Tokens{}, "", withToken(err, t)
	}
	s, err := a.rotate(r, t)
	if err != nil {
		return Tokens{}, "", withToken(err, t)
	}
	tokens, err := a.mint(r.Context(), s, false)
	tokens.sameRefresh = s.Generation == t.known.generation
	return tokens, a.answerLocation(t.Location), err
}

// rotate moves the session of a refresh token on.
func (a *Auth) rotate(r *http.Request, t *Token) (*session.Session, error) {
	if err := a.checkRevoked(r.Context(), t); err != nil {
		return nil, err
	}
	if err := a.adopt(r, t); err != nil {
		return nil, err
	}
	if err := checkHasSession(t); err != nil {
		return nil, err
	}
	// Before the session moves on: else an answer of "try again later" would
	// leave the client with a token that is used up.
	if err := a.lookUpUser(r.Context(), t); err != nil {
		return nil, err
	}
	s, err := a.sessions.Refresh(r.Context(), a.presented(r, t))
	return s, sessionError(err)
}

// answerLocation is where new tokens go when a token came from at.
func (a *Auth) answerLocation(at Location) Location {
	if at == InHeader && a.cfg.Deliver == InHeader || at == InCookie {
		return at
	}
	return InJSON
}

func (a *Auth) refreshLocations() []Location {
	if a.cfg.Dialect != nil || slices.Contains(a.cfg.Locations, InJSON) {
		return a.cfg.Locations
	}
	return append(slices.Clip(a.cfg.Locations), InJSON)
}

// presented is what package session wants to know of a refresh token.
func (a *Auth) presented(r *http.Request, t *Token) session.Presented {
	mac, _ := base64.RawURLEncoding.DecodeString(t.known.mac) // a bad one does not verify
	return session.Presented{
		ID: t.SessionID, Generation: t.known.generation, MAC: mac,
		ExpiresAt: t.ExpiresAt, Client: a.Client(r),
	}
}

// Client is what is known of the device behind a request: its address, as
// Config.ClientAddress finds it, and what it says it is.
func (a *Auth) Client(r *http.Request) session.Client {
	return session.Client{Address: a.cfg.ClientAddress(r), UserAgent: r.UserAgent()}
}

// presentSession is the session that the request belongs to already, by a
// token that is ours, expired or not; empty if there is none.
func (a *Auth) presentSession(r *http.Request) string {
	for _, want := range []TokenType{AccessToken, RefreshToken} {
		if t, _ := a.ownToken(r, want, false); t != nil && t.SessionID != "" {
			return t.SessionID
		}
	}
	return ""
}

// ownToken finds and verifies a token of the request without regard to its
// expiry; nil if there is none that is ours. The error is that of the CSRF
// check, if it is asked for.
func (a *Auth) ownToken(r *http.Request, want TokenType, csrf bool) (*Token, error) {
	if a.cfg.Dialect != nil {
		return a.ownForeignToken(r, want, csrf)
	}
	found, err := a.locate(r, want, a.cfg.Locations)
	if err != nil {
		return nil, nil
	}
	now := a.cfg.Now()
	expect := a.expect(want, now)
	expect.SkipExpiry = true
	keys, err := a.keys(r.Context())
	if err != nil {
		return nil, err
	}
	raw, err := keys.Verify(found.raw, expect)
	if err != nil {
		return nil, nil
	}
	t, err := a.readToken(r.Context(), found, raw, now)
	if err != nil {
		return nil, nil
	}
	if csrf && t.Location == InCookie {
		if err := a.checkCSRF(r, t.CSRF); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// allowMethod answers 405 to any other method.
func allowMethod(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	writeError(w, &Error{Code: "method_not_allowed", Status: http.StatusMethodNotAllowed,
		Message: "Use " + methods[0] + " here."})
	return false
}
