package flaskjwt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/latchkey-go/latchkey/internal/dialect"
)

func encodeSegment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// macOf is the signature of HS256.
func macOf(secret, input string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(input))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func dialectWanted(m *Manager) dialect.Wanted {
	return dialect.Wanted{Kind: dialect.Access, Now: m.opt.Now()}
}

// requestWith carries a token in a place.
func requestWith(place, raw string) *http.Request {
	switch place {
	case "json":
		body, _ := json.Marshal(map[string]string{"access_token": raw})
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		return r
	case "cookie":
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", "access_token_cookie="+raw)
		return r
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+raw)
	return r
}
