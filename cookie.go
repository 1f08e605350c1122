package latchkey

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// CookieConfig says how tokens travel in cookies. Token cookies are always
// HttpOnly.
type CookieConfig struct {
	// AccessName and RefreshName name the token cookies. They default to
	// "latchkey_access" and "latchkey_refresh", with the prefix __Host- (or
	// __Secure- where Domain or a path other than "/" forbids that) when the
	// cookie is Secure.
	AccessName, RefreshName string

	// CSRFName names the cookie from which scripts read the CSRF value.
	// Defaults to "latchkey_csrf", prefixed likewise.
	CSRFName string

	// RefreshCSRFName, if set, names a second cookie with the same value, for
	// front ends that read another one before they refresh.
	RefreshCSRFName string

	// AccessPath and RefreshPath limit where the cookies are sent. Both
	// default to "/". The CSRF cookies have the path "/".
	AccessPath, RefreshPath string

	// Domain lets subdomains have the cookies. Defaults to none, which is
	// safer: every subdomain named here can read and plant them.
	Domain string

	// SameSite defaults to http.SameSiteLaxMode. None needs Secure.
	SameSite http.SameSite

	// SessionOnly makes browsers drop the cookies when they are closed. The
	// default keeps them as long as the refresh token lives.
	SessionOnly bool

	// ForceSecure sets Secure also on http, which browsers allow for
	// localhost. With https it is always set.
	ForceSecure bool

	// InsecureHTTP allows an Issuer with http that is not on this machine.
	// Anybody on the network can then read and take over every session.
	InsecureHTTP bool
}

// maxCookieAge is the longest life browsers give a cookie (RFC 6265bis).
const maxCookieAge = 400 * 24 * time.Hour

// maxCookieSize is the size of name and value that every browser stores
// (RFC 6265bis).
const maxCookieSize = 4096

// errCookieSize is returned when a token does not fit into a cookie.
var errCookieSize = errors.New("the token does not fit into a cookie of 4096 bytes: put less into the claims")

// cookieJar makes and reads the cookies of one configuration.
type cookieJar struct {
	access, refresh, csrf, refreshCSRF cookieSpec
	domain                             string
	sameSite                           http.SameSite
	secure, sessionOnly                bool
}

// cookieSpec is what tells one of our cookies from another.
type cookieSpec struct {
	name, path string
	httpOnly   bool
}

// newCookieJar resolves the defaults. base is the parsed issuer, or nil if it
// is bad.
func newCookieJar(c CookieConfig, base *url.URL) *cookieJar {
	secure := c.ForceSecure || base != nil && base.Scheme == "https"
	setDefault(&c.AccessPath, "/")
	setDefault(&c.RefreshPath, "/")
	if c.SameSite == 0 || c.SameSite == http.SameSiteDefaultMode {
		c.SameSite = http.SameSiteLaxMode
	}
	named := func(name, fallback, path string) string {
		switch {
		case name != "":
			return name
		case !secure:
			return fallback
		case c.Domain == "" && path == "/":
			return "__Host-" + fallback
		}
		return "__Secure-" + fallback
	}
	return &cookieJar{
		access:      cookieSpec{named(c.AccessName, "latchkey_access", c.AccessPath), c.AccessPath, true},
		refresh:     cookieSpec{named(c.RefreshName, "latchkey_refresh", c.RefreshPath), c.RefreshPath, true},
		csrf:        cookieSpec{named(c.CSRFName, "latchkey_csrf", "/"), "/", false},
		refreshCSRF: cookieSpec{c.RefreshCSRFName, "/", false},
		domain:      c.Domain,
		sameSite:    c.SameSite,
		secure:      secure,
		sessionOnly: c.SessionOnly,
	}
}

// specs lists all cookies that the configuration uses.
func (j *cookieJar) specs() []cookieSpec {
	all := []cookieSpec{j.access, j.refresh, j.csrf}
	if j.refreshCSRF.name != "" {
		all = append(all, j.refreshCSRF)
	}
	return all
}

// validate returns every mistake in the cookie configuration.
func (j *cookieJar) validate() []error {
	var errs []error
	seen := map[string]bool{}
	for _, s := range j.specs() {
		if err := j.cookie(s, "x").Valid(); err != nil {
			errs = append(errs, fmt.Errorf("cookie %q: %w", s.name, err))
		}
		if err := j.checkPrefix(s); err != nil {
			errs = append(errs, err)
		}
		if !strings.HasPrefix(s.path, "/") {
			errs = append(errs, fmt.Errorf("cookie %q: the path %q must begin with a slash", s.name, s.path))
		}
		if folded := strings.ToLower(s.name); seen[folded] {
			errs = append(errs, fmt.Errorf("cookie %q: two cookies have this name", s.name))
		} else {
			seen[folded] = true
		}
	}
	switch j.sameSite {
	case http.SameSiteLaxMode, http.SameSiteStrictMode, http.SameSiteNoneMode:
	default:
		errs = append(errs, fmt.Errorf("Cookie.SameSite is %d: use http.SameSiteLaxMode, http.SameSiteStrictMode or http.SameSiteNoneMode", j.sameSite))
	}
	if j.sameSite == http.SameSiteNoneMode && !j.secure {
		errs = append(errs, errors.New("Cookie.SameSite is None: browsers accept that only from Secure cookies; use https, or Cookie.ForceSecure on localhost"))
	}
	return errs
}

// checkPrefix applies the rules that browsers enforce for cookie name prefixes
// (RFC 6265bis, "Cookie Name Prefixes", and what follows it, which adds those
// with Http).
func (j *cookieJar) checkPrefix(s cookieSpec) error {
	name := strings.ToLower(s.name)
	host := strings.HasPrefix(name, "__host-")
	noScripts := strings.HasPrefix(name, "__http-") || strings.HasPrefix(name, "__host-http-")
	if !host && !noScripts && !strings.HasPrefix(name, "__secure-") {
		return nil
	}
	switch {
	case noScripts && !s.httpOnly:
		return fmt.Errorf("cookie %q: scripts must be able to read it, and browsers keep cookies with this prefix from them", s.name)
	case !j.secure:
		return fmt.Errorf("cookie %q: browsers refuse this prefix without https", s.name)
	case host && j.domain != "":
		return fmt.Errorf("cookie %q: browsers refuse __Host- together with Cookie.Domain %q", s.name, j.domain)
	case host && s.path != "/":
		return fmt.Errorf(`cookie %q: browsers refuse __Host- with a path other than "/"`, s.name)
	}
	return nil
}

// cookie makes a cookie that lives until the browser closes.
func (j *cookieJar) cookie(s cookieSpec, value string) *http.Cookie {
	return &http.Cookie{
		Name: s.name, Value: value, Path: s.path, Domain: j.domain,
		Secure: j.secure, HttpOnly: s.httpOnly, SameSite: j.sameSite,
	}
}

// set adds a cookie to the answer. life is how long a persistent one is kept.
func (j *cookieJar) set(w http.ResponseWriter, s cookieSpec, value string, life time.Duration) error {
	if len(s.name)+len(value) > maxCookieSize {
		return errCookieSize
	}
	c := j.cookie(s, value)
	if !j.sessionOnly {
		c.MaxAge = int(min(life, maxCookieAge) / time.Second)
	}
	http.SetCookie(w, c)
	return nil
}

// clear expires all our cookies.
func (j *cookieJar) clear(w http.ResponseWriter) {
	for _, s := range j.specs() {
		j.expire(w, s)
	}
}

func (j *cookieJar) expire(w http.ResponseWriter, s cookieSpec) {
	c := j.cookie(s, "")
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// clearStray expires a name wherever it may have been planted: with and
// without the domain, at every path in use. Cookies of one name that differ in
// path or domain live beside each other in a browser, and a request does not
// tell which is whose.
func (j *cookieJar) clearStray(w http.ResponseWriter, name string) {
	paths := map[string]bool{}
	for _, s := range j.specs() {
		paths[s.path] = true
	}
	domains := []string{""}
	if j.domain != "" {
		domains = append(domains, j.domain)
	}
	for path := range paths {
		for _, domain := range domains {
			http.SetCookie(w, &http.Cookie{Name: name, Path: path, Domain: domain, MaxAge: -1,
				Secure: j.secure, HttpOnly: true, SameSite: j.sameSite})
		}
	}
}

// read returns the value of the cookie of exactly this name. When the request
// has it twice, or has another whose name differs only in case, none of them
// can be trusted: the value is empty, and stray lists the names.
func (j *cookieJar) read(r *http.Request, name string) (value string, stray []string) {
	if len(r.Header["Cookie"]) == 0 {
		return "", nil
	}
	found, exact := 0, false
	for each, v := range cookiesLike(r, name) {
		found++
		exact = each == name
		value = v
	}
	if found == 0 || found == 1 && exact {
		return value, nil
	}
	for each := range cookiesLike(r, name) {
		if len(stray) < maxStray && !slices.Contains(stray, each) {
			stray = append(stray, each)
		}
	}
	return "", stray
}

// maxStray is how many names like that of one cookie are expired in one answer, so
// that its headers stay small enough for proxies. The next answer expires the next.
const maxStray = 8

// cookiesLike walks over the cookies whose names are name but for the case of
// letters. The Cookies method of requests would make a copy of each cookie of
// the site, for every request.
func cookiesLike(r *http.Request, name string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, line := range r.Header["Cookie"] {
			for len(line) > 0 {
				var pair string
				pair, line, _ = strings.Cut(line, ";")
				each, value, _ := strings.Cut(pair, "=")
				each = strings.Trim(each, " \t")
				// Equal lengths: a letter beyond ASCII that folds into ours is
				// longer, and no cookie can have it in its name.
				if len(each) == len(name) && strings.EqualFold(each, name) && !yield(each, unquote(value)) {
					return
				}
			}
		}
	}
}

// unquote takes the quotes off that a cookie's value may have (RFC 6265,
// section 4.1.1).
func unquote(value string) string {
	value = strings.Trim(value, " \t")
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		return value[1 : len(value)-1]
	}
	return value
}
