// Package session is a signed-in device: its row, the rotation of its refresh
// token, its revocation and the feed that tells every process of it.
//
// A [Manager] holds the rules; a [Store] keeps the rows. The package knows
// nothing of HTTP and nothing of token formats: it hands out generations and
// MACs, and latchkey puts them into tokens.
package session

import (
	"slices"
	"time"
)

// Session is one signed-in device or browser.
//
// Times are kept to the microsecond in UTC, the precision every store has.
type Session struct {
	// ID names the session, in tokens too (the sid claim). It is 128 random
	// bits in base64url. It is not a secret: knowing it grants nothing.
	ID string

	// Subject is the user the session belongs to: the sub claim.
	Subject string

	// Generation counts rotations of the refresh token, from 0.
	Generation int64

	// Secret is 32 random bytes that key the refresh token's MAC and the CSRF
	// value. It never leaves the process in any form.
	Secret []byte

	// Epoch is the store's epoch when the session began. A session whose epoch
	// is below the store's is dead.
	Epoch int64

	// CreatedAt is when the person signed in on this device.
	CreatedAt time.Time

	// RotatedAt is when the refresh token last rotated; zero before the first
	// rotation.
	RotatedAt time.Time

	// SeenAt is when the session was last used, exact to about a minute.
	SeenAt time.Time

	// AuthTime is when the person last proved who they are (OpenID Connect
	// Core, section 2: auth_time).
	AuthTime time.Time

	// ExpiresAt is the absolute end; use and renewal never move it.
	ExpiresAt time.Time

	// IdleTimeout ends the session when it has not been used for so long.
	// Zero means it never ends for want of use.
	IdleTimeout time.Duration

	// AMR lists how the person signed in (RFC 8176), e.g. "pwd".
	AMR []string

	// ACR is the level of assurance reached; empty when not used.
	ACR string

	// Client says where the session was started from.
	Client Client

	// Basis is what the sign-in rests on: see Start.Basis. Only Store.Create
	// looks at it, and it is not kept.
	Basis string

	// EndedAt is when the session was ended; zero while it lives. Ended rows
	// stay until Purge so that late requests can be told why.
	EndedAt time.Time

	// EndReason says why it ended; empty while it lives.
	EndReason EndReason
}

// Client is what is known of the device behind a request. Both fields come
// from the client's side and prove nothing; they are shown to the person and
// compared to notice a change.
type Client struct {
	// Address is the IP address without a port.
	Address string
	// UserAgent is the User-Agent header, cut to 256 bytes of valid UTF-8.
	UserAgent string
}

// EndReason says why a session ended. Values are stored and appear in events.
type EndReason string

// The reasons there are.
const (
	EndedBySignOut        EndReason = "sign_out"         // the person signed out on this device
	EndedByUser           EndReason = "ended_by_user"    // the person ended it from another device
	EndedByAdmin          EndReason = "ended_by_admin"   // an operator ended it
	EndedByReplacement    EndReason = "replaced"         // the same device signed in again
	EndedByReuse          EndReason = "reuse"            // an old refresh token was used: a copy is about
	EndedByFuture         EndReason = "future"           // a token newer than the row: the store went back in time
	EndedByPasswordChange EndReason = "password_changed" // the person changed or reset the password
	EndedByDisable        EndReason = "user_disabled"    // the account was disabled or deleted
	EndedByLimit          EndReason = "session_limit"    // a newer session took its place under the cap
	EndedByIdle           EndReason = "idle"             // not used for IdleTimeout
	EndedByExpiry         EndReason = "expired"          // reached ExpiresAt
	EndedByEpoch          EndReason = "epoch"            // everything before a moment was ended at once
)

// IdleEnd is when the session ends unless it is used before; the zero time
// when it has no idle timeout.
func (s *Session) IdleEnd() time.Time {
	if s.IdleTimeout <= 0 {
		return time.Time{}
	}
	return s.SeenAt.Add(s.IdleTimeout)
}

// End is when the session ends if nothing more happens: the sooner of
// ExpiresAt and IdleEnd.
func (s *Session) End() time.Time {
	if idle := s.IdleEnd(); !idle.IsZero() && idle.Before(s.ExpiresAt) {
		return idle
	}
	return s.ExpiresAt
}

// Clone returns a deep copy.
func (s *Session) Clone() *Session {
	c := *s
	c.Secret = slices.Clone(s.Secret)
	c.AMR = slices.Clone(s.AMR)
	return &c
}
