package flaskjwt

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// CookieOptions are the arguments of set_access_cookies and its like.
type CookieOptions struct {
	// MaxAge is how long browsers keep the cookie; zero as JWT_SESSION_COOKIE
	// says.
	MaxAge time.Duration
	// Domain replaces JWT_COOKIE_DOMAIN, unless it is empty.
	Domain string
}

// yearAndABit is how long Flask-JWT-Extended keeps cookies that outlive the
// browser, whatever the life of the token.
const yearAndABit = 31540000 * time.Second

// maxCookieSize is the size of name and value that every browser stores
// (RFC 6265bis).
const maxCookieSize = 4096

// SetAccessCookies puts an access token into its cookie, and its csrf claim
// into another if the settings say so. Then the token must be a good one. On an
// error no cookie is set.
func (m *Manager) SetAccessCookies(w http.ResponseWriter, token string, o CookieOptions) error {
	return m.setCookies(w, false, token, o)
}

// SetRefreshCookies is SetAccessCookies for refresh tokens.
func (m *Manager) SetRefreshCookies(w http.ResponseWriter, token string, o CookieOptions) error {
	return m.setCookies(w, true, token, o)
}

func (m *Manager) setCookies(w http.ResponseWriter, isRefresh bool, token string, o CookieOptions) error {
	if o.MaxAge < 0 {
		return errors.New("flaskjwt: MaxAge is below zero: to expire cookies unset them")
	}
	var csrf string
	if m.csrfCookies() {
		_, payload, err := m.DecodeToken(context.Background(), token, DecodeOptions{})
		if err != nil {
			return err
		}
		var ok bool
		if csrf, ok = payload["csrf"].(string); !ok {
			return errors.New("flaskjwt: the token has no csrf claim")
		}
	}
	return m.writeCookies(w, m.pair(isRefresh, token, csrf, o))
}

// csrfCookies says whether CSRF values travel in cookies.
func (m *Manager) csrfCookies() bool { return m.set.csrfProtect && m.set.csrfInCookies }

// pair are the cookies of one token.
func (m *Manager) pair(isRefresh bool, token, csrf string, o CookieOptions) []*http.Cookie {
	kind := m.set.of(isRefresh)
	pair := []*http.Cookie{m.cookie(kind.cookieName, kind.cookiePath, token, o)}
	pair[0].HttpOnly = true
	if m.csrfCookies() {
		pair = append(pair, m.cookie(kind.csrfName, kind.csrfPath, csrf, o))
	}
	if o.MaxAge == 0 && !m.set.session {
		o.MaxAge = yearAndABit
	}
	for _, c := range pair {
		if o.MaxAge > 0 {
			c.MaxAge = int(o.MaxAge / time.Second)
			c.Expires = m.opt.Now().Add(o.MaxAge)
		}
	}
	return pair
}

var sameSiteModes = map[string]http.SameSite{
	"": 0, "Strict": http.SameSiteStrictMode, "Lax": http.SameSiteLaxMode, "None": http.SameSiteNoneMode,
}

// strayCookies is the SameSite with which cookies that somebody has planted are
// expired: that of our own, or else a browser keeps them. Zero is the default of
// package latchkey, where browsers would refuse the setting.
func (s *settings) strayCookies() http.SameSite {
	if s.sameSite == "None" && !s.secure {
		return 0
	}
	return sameSiteModes[s.sameSite]
}

func (m *Manager) cookie(name, path, value string, o CookieOptions) *http.Cookie {
	domain := o.Domain
	if domain == "" {
		domain = m.set.domain
	}
	domain, _, _ = strings.Cut(domain, ":") // as Werkzeug 3: without port and leading dots
	return &http.Cookie{
		Name: name, Value: value, Path: quotePath(path), Domain: strings.TrimLeft(domain, "."),
		Secure: m.set.secure, SameSite: sameSiteModes[m.set.sameSite],
	}
}

// quotePath writes a path as browsers do in requests, and Werkzeug in cookies:
// characters that a path cannot have as bytes in hex.
func quotePath(path string) string {
	const safe = "%!$&'()*+,/:=@_.-~"
	var quoted strings.Builder
	for i := range len(path) {
		switch c := path[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte(safe, c) >= 0:
			quoted.WriteByte(c)
		default:
			fmt.Fprintf(&quoted, "%%%02X", c)
		}
	}
	return quoted.String()
}

// cookieMistakes says which settings no browser would take.
func (m *Manager) cookieMistakes() error {
	var errs []error
	for _, isRefresh := range []bool{false, true} {
		for _, c := range m.pair(isRefresh, "x", "x", CookieOptions{}) {
			if err := c.Valid(); err != nil {
				errs = append(errs, fmt.Errorf("the cookie %s: %w", c.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}

// writeCookies adds all cookies or none.
func (m *Manager) writeCookies(w http.ResponseWriter, cookies []*http.Cookie) error {
	for _, c := range cookies {
		if err := c.Valid(); err != nil {
			return fmt.Errorf("flaskjwt: the cookie %s: %w", c.Name, err)
		}
		if len(c.Name)+len(c.Value) > maxCookieSize {
			return fmt.Errorf("flaskjwt: the token does not fit into the cookie %s: browsers keep 4096 bytes", c.Name)
		}
	}
	for _, c := range cookies {
		http.SetCookie(w, c)
	}
	return nil
}

// UnsetJWTCookies expires the cookies of both tokens. An empty domain is that
// of JWT_COOKIE_DOMAIN.
func (m *Manager) UnsetJWTCookies(w http.ResponseWriter, domain string) error {
	return m.writeCookies(w, append(m.expiredPair(false, domain), m.expiredPair(true, domain)...))
}

// UnsetAccessCookies expires the cookies of the access token.
func (m *Manager) UnsetAccessCookies(w http.ResponseWriter, domain string) error {
	return m.writeCookies(w, m.expiredPair(false, domain))
}

// UnsetRefreshCookies expires the cookies of the refresh token.
func (m *Manager) UnsetRefreshCookies(w http.ResponseWriter, domain string) error {
	return m.writeCookies(w, m.expiredPair(true, domain))
}

func (m *Manager) expiredPair(isRefresh bool, domain string) []*http.Cookie {
	pair := m.pair(isRefresh, "", "", CookieOptions{Domain: domain})
	for _, c := range pair {
		c.MaxAge, c.Expires = 0, time.Unix(0, 0)
	}
	return pair
}
