package latchkey

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// The typ headers keep one kind of token from passing for another (RFC 8725,
// section 3.11; RFC 9068, section 2.1).
const (
	typeAccess  = "at+jwt"
	typeRefresh = "rt+jwt"
)

// tokenClaims are the claims that latchkey sets itself.
type tokenClaims struct {
	Issuer     string `json:"iss"`
	Subject    string `json:"sub"`
	Audience   string `json:"aud"`
	IssuedAt   int64  `json:"iat"`
	ExpiresAt  int64  `json:"exp"`
	ID         string `json:"jti"`
	SessionID  string `json:"sid,omitempty"`
	AuthTime   int64  `json:"auth_time"`
	Epoch      int64  `json:"ep,omitempty"`
	CSRF       string `json:"csrf,omitempty"`
	Generation *int64 `json:"gen,omitempty"` // refresh tokens only
	MAC        string `json:"mac,omitempty"` // refresh tokens only
}

// reservedClaims may not be set by Hooks.Claims.
var reservedClaims = []string{"iss", "sub", "aud", "iat", "exp", "nbf", "jti", "sid", "auth_time",
	"ep", "csrf", "gen", "mac", "type", "fresh", "typ"}

// accessClaims are the claims of an access token for s.
func (a *Auth) accessClaims(s *session.Session, id string, now time.Time) tokenClaims {
	c := a.commonClaims(s)
	c.ID = id
	c.IssuedAt = now.Unix()
	c.ExpiresAt = a.sessions.AccessEnd(s, now).Unix()
	return c
}

// refreshClaims are the claims of the refresh token of s. All of them derive
// from the row, so that the same token can be given out again.
func (a *Auth) refreshClaims(s *session.Session) tokenClaims {
	issued, expires := a.sessions.RefreshTimes(s)
	c := a.commonClaims(s)
	c.ID = session.RefreshTokenID(s, s.Generation)
	c.IssuedAt, c.ExpiresAt = issued.Unix(), expires.Unix()
	c.Generation = &s.Generation
	c.MAC = encodeMAC(session.RefreshMAC(s, s.Generation))
	return c
}

// encodeMAC is how the MAC of a refresh token stands in it.
func encodeMAC(mac []byte) string { return base64.RawURLEncoding.EncodeToString(mac) }

func (a *Auth) commonClaims(s *session.Session) tokenClaims {
	c := tokenClaims{
		Issuer: a.cfg.Issuer, Subject: s.Subject, Audience: a.cfg.Audience,
		SessionID: s.ID, AuthTime: s.AuthTime.Unix(), Epoch: s.Epoch,
	}
	if a.cfg.uses(InCookie) && !a.cfg.CSRF.OriginOnly {
		c.CSRF = session.CSRFToken(s)
	}
	return c
}

// withExtra marshals c together with the claims of Hooks.Claims.
func withExtra(c tokenClaims, extra map[string]any) ([]byte, error) {
	own, err := json.Marshal(c)
	if err != nil || len(extra) == 0 {
		return own, err
	}
	for name := range extra {
		if isReserved(name) {
			return nil, fmt.Errorf("Hooks.Claims returned the claim %q, which latchkey sets itself", name)
		}
	}
	more, err := json.Marshal(extra)
	if err != nil {
		return nil, fmt.Errorf("Hooks.Claims returned what cannot be JSON: %w", err)
	}
	own[len(own)-1] = ','
	return append(own, more[1:]...), nil
}

// isReserved says whether a claim is latchkey's own, in any spelling that a
// careless reader might take for it.
func isReserved(name string) bool {
	return slices.ContainsFunc(reservedClaims, func(own string) bool { return strings.EqualFold(own, name) })
}

// readToken makes the token of one request from what was found in it and has been
// verified.
func (a *Auth) readToken(ctx context.Context, found located, verified *jwt.Token, now time.Time) (*Token, error) {
	c := verified.Claims
	k := &known{claims: c}
	t := a.newToken(ctx, found.at, now)
	t.known, t.Type, t.Header = k, AccessToken, headerSegment(found.raw)
	t.Subject, t.ID, t.IssuedAt, t.ExpiresAt = c.Subject, c.ID, c.IssuedAt, c.ExpiresAt
	t.SessionID, _ = c.String("sid")
	t.CSRF, _ = c.String("csrf")
	k.epoch, _ = c.Int("ep")
	if seconds, ok := c.Int("auth_time"); ok {
		t.AuthTime = time.Unix(seconds, 0)
	}
	if !isRefreshType(verified.Type) {
		return t, nil
	}
	t.Type = RefreshToken
	var hasGeneration, hasMAC bool
	k.generation, hasGeneration = c.Int("gen")
	k.mac, hasMAC = c.String("mac")
	if !hasGeneration || !hasMAC {
		return nil, errors.New("a refresh token without gen or mac")
	}
	return t, nil
}

// isRefreshType reads a typ header as RFC 7515 section 4.1.9 says: a media type
// whose "application/" may be left out, without regard to case.
func isRefreshType(typ string) bool {
	if typ == typeAccess { // the usual case
		return false
	}
	return strings.TrimPrefix(strings.ToLower(typ), "application/") == typeRefresh
}
