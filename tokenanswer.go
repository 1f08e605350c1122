package latchkey

import (
	"strconv"
	"time"
)

// tokenAnswer is the OAuth 2.0 token answer (RFC 6749, section 5.1) with two
// members more.
type tokenAnswer struct {
	AccessToken      string `json:"access_token"`
	TokenType        string `json:"token_type"`
	ExpiresIn        int64  `json:"expires_in"`
	RefreshToken     string `json:"refresh_token,omitempty"`
	RefreshExpiresIn int64  `json:"refresh_expires_in,omitempty"`
	CSRFToken        string `json:"csrf_token,omitempty"`
}

func (t Tokens) tokenAnswer() tokenAnswer {
	answer := tokenAnswer{
		AccessToken: t.Access, TokenType: "Bearer", ExpiresIn: wholeSeconds(t.ExpiresIn),
		RefreshToken: t.Refresh, CSRFToken: t.CSRF,
	}
	if t.Refresh != "" {
		answer.RefreshExpiresIn = wholeSeconds(t.RefreshExpiresAt.Sub(t.now))
	}
	return answer
}

func wholeSeconds(d time.Duration) int64 { return int64(max(d, 0) / time.Second) }

func seconds(d time.Duration) string { return strconv.FormatInt(wholeSeconds(d), 10) }
