package flaskjwt

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
)

// failed is the answer of a call that returns an error. Only whether there is
// one is compared, except where a token is decoded.
var failed = members{"error": true}

// seconds of a recorded call as a duration.
func callSeconds(call members, name string) (time.Duration, bool) {
	n, ok := call[name].(json.Number)
	if !ok {
		return 0, false
	}
	f, _ := n.Float64()
	return time.Duration(f * float64(time.Second)), true
}

// playIssue makes a token.
func (v *vector) playIssue() members {
	m, err := v.manager()
	if err != nil {
		return failed
	}
	o := TokenOptions{}
	o.Claims, _ = v.Call["additional_claims"].(members)
	o.Headers, _ = v.Call["additional_headers"].(members)
	if d, set := callSeconds(v.Call, "expires_seconds"); set {
		o.ExpiresIn, o.NeverExpires = d, d == 0
	}
	if v.Call["expires_false"] == true {
		o.NeverExpires = true
	}
	o.Fresh = v.Call["fresh"] == true
	if d, set := callSeconds(v.Call, "fresh_seconds"); set {
		o.FreshUntil = v.clock().Add(d)
	}
	switch v.Call["fresh"].(type) {
	case nil, bool:
	case json.Number:
		d, _ := callSeconds(v.Call, "fresh")
		o.FreshUntil = time.Unix(0, 0).Add(d)
	default:
		return failed // Go's types rule it out
	}
	create := m.CreateAccessToken
	if v.Call["fn"] == "create_refresh_token" {
		create = m.CreateRefreshToken
	}
	token, err := create(context.Background(), v.Call["identity"], o)
	if err != nil {
		return failed
	}
	t, err := readLoosely(token)
	if err != nil {
		return members{"unreadable": err.Error()}
	}
	answer := members{"header": t.header, "claims": t.payload}
	if v.Call["then_decode"] == true {
		_, _, err := m.DecodeToken(context.Background(), token, DecodeOptions{})
		answer["then_decode"] = decodeText(err)
	}
	return answer
}

// decodeText is what PyJWT would say for an error of DecodeToken.
func decodeText(err error) string {
	var e *latchkey.Error
	switch {
	case err == nil:
		return "ok"
	case !errors.As(err, &e):
		return err.Error()
	case e.Code == latchkey.ErrExpired.Code:
		return "Signature has expired"
	}
	return e.Message
}

func (v *vector) recordedIssue() members {
	if _, raised := v.recorded["error"]; raised {
		return failed
	}
	answer := members{"header": v.recorded["header"], "claims": v.recorded["claims"]}
	if then, has := v.recorded["then_decode"].(string); has {
		if _, message, found := strings.Cut(then, ": "); found {
			then = message
		}
		answer["then_decode"] = then
	}
	return answer
}

// playCookie sets or unsets cookies.
func (v *vector) playCookie() members {
	m, err := v.manager()
	if err != nil {
		return failed
	}
	w := httptest.NewRecorder()
	o := CookieOptions{Domain: text(v.Call, "domain")}
	o.MaxAge, _ = callSeconds(v.Call, "max_age")
	token := text(v.Call, "token")
	switch text(v.Call, "fn") {
	case "set_access_cookies":
		err = m.SetAccessCookies(w, token, o)
	case "set_refresh_cookies":
		err = m.SetRefreshCookies(w, token, o)
	case "unset_access_cookies":
		err = m.UnsetAccessCookies(w, o.Domain)
	case "unset_refresh_cookies":
		err = m.UnsetRefreshCookies(w, o.Domain)
	case "unset_jwt_cookies":
		err = m.UnsetJWTCookies(w, o.Domain)
	default:
		return members{"unknown": v.Call["fn"]}
	}
	if err != nil {
		return failed
	}
	return members{"set_cookies": readCookies(w.Header())}
}

func (v *vector) recordedCookie() members {
	if _, raised := v.recorded["error"]; raised {
		return failed
	}
	return members{"set_cookies": v.recorded["set_cookies"]}
}

// playDecode reads a token.
func (v *vector) playDecode() members {
	m, err := v.manager()
	if err != nil {
		return failed
	}
	token := text(v.Call, "token")
	if v.Call["fn"] == "get_unverified_jwt_headers" {
		header, err := UnverifiedHeader(token)
		if err != nil {
			return members{"error": decodeText(err)}
		}
		return members{"result": header}
	}
	_, payload, err := m.DecodeToken(context.Background(), token, DecodeOptions{
		CSRF: text(v.Call, "csrf_value"), AllowExpired: v.Call["allow_expired"] == true,
	})
	if err != nil {
		return members{"error": decodeText(err)}
	}
	switch v.Call["fn"] {
	case "get_jti":
		return members{"result": payload["jti"]}
	case "get_csrf_token":
		csrf, has := payload["csrf"]
		if !has {
			return failed // a KeyError in Python, a test of the map in Go
		}
		return members{"result": csrf}
	}
	return members{"result": payload}
}

// isPythons says whether an exception is one of Python's own, whose text no
// other program has.
func isPythons(exception string) bool {
	return slices.Contains([]string{"TypeError", "KeyError", "ValueError", "AttributeError", "IndexError",
		"OverflowError", "RecursionError", "RuntimeError", "NotImplementedError"}, exception)
}

func (v *vector) recordedDecode() members {
	if raised, has := v.recorded["error"].(members); has {
		if isPythons(text(raised, "type")) {
			return failed
		}
		return members{"error": raised["message"]}
	}
	return members{"result": v.recorded["result"]}
}
