package latchkey

import (
	"encoding/json"
	"strconv"
	"time"
)

// MarshalJSON writes the tokens as an OAuth 2.0 token answer (RFC 6749, section
// 5.1) with two members more: refresh_expires_in and csrf_token.
func (t Tokens) MarshalJSON() ([]byte, error) {
	body := struct {
		AccessToken      string `json:"access_token"`
		TokenType        string `json:"token_type"`
		ExpiresIn        int64  `json:"expires_in"`
		RefreshToken     string `json:"refresh_token,omitempty"`
		RefreshExpiresIn int64  `json:"refresh_expires_in,omitempty"`
		CSRFToken        string `json:"csrf_token,omitempty"`
	}{
		AccessToken: t.Access, TokenType: "Bearer", ExpiresIn: wholeSeconds(t.ExpiresIn()),
		RefreshToken: t.Refresh, CSRFToken: t.CSRF,
	}
	if t.Refresh != "" {
		body.RefreshExpiresIn = wholeSeconds(t.RefreshExpiresAt.Sub(t.now))
	}
	return json.Marshal(body)
}

func wholeSeconds(d time.Duration) int64 { return int64(max(d, 0) / time.Second) }

func seconds(d time.Duration) string { return strconv.FormatInt(wholeSeconds(d), 10) }
