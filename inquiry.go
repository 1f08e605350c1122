package latchkey

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/latchkey-go/latchkey/internal/inquiry"
	"github.com/latchkey-go/latchkey/session"
)

// errForeignInquiry is the cause of a refusal.
var errForeignInquiry = errors.New("latchkey: questions about tokens of a dialect are not answered")

// inquire answers a question about the text of a token, which no request
// carries and nobody uses: there are no cookies and no CSRF, the session is not
// seen, and nothing ends or rotates.
func (a *Auth) inquire(ctx context.Context, q *inquiry.Question) (*Token, error) {
	q.Issuer, q.Foreign = a.cfg.Issuer, a.cfg.Dialect != nil
	if q.Foreign {
		return nil, ErrInternal.because(errForeignInquiry)
	}
	want := AccessToken
	if q.Refresh {
		want = RefreshToken
	}
	switch {
	case q.Token == "":
		return nil, ErrMissing
	case q.Refresh && a.sessions == nil:
		return nil, ErrInvalid // none were ever issued
	}
	t, err := a.verify(ctx, located{raw: q.Token}, want)
	if q.Kind == inquiry.Origin {
		return a.issuedHere(ctx, t, err)
	}
	if err == nil {
		err = a.passes(ctx, t)
	}
	if err != nil {
		return nil, withToken(err, t)
	}
	return t, nil
}

// passes is what a guard asks of a verified token, without the use.
func (a *Auth) passes(ctx context.Context, t *Token) error {
	if err := a.checkRevoked(ctx, t); err != nil {
		return err
	}
	if a.sessions != nil {
		if err := sessionError(a.inspect(ctx, t)); err != nil {
			return err
		}
	}
	return a.runHooks(ctx, t)
}

// issuedHere returns a token that verifies, whatever has become of it since.
func (a *Auth) issuedHere(ctx context.Context, t *Token, err error) (*Token, error) {
	if errors.Is(err, ErrExpired) && t != nil {
		return t, nil
	}
	if err != nil || t.Type == AccessToken {
		return t, err
	}
	// Whoever has the signing key can make what looks like a refresh token;
	// the MAC tells.
	err = a.inspect(ctx, t)
	if err == nil || errors.Is(err, session.ErrExpired) || errors.Is(err, session.ErrEnded) {
		return t, nil
	}
	return nil, sessionError(err)
}

// inspect asks package session about a token.
func (a *Auth) inspect(ctx context.Context, t *Token) error {
	if t.Type == AccessToken {
		return a.sessions.Check(ctx, t.access())
	}
	mac, _ := base64.RawURLEncoding.DecodeString(t.known.mac) // a bad one does not verify
	_, err := a.sessions.Inspect(ctx, session.Presented{
		ID: t.SessionID, Generation: t.known.generation, MAC: mac, ExpiresAt: t.ExpiresAt,
	})
	return err
}
