package latchkey

import (
	"net/http"
	"net/url"
	"strings"
)

// RedirectTo returns a function for Hooks.Error that sends people who are
// looking at pages to the sign-in page, with the page they asked for in the
// parameter next. Requests of scripts still get a JSON error, and so do people
// whom signing in would not help.
//
//	Hooks: latchkey.Hooks{Error: latchkey.RedirectTo("/sign-in")}
func RedirectTo(signIn string) func(http.ResponseWriter, *http.Request, *Error) {
	return func(w http.ResponseWriter, r *http.Request, e *Error) {
		if e.Status != http.StatusUnauthorized || !isPageVisit(r) {
			writeError(w, e)
			return
		}
		target := signIn
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			target = withQuery(signIn, "next="+url.QueryEscape(r.URL.RequestURI()))
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, target, http.StatusSeeOther)
	}
}

// withQuery adds a parameter to an address that may have some, or a fragment.
func withQuery(address, parameter string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + parameter
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// isPageVisit says whether a browser made the request to show a page.
func isPageVisit(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" {
		return mode == "navigate"
	}
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// ReturnTo gives the page to go to after signing in: the parameter next of the
// URL or the form if it is a path of this site, else fallback. Nothing that a
// browser could take for another site passes.
func ReturnTo(r *http.Request, fallback string) string {
	if next := r.FormValue("next"); isLocalPath(next) {
		return next
	}
	return fallback
}

// isLocalPath accepts a path with an optional query and fragment. Browsers
// drop control characters, read a backslash as a slash, and take two leading
// slashes for another host, so none of these may appear.
func isLocalPath(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return false
	}
	for _, c := range path {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return false
		}
	}
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && !strings.HasPrefix(u.Path, "//")
}
