package accounthttp

import (
	"net/http"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
)

// deviceCookieAge is how long a browser keeps the cookie after a sign-in, which
// is how long the device is known: see account.Service.RememberDevice.
const deviceCookieAge = 180 * 24 * time.Hour

// deviceToken is what the browser sent as its device token; empty if it sent
// none, or more than one: a cookie that another host of the same domain has
// planted must not take the place of ours.
func (h *Handlers) deviceToken(r *http.Request) string {
	if h.config.DeviceCookie == "" {
		return ""
	}
	cookies := r.CookiesNamed(h.config.DeviceCookie)
	if len(cookies) != 1 || len(cookies[0].Value) > maxDeviceToken {
		return ""
	}
	return cookies[0].Value
}

// maxDeviceToken is well above the length of a token.
const maxDeviceToken = 128

// rememberDevice sets the cookie by which this device is known from now on. The
// person has just given the password on it. Programs without cookies have no
// use for it.
func (h *Handlers) rememberDevice(w http.ResponseWriter, r *http.Request, user *account.User, at latchkey.Location) error {
	if h.config.DeviceCookie == "" || at != latchkey.InCookie {
		return nil
	}
	token, err := h.accounts.RememberDevice(r.Context(), user.ID, h.deviceToken(r), h.auth.Client(r))
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{
		Name: h.config.DeviceCookie, Value: token, Path: "/", MaxAge: int(deviceCookieAge / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecureName(h.config.DeviceCookie),
	})
	return nil
}

// isSecureName says that browsers take a cookie of this name only with the
// attribute Secure.
func isSecureName(name string) bool {
	return strings.HasPrefix(name, "__Host-") || strings.HasPrefix(name, "__Secure-")
}

// checkDeviceCookie says what is wrong with the name of the cookie.
func checkDeviceCookie(name string) bool {
	return name == "" || (&http.Cookie{Name: name, Value: "x"}).Valid() == nil
}
