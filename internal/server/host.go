package server

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// sentHost is the key of the Host header as it came, where it is not ours.
type sentHost struct{}

// withOwnHost hides from everything behind it a Host header that does not name
// us: whoever can send any Host (RFC 9110, section 7.2) must not have a say in
// addresses, or in whether a page is one of ours.
func withOwnHost(next http.Handler, address string) http.Handler {
	u, err := url.Parse(address)
	if err != nil { // the configuration was checked
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.EqualFold(r.Host, u.Host) {
			r = r.WithContext(context.WithValue(r.Context(), sentHost{}, r.Host))
			r.Host = u.Host
		}
		next.ServeHTTP(w, r)
	})
}

// asSent is the request with the Host that came, for the doctor.
func asSent(r *http.Request) *http.Request {
	sent, ok := r.Context().Value(sentHost{}).(string)
	if !ok {
		return r
	}
	r = r.WithContext(r.Context())
	r.Host = sent
	return r
}
