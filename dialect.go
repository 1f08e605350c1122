package latchkey

import (
	"context"
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/session"
)

// What is done in the words of Config.Dialect when there is one. Each function
// here stands beside the one of latchkey's own tokens that it replaces; all
// else, and the order of everything, is the same for both.

// errExempt means that a guard does not look at the request at all.
var errExempt = errors.New("latchkey: the request is exempt from guards")

// find finds the token of a request and verifies it, up to what only its
// session or a hook knows. With an error, the token is there if its signature
// is good.
func (a *Auth) find(r *http.Request, want TokenType, at []Location) (t *Token, stray []string, err error) {
	if a.cfg.Dialect != nil {
		return a.findForeign(r, dialect.Wanted{Kind: dialect.Kind(want)}, at)
	}
	found, err := a.locate(r, want, at)
	if err != nil {
		return nil, found.stray, err
	}
	t, err = a.verify(r.Context(), found, want)
	if err != nil {
		return t, found.stray, err
	}
	return t, found.stray, a.checkCookieRequest(r, t)
}

// findForeign is find in a dialect.
func (a *Auth) findForeign(r *http.Request, w dialect.Wanted, at []Location) (*Token, []string, error) {
	w.Now, w.Sessions = a.cfg.Now(), a.sessions != nil
	for _, l := range at {
		w.Places = append(w.Places, dialect.Place(l))
	}
	found, err := a.cfg.Dialect.Open(r, w)
	switch {
	case err != nil && found.Known == nil:
		return nil, found.Stray, err
	case found.Exempt:
		return nil, nil, errExempt
	}
	t := a.sameToken(r.Context(), Location(found.At), foreignToken(found.Known), w.Now)
	if err == nil && found.At == dialect.Cookie && !w.SkipCSRF {
		err = a.CheckOrigin(r)
	}
	return t, found.Stray, err
}

// foreignToken is the Token of what a dialect has read.
func foreignToken(k *dialect.Known) *Token {
	t := &Token{
		Subject: k.Subject, SessionID: k.SessionID, ID: k.ID, Type: AccessToken,
		IssuedAt: k.IssuedAt, ExpiresAt: k.ExpiresAt, AuthTime: k.AuthTime, CSRF: k.CSRF,
		Header: headerSegment(k.Raw),
		known:  &known{claims: k.Claims, generation: k.Generation, mac: k.MAC, epoch: k.Epoch, foreign: k},
	}
	if k.IsRefresh {
		t.Type = RefreshToken
	}
	return t
}

// checkRevoked asks whether the token was revoked apart from its session.
func (a *Auth) checkRevoked(ctx context.Context, t *Token) error {
	var revoked bool
	var err error
	if foreign := t.known.foreign; foreign != nil {
		revoked, err = a.cfg.Dialect.Revoked(ctx, foreign)
	}
	if !revoked && err == nil && a.cfg.Hooks.Revoked != nil {
		revoked, err = a.cfg.Hooks.Revoked(ctx, t)
	}
	switch {
	case err != nil:
		return ErrUnavailable.because(err)
	case revoked:
		return ErrSessionEnded
	}
	return nil
}

// adopt begins the session of a refresh token that has none yet, once: from
// then on the token is generation 0 of it.
func (a *Auth) adopt(r *http.Request, t *Token) error {
	foreign := t.known.foreign
	if foreign == nil || foreign.AdoptAs == "" || t.SessionID != "" {
		return nil
	}
	s, err := a.sessions.Adopt(r.Context(), foreign.AdoptAs, session.Start{
		Subject: t.Subject, Client: a.Client(r), AuthTime: t.IssuedAt,
	}, t.ExpiresAt)
	if err != nil {
		return sessionError(err)
	}
	t.SessionID = s.ID
	t.known.generation, t.known.mac = 0, encodeMAC(session.RefreshMAC(s, 0))
	return nil
}

// errNoSession is the cause of a refusal.
var errNoSession = errors.New("latchkey: the token names no session")

// checkHasSession refuses a token of another issuer behind which no session
// stands, in an application that has sessions. It counts as expired, for then
// every client does the right thing: it refreshes, and gets one of ours.
func checkHasSession(t *Token) error {
	if t.known.foreign != nil && t.SessionID == "" {
		return ErrExpired.because(errNoSession)
	}
	return nil
}

// issue signs a token in the dialect.
func (a *Auth) issue(ctx context.Context, g dialect.Grant) (dialect.Issued, error) {
	issued, err := a.cfg.Dialect.Issue(ctx, g)
	if err != nil {
		return dialect.Issued{}, asError(err)
	}
	return issued, nil
}

// mintForeign is mint in a dialect. s is nil when there are no sessions.
func (a *Auth) mintForeign(ctx context.Context, subject string, s *session.Session, fresh bool) (Tokens, error) {
	t, err := a.mintForeignAccess(ctx, subject, s, fresh)
	if err != nil || a.cfg.RenewWithin > 0 {
		return t, err
	}
	g := dialect.Grant{IsRefresh: true, Subject: subject, Session: s, Now: t.now}
	if s != nil {
		g.IssuedAt, g.ExpiresAt = a.sessions.RefreshTimes(s)
	}
	issued, err := a.issue(ctx, g)
	t.Refresh, t.RefreshExpiresAt, t.refreshCSRF = issued.Text, issued.ExpiresAt, issued.CSRF
	return t, err
}

func (a *Auth) mintForeignAccess(ctx context.Context, subject string, s *session.Session, fresh bool) (Tokens, error) {
	g := dialect.Grant{Subject: subject, Session: s, Now: a.cfg.Now(), Fresh: fresh}
	if s != nil {
		g.IssuedAt, g.ExpiresAt = g.Now, a.sessions.AccessEnd(s, g.Now)
	}
	if a.cfg.Hooks.Claims != nil {
		var err error
		if g.Claims, err = a.cfg.Hooks.Claims(ctx, subject); err != nil {
			return Tokens{}, ErrUnavailable.because(err)
		}
	}
	issued, err := a.issue(ctx, g)
	t := Tokens{Access: issued.Text, CSRF: issued.CSRF, Session: s, now: g.Now}
	t.expire(issued.ExpiresAt)
	return t, err
}

// deliverForeignCookies is deliverCookies in a dialect. It sets the refresh
// cookie even where the token stays what it was: front ends written for the
// original expect every cookie in every such answer.
func (a *Auth) deliverForeignCookies(w http.ResponseWriter, t Tokens) error {
	err := a.cfg.Dialect.SetCookies(w,
		dialect.Issued{Text: t.Access, CSRF: t.CSRF, ExpiresAt: t.AccessExpiresAt},
		dialect.Issued{Text: t.Refresh, CSRF: t.refreshCSRF, ExpiresAt: t.RefreshExpiresAt})
	if err != nil {
		return asError(err)
	}
	return nil
}

// refreshStateless is refresh in a dialect without sessions: a new access
// token for a refresh token that stays what it is.
func (a *Auth) refreshStateless(r *http.Request) (Tokens, Location, error) {
	if err := a.CheckOrigin(r); err != nil {
		return Tokens{}, "", err
	}
	t, _, err := a.authenticate(r, &Policy{Type: RefreshToken})
	if err != nil {
		return Tokens{}, "", err
	}
	tokens, err := a.mintForeignAccess(r.Context(), t.Subject, nil, false)
	return tokens, a.answerLocation(t.Location), err
}

// inItsWords puts an error into the words of the dialect.
func (a *Auth) inItsWords(err error) error {
	if a.cfg.Dialect == nil {
		return err
	}
	return a.cfg.Dialect.Say(err)
}

// ownForeignToken is ownToken in a dialect.
func (a *Auth) ownForeignToken(r *http.Request, want TokenType, csrf bool) (*Token, error) {
	t, _, err := a.findForeign(r, dialect.Wanted{Kind: dialect.Kind(want), AllowExpired: true, SkipCSRF: !csrf}, a.cfg.Locations)
	switch {
	case csrf && (errors.Is(err, ErrCSRF) || errors.Is(err, ErrCrossOrigin)):
		return nil, err
	case err != nil:
		return nil, nil
	}
	return t, nil
}
