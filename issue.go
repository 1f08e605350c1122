package latchkey

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// Login says who has just proved who they are.
type Login struct {
	// Subject is the user's id, as it will stand in the sub claim. Required.
	// Use an id that is never given to another user, not an e-mail address.
	Subject string

	// AuthTime is when they proved it. Defaults to now.
	AuthTime time.Time

	// AMR says how (RFC 8176), such as "pwd" or "otp".
	AMR []string

	// ACR is the level of assurance reached, if the application uses levels.
	ACR string

	// Basis lets the store refuse a session whose grounds changed after the
	// credentials were checked: see session.Start.Basis. Users of package
	// account have it; others leave it empty.
	Basis string

	// Deliver replaces Config.Deliver for this sign-in; its refreshes follow.
	Deliver Location
}

// Tokens are the tokens of a session.
type Tokens struct {
	// Access is the access token.
	Access string
	// AccessExpiresAt is when it expires, exact to the second.
	AccessExpiresAt time.Time
	// ExpiresIn is how long it lives from when it was issued, which is what
	// clients should go by: their clocks may be wrong.
	ExpiresIn time.Duration
	// Refresh is the refresh token; empty when Config.Store is Stateless or
	// Config.RenewWithin is set.
	Refresh string
	// RefreshExpiresAt is when it expires unless it is rotated before.
	RefreshExpiresAt time.Time
	// CSRF is the value that requests with cookies must repeat; it stays the
	// same for the whole session. Empty when cookies are not used.
	CSRF string
	// Session is the session the tokens belong to; nil when Config.Store is
	// Stateless.
	Session *session.Session

	refreshCSRF string // where it differs from CSRF
	sameRefresh bool   // Refresh is the token that was presented
	now         time.Time
}

// expire sets when the access token expires; the zero time means never.
func (t *Tokens) expire(at time.Time) {
	t.AccessExpiresAt = at
	if !at.IsZero() {
		t.ExpiresIn = at.Sub(t.now)
	}
}

// SignIn begins a session for a person who has just proved who they are, and
// delivers its tokens: as cookies, as response headers, or as the JSON answer
// itself. With cookies and headers the caller writes the answer afterwards.
//
// A session that the request already belongs to is ended: each sign-in has a
// session id of its own, so that one planted before is worth nothing.
//
// On an error nothing was delivered; pass it to [Auth.WriteError]. It is
// ErrCrossOrigin when another site made the request, and ErrUnavailable when
// the store could not be asked.
func (a *Auth) SignIn(w http.ResponseWriter, r *http.Request, l Login) (Tokens, error) {
	deliver := l.Deliver
	if deliver == "" {
		deliver = a.cfg.Deliver
	}
	tokens, err := a.Issue(r, l)
	if err != nil {
		return Tokens{}, err
	}
	a.expireStrayCookies(w, r)
	return tokens, a.deliver(w, tokens, deliver)
}

// Issue is SignIn without delivery: the caller hands the tokens out. The
// answer must carry "Cache-Control: no-store".
func (a *Auth) Issue(r *http.Request, l Login) (Tokens, error) {
	if l.Subject == "" {
		return Tokens{}, ErrInternal.because(fmt.Errorf("Login.Subject is empty"))
	}
	if err := a.CheckOrigin(r); err != nil {
		return Tokens{}, err
	}
	if a.cfg.Hooks.Identity != nil {
		var err error
		if l.Subject, err = a.cfg.Hooks.Identity(r.Context(), l.Subject); err != nil {
			return Tokens{}, ErrUnavailable.because(err)
		}
	}
	fresh := l.AuthTime.IsZero()
	if fresh {
		l.AuthTime = a.cfg.Now()
	}
	if a.sessions == nil {
		return a.issueStateless(r.Context(), l, fresh)
	}
	s, err := a.sessions.Start(r.Context(), session.Start{
		Subject: l.Subject, Client: a.Client(r), AMR: l.AMR, ACR: l.ACR,
		AuthTime: l.AuthTime, Replaces: a.presentSession(r), Basis: l.Basis,
	})
	if err != nil {
		return Tokens{}, sessionError(err)
	}
	return a.mint(r.Context(), s, fresh)
}

// mint signs the tokens of a living session. fresh says that the person has
// just proved who they are, which latchkey's own tokens tell by AuthTime.
func (a *Auth) mint(ctx context.Context, s *session.Session, fresh bool) (Tokens, error) {
	if a.cfg.Dialect != nil {
		return a.mintForeign(ctx, s.Subject, s, fresh)
	}
	now := a.cfg.Now()
	access := a.accessClaims(s, newTokenID(), now)
	t := Tokens{CSRF: access.CSRF, Session: s, now: now}
	t.expire(time.Unix(access.ExpiresAt, 0))
	var err error
	if t.Access, err = a.signAccess(ctx, access); err != nil {
		return Tokens{}, err
	}
	if a.cfg.RenewWithin > 0 {
		return t, nil
	}
	refresh := a.refreshClaims(s)
	t.RefreshExpiresAt = time.Unix(refresh.ExpiresAt, 0)
	t.Refresh, err = a.sign(ctx, jwt.Header{Type: typeRefresh}, refresh, nil)
	return t, err
}

// issueStateless signs an access token that no session stands behind.
func (a *Auth) issueStateless(ctx context.Context, l Login, fresh bool) (Tokens, error) {
	if a.cfg.Dialect != nil {
		return a.mintForeign(ctx, l.Subject, nil, fresh)
	}
	now := a.cfg.Now()
	c := tokenClaims{
		Issuer: a.cfg.Issuer, Subject: l.Subject, Audience: a.cfg.Audience, ID: newTokenID(),
		IssuedAt: now.Unix(), ExpiresAt: now.Add(a.cfg.AccessTTL).Unix(), AuthTime: l.AuthTime.Unix(),
	}
	if a.cfg.uses(InCookie) && !a.cfg.CSRF.OriginOnly {
		c.CSRF = newTokenID()
	}
	access, err := a.signAccess(ctx, c)
	t := Tokens{Access: access, CSRF: c.CSRF, now: now}
	t.expire(time.Unix(c.ExpiresAt, 0))
	return t, err
}

func (a *Auth) signAccess(ctx context.Context, c tokenClaims) (string, error) {
	var extra map[string]any
	if a.cfg.Hooks.Claims != nil {
		var err error
		if extra, err = a.cfg.Hooks.Claims(ctx, c.Subject); err != nil {
			return "", ErrUnavailable.because(err)
		}
	}
	h := jwt.Header{Type: typeAccess}
	if a.cfg.Hooks.Header != nil {
		var err error
		if h.Extra, err = a.cfg.Hooks.Header(ctx, c.Subject); err != nil {
			return "", ErrUnavailable.because(err)
		}
	}
	return a.sign(ctx, h, c, extra)
}

func (a *Auth) sign(ctx context.Context, h jwt.Header, c tokenClaims, extra map[string]any) (string, error) {
	claims, err := withExtra(c, extra)
	if err != nil {
		return "", ErrInternal.because(err)
	}
	keys, err := a.keys(ctx)
	if err != nil {
		return "", err
	}
	token, err := keys.Sign(h, claims)
	if err != nil {
		return "", ErrInternal.because(err)
	}
	return token, nil
}

// deliver hands tokens out as the location says.
func (a *Auth) deliver(w http.ResponseWriter, t Tokens, at Location) error {
	w.Header().Set("Cache-Control", "no-store")
	if !t.AccessExpiresAt.IsZero() {
		w.Header().Set("Latchkey-Expires-In", seconds(t.ExpiresIn))
	}
	switch at {
	case InCookie:
		return a.deliverCookies(w, t)
	case InHeader:
		w.Header().Set(a.cfg.Header.Name, a.cfg.Header.Scheme+" "+t.Access)
		if t.Refresh != "" {
			w.Header().Set(a.cfg.Header.RefreshName, a.cfg.Header.Scheme+" "+t.Refresh)
		}
		return nil
	default:
		writeJSON(w, http.StatusOK, t.tokenAnswer())
		return nil
	}
}

// deliverCookies sets the cookies of a session. All live as long as the
// session can: an access cookie that vanished with its token would make
// "expired" look like "never signed in".
func (a *Auth) deliverCookies(w http.ResponseWriter, t Tokens) error {
	if a.cfg.Dialect != nil {
		return a.deliverForeignCookies(w, t)
	}
	life := t.ExpiresIn
	if t.Session != nil {
		life = t.Session.ExpiresAt.Sub(t.now)
	}
	type setting struct {
		spec  cookieSpec
		value string
	}
	if t.sameRefresh {
		// The browser has it. Set again by an answer that arrives late, it
		// would take the place of a newer one and pass for a stolen copy.
		t.Refresh = ""
	}
	for _, c := range []setting{
		{a.cookies.access, t.Access}, {a.cookies.refresh, t.Refresh},
		{a.cookies.csrf, t.CSRF}, {a.cookies.refreshCSRF, t.CSRF},
	} {
		if c.value == "" || c.spec.name == "" {
			continue
		}
		if err := a.cookies.set(w, c.spec, c.value, life); err != nil {
			return ErrInternal.because(fmt.Errorf("cookie %s: %w", c.spec.name, err))
		}
	}
	return nil
}

// expireStrayCookies expires cookies under our names that cannot be told
// apart, so that a planted one cannot lock the person out.
func (a *Auth) expireStrayCookies(w http.ResponseWriter, r *http.Request) {
	for _, spec := range a.cookies.specs() {
		_, stray := a.cookies.read(r, spec.name)
		for _, name := range stray {
			a.cookies.clearStray(w, name)
		}
	}
}

// newTokenID makes 128 random bits for a jti claim.
func newTokenID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
