package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"

	"github.com/latchkey-go/latchkey/internal/loopback"
)

// isCORSOrigin says whether an origin's pages may call the API. The list may
// change between two requests.
func (s *Server) isCORSOrigin(origin string) bool {
	return slices.Contains(s.live.Load().origins, origin)
}

// withCORS lets pages of the configured origins read answers (Fetch, section
// 3.2), refusals too. What such a page may do besides, the guards decide.
func (s *Server) withCORS(next http.Handler) http.Handler {
	return cors.New(cors.Options{
		AllowOriginFunc:  s.isCORSOrigin, // a list would allow patterns; this is exact
		AllowedMethods:   []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders:   []string{"Authorization", "Content-Type", "X-CSRF-TOKEN"},
		ExposedHeaders:   []string{"Retry-After", "Latchkey-Code", "Latchkey-Expires-In", requestIDHeader},
		AllowCredentials: true,
	}).Handler(next)
}

// checkOrigin says what is wrong with an origin of CORSOrigins: it must be as
// browsers write it, for it is compared as a whole (RFC 6454, section 6.2).
func checkOrigin(origin string) error {
	if strings.Contains(origin, "*") {
		return fmt.Errorf("--cors-origin %s is a pattern: name each origin, for whoever gets hold of one that fits could act for your users", origin)
	}
	u, err := url.Parse(origin)
	if err != nil || !isOrigin(origin) {
		return fmt.Errorf("--cors-origin %q is not an origin as browsers write it, such as https://www.example.com", origin)
	}
	if u.Scheme == "http" && !loopback.IsHost(u.Hostname()) {
		return fmt.Errorf("--cors-origin %s is http: everybody on the way could put scripts into its pages; use https", origin)
	}
	return nil
}
