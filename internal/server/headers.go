package server

import "net/http"

// contentSecurityPolicy allows the app its own files and nothing else. No
// script or style is inline, so it needs neither nonce nor hash.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'"

// oneYear is how long browsers remember to use https only (RFC 6797).
const oneYear = "max-age=31536000"

// withSecurityHeaders sets the headers of every answer, errors included, before
// any handler runs.
func withSecurityHeaders(next http.Handler, https bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if https {
			h.Set("Strict-Transport-Security", oneYear)
		}
		next.ServeHTTP(w, r)
	})
}
