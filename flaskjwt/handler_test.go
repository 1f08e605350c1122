package flaskjwt

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/latchkey-go/latchkey"
)

// testHandler is the handler behind the guard of a recorded application.
type testHandler struct {
	v       *vector
	m       *Manager
	auth    *latchkey.Auth
	guarded bool
}

const (
	notVerified = "You must call `@jwt_required()` or `verify_jwt_in_request()` before using this method"
	noLookup    = "You must provide a `@jwt.user_lookup_loader` callback to use this method"
)

func (h *testHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, _ := latchkey.FromContext(r.Context())
	verified := h.guarded && r.Method != http.MethodOptions
	handler := text(h.v.Route, "handler")
	if handler != "logout" && t != nil {
		h.refreshImplicitly(w, t)
	}
	switch handler {
	case "verify_return":
		h.verifyReturn(w, t)
	case "template":
		h.template(w, t, verified)
	case "decode_token":
		h.decodeToken(w, r)
	case "get_current_user", "current_user_attribute":
		h.currentUser(w, t)
	case "logout":
		_ = h.m.UnsetJWTCookies(w, "")
		writeTestJSON(w, http.StatusOK, members{"logout": true})
	case "refresh":
		h.refresh(w, t)
	default:
		h.echo(w, t, verified)
	}
}

func (h *testHandler) echo(w http.ResponseWriter, t *latchkey.Token, verified bool) {
	_, lookup := h.v.Loaders["user_lookup"]
	switch {
	case !verified:
		writeTestJSON(w, http.StatusOK, members{"verified": false, "error": notVerified})
		return
	case h.v.Route["show_user"] == true && !lookup:
		writeTestJSON(w, http.StatusOK, members{"verified": false, "error": noLookup})
		return
	}
	body := members{"verified": true, "identity": nil, "claims": members{}, "header": members{}, "location": nil}
	var user any
	if t != nil {
		body["identity"], body["claims"], body["header"] = h.m.Identity(t), Payload(t), Header(t)
		for name, l := range locationOf {
			if l == t.Location {
				body["location"] = name
			}
		}
		user = t.User
	}
	if lookup {
		body["user"], body["current_user_proxy_is_none"] = user, user == nil
	}
	writeTestJSON(w, http.StatusOK, body)
}

func (h *testHandler) verifyReturn(w http.ResponseWriter, t *latchkey.Token) {
	var returned any
	if t != nil {
		returned = members{"header": Header(t), "payload": Payload(t)}
	}
	writeTestJSON(w, http.StatusOK, members{"returned": returned})
}

func (h *testHandler) decodeToken(w http.ResponseWriter, r *http.Request) {
	_, payload, err := h.m.DecodeToken(r.Context(), text(h.v.Route, "token"), DecodeOptions{})
	if err != nil {
		h.auth.WriteError(w, r, err)
		return
	}
	writeTestJSON(w, http.StatusOK, members{"claims": payload})
}

// template renders {{ current_user }}.
func (h *testHandler) template(w http.ResponseWriter, t *latchkey.Token, verified bool) {
	if !verified && h.v.Route["add_context_processor"] == true {
		h.currentUser(w, nil)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if h.v.Route["add_context_processor"] != true {
		return
	}
	var user any
	if t != nil {
		user = t.User
	}
	_, _ = w.Write([]byte(pythonText(user)))
}

// currentUser is a handler that must have a user: without a guard there is
// none, which in Go is a nil and no exception.
func (h *testHandler) currentUser(w http.ResponseWriter, t *latchkey.Token) {
	if t == nil {
		writeTestJSON(w, http.StatusUnauthorized, members{"msg": "no user"})
		return
	}
	writeTestJSON(w, http.StatusOK, members{"user": t.User})
}

// refresh is the recipe of an explicit refresh.
func (h *testHandler) refresh(w http.ResponseWriter, t *latchkey.Token) {
	token, err := h.m.CreateAccessToken(context.Background(), h.m.Identity(t), TokenOptions{})
	if err == nil {
		err = h.m.SetAccessCookies(w, token, CookieOptions{})
	}
	if err != nil {
		writeTestJSON(w, http.StatusInternalServerError, members{"msg": err.Error()})
		return
	}
	writeTestJSON(w, http.StatusOK, members{"refresh": true})
}

// refreshImplicitly is the recipe of an implicit refresh, as the original
// documents it.
func (h *testHandler) refreshImplicitly(w http.ResponseWriter, t *latchkey.Token) {
	within, set := h.v.Route["implicit_refresh_seconds"].(json.Number)
	if !set || t.ExpiresAt.IsZero() {
		return
	}
	seconds, _ := within.Int64()
	if t.ExpiresAt.Sub(h.v.clock()) >= time.Duration(seconds)*time.Second {
		return
	}
	if token, err := h.m.CreateAccessToken(context.Background(), h.m.Identity(t), TokenOptions{}); err == nil {
		_ = h.m.SetAccessCookies(w, token, CookieOptions{})
	}
}
