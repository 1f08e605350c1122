package latchkey

import (
	"crypto/subtle"
	"html/template"
	"mime"
	"net/http"
	"net/url"
	"slices"
)

// CSRFConfig protects requests whose token travels in a cookie, which browsers
// add to requests that other sites cause.
//
// Two layers apply to unsafe methods: the browser's own word about who made
// the request (http.CrossOriginProtection), and a value that only our pages
// can read and that the request must repeat (double submit). The value belongs
// to the session: it does not change when tokens are renewed.
type CSRFConfig struct {
	// HeaderName is where scripts repeat the value. Defaults to
	// "X-CSRF-TOKEN".
	HeaderName string

	// FormField is where forms repeat the value, in bodies of the type
	// application/x-www-form-urlencoded up to 64 KiB. Defaults to
	// "csrf_token". A header, if there is one, counts instead.
	FormField string

	// Methods are the methods that need the value. Defaults to all but GET,
	// HEAD, OPTIONS and TRACE.
	Methods []string

	// OriginOnly drops the second layer. Fit for an API that only scripts of
	// other origins call (Config.TrustedOrigins): they cannot read the value
	// from a cookie. Browsers of before 2020 are then not protected.
	OriginOnly bool
}

func (c *CSRFConfig) setDefaults() {
	setDefault(&c.HeaderName, "X-CSRF-TOKEN")
	setDefault(&c.FormField, "csrf_token")
}

// demands says whether a request of this method must repeat the value.
func (c *CSRFConfig) demands(method string) bool {
	if c.OriginOnly {
		return false
	}
	if c.Methods != nil {
		return slices.Contains(c.Methods, method)
	}
	return !isSafe(method)
}

// isSafe says whether a method changes nothing (RFC 9110, section 9.2.1).
func isSafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// CheckOrigin refuses requests of unsafe methods that another site's page made,
// with ErrCrossOrigin, as net/http's CrossOriginProtection does. Guards do so
// for cookies, and SignIn, SignOut and refreshing always; a handler that checks
// a password calls it before, so that other sites cannot try.
func (a *Auth) CheckOrigin(r *http.Request) error {
	err := a.origins.Check(r)
	if err == nil || a.trustsOrigin(r.Header.Get("Origin")) {
		return nil
	}
	return ErrCrossOrigin.because(err)
}

// trustsOrigin says whether the configuration names an origin.
func (a *Auth) trustsOrigin(origin string) bool {
	return slices.Contains(a.cfg.TrustedOrigins, origin) || origin != "" && a.cfg.TrustOrigin != nil && a.cfg.TrustOrigin(origin)
}

// checkCSRF refuses a request with a cookie token unless our own page made it.
func (a *Auth) checkCSRF(r *http.Request, want string) error {
	if !a.cfg.CSRF.demands(r.Method) {
		return nil
	}
	got := a.presentedCSRF(r)
	if got == "" {
		return ErrCSRF.saying("The CSRF value is missing. Read it from the cookie " + a.cookies.csrf.name +
			" and send it in the header " + a.cfg.CSRF.HeaderName + ".")
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(got), []byte(want)) != 1 {
		return ErrCSRF.saying("The CSRF value is not the one of this session. Read the cookie " +
			a.cookies.csrf.name + " again, or reload the page.")
	}
	return nil
}

// presentedCSRF finds the value in the header, else in a form.
func (a *Auth) presentedCSRF(r *http.Request) string {
	if v := r.Header.Get(a.cfg.CSRF.HeaderName); v != "" {
		return v
	}
	if !isForm(r) {
		return ""
	}
	if r.PostForm != nil { // somebody has read the body
		return r.PostForm.Get(a.cfg.CSRF.FormField)
	}
	// Request.ParseForm passes over the bodies of some methods.
	body, ok := readBody(r)
	if !ok {
		return ""
	}
	form, _ := url.ParseQuery(string(body)) // what it can read of it
	return form.Get(a.cfg.CSRF.FormField)
}

func isForm(r *http.Request) bool {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && t == "application/x-www-form-urlencoded"
}

// CSRFField returns the hidden form field that carries the CSRF value, for
// templates. It is empty when the request was let pass without a token.
func (a *Auth) CSRFField(r *http.Request) template.HTML {
	t, ok := FromContext(r.Context())
	if !ok {
		return ""
	}
	return template.HTML(`<input type="hidden" name="` + template.HTMLEscapeString(a.cfg.CSRF.FormField) +
		`" value="` + template.HTMLEscapeString(t.CSRF) + `">`)
}
