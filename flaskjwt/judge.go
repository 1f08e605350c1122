package flaskjwt

import (
	"crypto/subtle"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/latchkey-go/latchkey/internal/dialect"
)

// judge checks claims as PyJWT and then Flask-JWT-Extended do, in their order:
// iat, nbf, exp, iss, aud, sub, jti, the identity, CSRF, and last of all
// whether the token has expired or is of the wrong type.
func (m *Manager) judge(payload map[string]any, csrf string, w dialect.Wanted) error {
	late, err := m.judgeTimes(payload, w.Now)
	if err != nil {
		return err
	}
	for _, check := range []func(map[string]any) error{m.judgeIssuer, m.judgeAudience, m.judgeNames} {
		if err := check(payload); err != nil {
			return err
		}
	}
	if err := judgeCSRF(payload, csrf); err != nil {
		return err
	}
	// The expiry of a session's own refresh token is judged with the session,
	// after the MAC in its jti.
	if late && !w.AllowExpired && !(m.expect(w).SkipExpiry && isSessionRefreshID(payload["jti"])) {
		return expired()
	}
	return judgeType(payload, w.Kind)
}

// judgeTimes checks the three times; late says that the token has expired.
func (m *Manager) judgeTimes(payload map[string]any, at time.Time) (late bool, err error) {
	now, leeway := float64(at.UnixNano())/1e9, m.set.leeway.Seconds()
	for _, c := range []struct{ name, title string }{
		{"iat", "Issued At"}, {"nbf", "Not Before"}, {"exp", "Expiration Time"},
	} {
		v, has := payload[c.name]
		if !has {
			continue
		}
		t, ok := wholeSeconds(v)
		switch {
		case !ok:
			return false, invalid(c.title + " claim (" + c.name + ") must be an integer.")
		case c.name == "exp":
			late = t <= now-leeway
		case t > now+leeway:
			return false, invalid("The token is not yet valid (" + c.name + ")")
		}
	}
	return late, nil
}

func (m *Manager) judgeIssuer(payload map[string]any) error {
	if m.set.decodeIssuer == nil {
		return nil
	}
	v, has := payload["iss"]
	if !has {
		return invalid(`Token is missing the "iss" claim`)
	}
	iss, ok := v.(string)
	switch {
	case !ok:
		return invalid("Payload Issuer (iss) must be a string")
	case !slices.Contains(m.set.decodeIssuer, iss):
		return invalid("Invalid issuer")
	}
	return nil
}

func (m *Manager) judgeAudience(payload map[string]any) error {
	if m.set.decodeAudience == nil {
		return nil
	}
	v := payload["aud"]
	if !truthy(v) {
		return invalid(`Token is missing the "aud" claim`)
	}
	auds, isList := v.([]any)
	if !isList {
		auds = []any{v}
	}
	match := false
	for _, aud := range auds {
		text, ok := aud.(string)
		if !ok {
			return invalid("Invalid claim format in token")
		}
		match = match || slices.Contains(m.set.decodeAudience, text)
	}
	if !match {
		return invalid("Audience doesn't match")
	}
	return nil
}

// judgeNames checks sub, jti and the identity.
func (m *Manager) judgeNames(payload map[string]any) error {
	if sub, has := payload["sub"]; has && m.set.verifySub {
		if _, ok := sub.(string); !ok {
			return invalid("Subject must be a string")
		}
	}
	if jti, has := payload["jti"]; has {
		if _, ok := jti.(string); !ok {
			return invalid("JWT ID must be a string")
		}
	}
	if _, has := payload[m.set.identityClaim]; !has {
		return invalid("Missing claim: " + m.set.identityClaim)
	}
	return nil
}

// judgeCSRF compares what the request presented with the csrf claim.
func judgeCSRF(payload map[string]any, presented string) error {
	if presented == "" {
		return nil
	}
	claim, ok := payload["csrf"].(string)
	if !ok {
		return invalid("Missing claim: csrf")
	}
	if subtle.ConstantTimeCompare([]byte(claim), []byte(presented)) != 1 {
		return badCSRF("CSRF double submit tokens do not match")
	}
	return nil
}

// judgeType checks the type claim. Whatever is not a refresh token counts as an
// access token.
func judgeType(payload map[string]any, want dialect.Kind) error {
	isRefresh := payload["type"] == "refresh"
	switch {
	case want == dialect.Refresh && !isRefresh:
		return wrongType("Only refresh tokens are allowed")
	case want == dialect.Access && isRefresh:
		return wrongType("Only non-refresh tokens are allowed")
	}
	return nil
}

// secondsOf is a JSON number as seconds.
func secondsOf(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.String(), 64)
	return f, err == nil
}
