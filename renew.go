package latchkey

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// Renewal inside responses (Config.RenewWithin) replaces refresh tokens: when a
// guard lets a request pass whose access token is about to expire, the answer
// carries a new one. The new token is of the same session, never lives beyond
// the session's end, and never counts as a fresher sign-in.

// renewalDue says whether the answer to r should carry a new token.
func (a *Auth) renewalDue(r *http.Request, t *Token) bool {
	if a.cfg.RenewWithin <= 0 || a.sessions == nil || t.Type != AccessToken {
		return false
	}
	if t.ExpiresAt.Sub(a.cfg.Now()) >= a.cfg.RenewWithin {
		return false
	}
	switch t.Location {
	case InCookie:
		return !a.isCrossSite(r)
	case InHeader, InJSON:
		return r.Method != http.MethodHead || a.cfg.Deliver == InHeader
	}
	return false
}

// isCrossSite says whether another site's page caused the request, reading
// included: its cookie was added unasked, so it proves no activity of ours.
func (a *Auth) isCrossSite(r *http.Request) bool {
	asUnsafe := *r
	asUnsafe.Method = http.MethodPost
	return a.CheckOrigin(&asUnsafe) != nil
}

// renewed mints the new access token. It is false when there is nothing to
// gain or the session has ended meanwhile, as it has after signing out.
func (a *Auth) renewed(r *http.Request, t *Token) (Tokens, bool) {
	if r.Context().Err() != nil {
		return Tokens{}, false // the client has gone
	}
	s, err := a.sessions.Get(r.Context(), t.SessionID)
	if err != nil {
		a.logRefusal(r, asError(sessionError(err)))
		return Tokens{}, false
	}
	tokens, err := a.mint(r.Context(), s, false)
	if err != nil {
		a.logRefusal(r, asError(err))
		return Tokens{}, false
	}
	// In the second in which a token was issued, another full life ends when its
	// own does; that is a renewal all the same.
	full := tokens.ExpiresIn > a.cfg.AccessTTL-time.Second
	return tokens, full || tokens.AccessExpiresAt.After(t.ExpiresAt)
}

// serveRenewing runs next with a writer that puts a new token into the answer.
func (a *Auth) serveRenewing(next http.Handler, w http.ResponseWriter, r *http.Request, t *Token) {
	rw := &renewingWriter{ResponseWriter: w, issue: func() (Tokens, bool) { return a.renewed(r, t) }}
	switch {
	case t.Location == InCookie:
		rw.addHeaders = func(tokens Tokens) { a.renewCookies(w, r, tokens) }
	case a.cfg.Deliver == InHeader:
		rw.addHeaders = func(tokens Tokens) { _ = a.deliver(w, tokens, InHeader) }
	default:
		rw.bodyMember = "access_token"
	}
	next.ServeHTTP(rw, r)
	rw.finish()
}

func (a *Auth) renewCookies(w http.ResponseWriter, r *http.Request, tokens Tokens) {
	if setsCookie(w.Header(), a.cookies.access.name) {
		return // the handler itself signed somebody in or out
	}
	if err := a.deliver(w, tokens, InCookie); err != nil {
		a.logRefusal(r, asError(err))
	}
}

// setsCookie says whether an answer already sets or expires a cookie.
func setsCookie(h http.Header, name string) bool {
	for _, line := range h["Set-Cookie"] {
		if c, err := http.ParseSetCookie(line); err == nil && c.Name == name {
			return true
		}
	}
	return false
}

// maxRenewedBody is the largest answer that is held back to add a token to.
const maxRenewedBody = 1 << 20

// addMember puts a member at the end of a JSON object. It is false, and the
// body unchanged, when the body is no object or has the member already.
func addMember(body []byte, name, value string) ([]byte, bool) {
	trimmed := bytes.TrimRight(body, " \t\r\n")
	var members map[string]json.RawMessage
	if json.Unmarshal(trimmed, &members) != nil || members == nil {
		return body, false
	}
	if _, taken := members[name]; taken {
		return body, false
	}
	out := bytes.Clone(trimmed[:len(trimmed)-1])
	if len(members) > 0 {
		out = append(out, ',')
	}
	out = strconv.AppendQuote(out, name)
	out = append(out, ':')
	out = strconv.AppendQuote(out, value) // base64url and dots: nothing to escape
	out = append(out, '}')
	return append(out, body[len(trimmed):]...), true
}

// bodyHeaders say something of a body that would not be true of another (RFC
// 9110, section 8; RFC 9530), or that more follows it.
var bodyHeaders = []string{"Content-Encoding", "ETag", "Content-Digest", "Repr-Digest", "Digest", "Content-MD5", "Trailer"}

// canCarryMember says whether an answer is one whose body may be changed:
// a plain JSON document that nobody has fingerprinted or compressed.
func canCarryMember(status int, h http.Header) bool {
	if status < 200 || status > 299 || status == http.StatusNoContent || status == http.StatusPartialContent {
		return false
	}
	for _, name := range bodyHeaders {
		if h.Get(name) != "" {
			return false
		}
	}
	t, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && t == "application/json"
}

// renewalMistake returns what is wrong with the configuration of renewal, if
// anything. It is called before the defaults are set.
func (c *Config) renewalMistake() error {
	switch {
	case c.RenewWithin < 0:
		return errors.New("Config.RenewWithin is below zero")
	case c.RenewWithin == 0:
		return nil
	case c.RefreshTTL != 0:
		return errors.New("Config.RenewWithin and Config.RefreshTTL exclude each other: an access token that renews itself beside a refresh token would be a refresh token whose theft nobody notices")
	case c.Store == Stateless:
		return errors.New("Config.RenewWithin needs sessions: without them a token could be renewed for ever")
	}
	return nil
}
