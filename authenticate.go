package latchkey

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/internal/inquiry"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// Authenticate does what [Auth.Required] does, for code that is not
// middleware, such as a WebSocket handshake. The error is one of the Err…
// variables; hand it to [Auth.WriteError].
func (a *Auth) Authenticate(r *http.Request) (*Token, error) {
	if q := inquiry.From(r.Context()); q != nil {
		return a.inquire(r.Context(), q)
	}
	t, _, err := a.authenticate(r, &Policy{})
	if errors.Is(err, errExempt) {
		return nil, ErrMissing
	}
	return t, err
}

// authenticate is the one way of every guarded request: locate, verify, ask
// for the session, then the hooks.
func (a *Auth) authenticate(r *http.Request, p *Policy) (t *Token, stray []string, err error) {
	want := p.Type
	if want == "" {
		want = AccessToken
	}
	places := p.Locations
	if places == nil {
		places = a.cfg.Locations
	}
	t, stray, err = a.find(r, want, places)
	if err == nil {
		err = a.admit(r, t, p)
	}
	if err != nil {
		return nil, stray, withToken(err, t)
	}
	return t, stray, nil
}

// admit checks what does not stand in the token: whether the person proved who
// they are recently enough, whether the session lives, and the hooks.
func (a *Auth) admit(r *http.Request, t *Token, p *Policy) error {
	if p.MaxAge > 0 && t.request.now.Sub(t.AuthTime) >= p.MaxAge {
		e := *ErrNotFresh
		e.MaxAge = p.MaxAge
		return &e
	}
	if !p.InsecureSkipRevocation {
		if err := a.checkAlive(r, t); err != nil {
			return err
		}
	}
	return a.runHooks(r.Context(), t)
}

// verify checks all that the token itself can tell.
func (a *Auth) verify(ctx context.Context, found located, want TokenType) (*Token, error) {
	keys, err := a.keys(ctx)
	if err != nil {
		return nil, err
	}
	now := a.cfg.Now()
	if like := a.remembered(keys, found.raw, want, now); like != nil {
		return a.sameToken(ctx, found.at, like, now), nil
	}
	raw, err := keys.Verify(found.raw, a.expect(want, now))
	if err != nil {
		return a.expiredToken(ctx, found, err, now), a.tokenError(keys, found, want, err)
	}
	t, err := a.readToken(ctx, found, raw, now)
	if err != nil {
		return nil, ErrInvalid.because(err)
	}
	if want == AccessToken {
		a.remember(keys, found, t)
	}
	return t, nil
}

// expiredToken is the token that an error says has expired, else nil.
func (a *Auth) expiredToken(ctx context.Context, found located, err error, now time.Time) *Token {
	if err == jwt.ErrSignature || !errors.Is(err, jwt.ErrExpired) { // quicker questions than the next
		return nil
	}
	var expired *jwt.ExpiredError
	if !errors.As(err, &expired) {
		return nil
	}
	t, err := a.readToken(ctx, found, expired.Token, now)
	if err != nil {
		return nil
	}
	return t
}

// expect is what a token of a type must say at a moment.
func (a *Auth) expect(want TokenType, now time.Time) jwt.Expect {
	e := jwt.Expect{
		Issuer: a.cfg.Issuer, Audience: a.cfg.Audience,
		Now: now, Leeway: a.cfg.Leeway,
		RequireSubject: true, RequireID: true, RequireIssuedAt: true,
	}
	switch want {
	case AccessToken:
		e.Types, e.MaxLifetime = accessTypes, inTokens(a.cfg.AccessTTL)
	case RefreshToken:
		// Whoever holds a refresh token must prove it by the session's MAC
		// before being told anything, the expiry included.
		e.Types, e.MaxLifetime, e.SkipExpiry = refreshTypes, inTokens(a.cfg.RefreshTTL), true
	default:
		e.Types = anyTypes
	}
	return e
}

// inTokens is how long a lifetime may look in a token, whose times are cut off to
// seconds: the issue perhaps by more than the end.
func inTokens(lifetime time.Duration) time.Duration {
	return (lifetime + time.Second - 1).Truncate(time.Second)
}

var (
	accessTypes  = []string{typeAccess}
	refreshTypes = []string{typeRefresh}
	anyTypes     = []string{typeAccess, typeRefresh}
)

// errForged is the commonest refusal, and the one that anybody can cause: made
// once.
var errForged = ErrInvalid.because(jwt.ErrSignature)

// tokenError turns a verification error into one for the client.
func (a *Auth) tokenError(keys *jwt.KeySet, found located, want TokenType, err error) error {
	switch {
	case err == jwt.ErrSignature:
		return errForged
	case errors.Is(err, jwt.ErrExpired):
		return ErrExpired.because(err)
	case errors.Is(err, jwt.ErrMalformed) && found.at == InHeader && strings.ContainsAny(found.raw, " \t,"):
		return a.malformedHeader()
	case errors.Is(err, jwt.ErrType) && want != AnyToken && a.isOurs(keys, found.raw):
		return ErrWrongType.because(err)
	}
	return ErrInvalid.because(err)
}

// isOurs says whether a token of either type verifies, so that a mix-up can be
// told from a forgery.
func (a *Auth) isOurs(keys *jwt.KeySet, raw string) bool {
	_, err := keys.Verify(raw, a.expect(AnyToken, a.cfg.Now()))
	return err == nil
}

// checkCookieRequest applies the CSRF rules to tokens that came in a cookie.
func (a *Auth) checkCookieRequest(r *http.Request, t *Token) error {
	if t.Location != InCookie {
		return nil
	}
	if err := a.CheckOrigin(r); err != nil {
		return err
	}
	return a.checkCSRF(r, t.CSRF)
}

// checkAlive asks whether the session still lives, and notes its use.
func (a *Auth) checkAlive(r *http.Request, t *Token) error {
	if err := a.checkRevoked(r.Context(), t); err != nil || a.sessions == nil {
		return err
	}
	if t.Type == RefreshToken {
		if err := a.adopt(r, t); err != nil {
			return err
		}
	}
	if err := checkHasSession(t); err != nil {
		return err
	}
	if t.Type == RefreshToken {
		_, err := a.sessions.Validate(r.Context(), a.presented(r, t))
		return sessionError(err)
	}
	return sessionError(a.sessions.Use(r.Context(), t.access(), t.request.now))
}

// runHooks calls the hooks that may still refuse a good token.
func (a *Auth) runHooks(ctx context.Context, t *Token) error {
	if verify := a.cfg.Hooks.Verify; verify != nil {
		if err := verify(ctx, t); err != nil {
			return ErrRejected.because(err)
		}
	}
	return a.lookUpUser(ctx, t)
}

// lookUpUser asks Hooks.User for the token's user.
func (a *Auth) lookUpUser(ctx context.Context, t *Token) error {
	if a.cfg.Hooks.User == nil {
		return nil
	}
	user, err := a.cfg.Hooks.User(ctx, t)
	switch {
	case errors.Is(err, ErrUserGone):
		return ErrUserGone.because(err)
	case err != nil:
		return ErrUnavailable.because(err)
	}
	t.User = user
	return nil
}

// sessionError turns an error of package session into one for the client.
func sessionError(err error) error {
	if err == nil {
		return nil
	}
	var ended *session.EndedError
	switch {
	case errors.As(err, &ended):
		e := ErrSessionEnded.because(err)
		e.Reason = string(ended.Reason)
		return e
	case errors.Is(err, session.ErrEnded), errors.Is(err, session.ErrUnknown), errors.Is(err, session.ErrRevoked),
		errors.Is(err, session.ErrBasisChanged):
		return ErrSessionEnded.because(err)
	case errors.Is(err, session.ErrInvalid):
		return ErrInvalid.because(err)
	case errors.Is(err, session.ErrExpired):
		return ErrExpired.because(err)
	}
	return ErrUnavailable.because(err)
}
