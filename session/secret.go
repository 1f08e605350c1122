package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// What is derived from a session's secret, each under a label of its own so
// that no value can stand in for another.
const (
	labelRefresh   = "latchkey refresh mac v1\x00"
	labelRefreshID = "latchkey refresh jti v1\x00"
	labelCSRF      = "latchkey csrf v1\x00"
)

const (
	idBytes     = 16
	secretBytes = 32
)

// NewID returns 128 random bits in base64url: 22 characters. Sessions, tokens
// and users are named so.
func NewID() string { return encode(randomBytes(idBytes)) }

// RefreshMAC is the MAC that makes a refresh token of this session and
// generation genuine: HMAC-SHA256 under the session's secret. It goes into the
// token; nothing from which it could be made is in the signing key.
func RefreshMAC(s *Session, generation int64) []byte {
	return derive(s, labelRefresh, generation)
}

// RefreshTokenID is the jti of the session's refresh token of that generation.
// It is derived, so that a token issued again is the same token.
func RefreshTokenID(s *Session, generation int64) string {
	return encode(derive(s, labelRefreshID, generation)[:idBytes])
}

// CSRFToken is the session's value for double submit; it lasts as long as the
// session does.
func CSRFToken(s *Session) string {
	return encode(derive(s, labelCSRF, 0)[:idBytes])
}

func derive(s *Session, label string, generation int64) []byte {
	h := hmac.New(sha256.New, s.Secret)
	h.Write([]byte(label))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s.ID))))
	h.Write([]byte(s.ID))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(generation)))
	return h.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// randomBytes cannot fail: crypto/rand.Read ends the program instead.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
