package accounthttp

import (
	"bytes"
	"io"
	"net/http"
)

// Refresh exchanges a refresh token for new tokens, as Auth.RefreshHandler
// does, and adds the session to the answer. It is the handler of a POST route.
// The refresh token comes in its cookie, or in the body
// {"refresh_token":…}; the new ones travel the same way.
func (h *Handlers) Refresh() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := checkTokenBody(w, r); err != nil {
			return err
		}
		tokens, at, err := h.auth.RefreshTokens(w, r)
		if err != nil {
			return err
		}
		writeTokens(w, http.StatusOK, tokens, at, nil)
		return nil
	})
}

// SignOut ends the session of the request, expires the cookies and answers 200,
// again and again: signing out twice is no mistake, and an expired token will
// do. It is the handler of a POST route. A client without cookies sends
// "Authorization: Bearer" with its access token.
func (h *Handlers) SignOut() http.Handler {
	return h.handle(func(w http.ResponseWriter, r *http.Request) error {
		if err := checkTokenBody(w, r); err != nil {
			return err
		}
		if err := h.auth.SignOut(w, r); err != nil {
			return err
		}
		writeJSON(w, http.StatusOK, struct {
			Msg string `json:"msg"`
		}{"Signed out."})
		return nil
	})
}

// checkTokenBody refuses a body that is not what it should be before anybody
// looks for a token in it, and leaves it to be read again. No body is fine:
// browsers have the token in a cookie.
func checkTokenBody(w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.ContentLength == 0 {
		return nil
	}
	body, err := readJSONText(w, r)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if len(body) == 0 {
		return nil
	}
	var in struct {
		AccessToken  text `json:"access_token"`
		RefreshToken text `json:"refresh_token"`
	}
	return decode(body, &in)
}
