package latchkey

import (
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// rememberedTokens is how many access tokens an Auth remembers: at most some
// eight megabytes of usual tokens, and no more than are in use.
const rememberedTokens = 8192

// remembered returns what is known of an access token that passed all checks of
// verify before, with the same keys; nil if there is none. The configuration
// cannot have changed: each Auth remembers for itself.
//
// The times are judged again each time. Where they leave any doubt the token is
// verified in full, for that is where leeways are granted and errors chosen.
// All else that can change between two requests is checked by authenticate
// after this: session, CSRF, freshness, hooks.
func (a *Auth) remembered(keys *jwt.KeySet, raw string, want TokenType, now time.Time) *Token {
	if want != AccessToken {
		return nil
	}
	t := a.verified.Get(keys, raw)
	if t == nil {
		return nil
	}
	second := now.Unix() // all times of a token are whole seconds
	if second >= t.ExpiresAt.Unix() || second < t.IssuedAt.Unix() || second < t.known.claims.NotBefore.Unix() {
		return nil
	}
	return t
}

// remember keeps what an access token says that comes for the second time. Of
// one that never comes again there is nothing to keep.
func (a *Auth) remember(keys *jwt.KeySet, found located, t *Token) {
	if !a.verified.Recurs(keys, found.raw) {
		return
	}
	// It is a piece of all cookies, of a body, or of a header's value, which may
	// be a megabyte of spaces before the token: they would be kept as long.
	raw := strings.Clone(found.raw)
	like := *t
	like.request, like.Header = nil, headerSegment(raw)
	a.verified.Put(keys, raw, like)
}

// TokenCacheStats returns how often an access token was recognized as one that
// was verified before, and how often one had to be verified, for metrics. Hits
// are an estimate; misses are exact, and invalid tokens are among them.
func (a *Auth) TokenCacheStats() (hits, misses uint64) {
	s := a.verified.Stats()
	return s.Hits, s.Misses
}
