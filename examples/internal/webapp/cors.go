package webapp

import (
	"net/http"
	"slices"

	"github.com/rs/cors"
)

// forOrigins lets pages of the origins of -cors call h and read its answers,
// and refuses changes that pages of any other site ask for.
func (s *Settings) forOrigins(h http.Handler, credentials bool, exposed []string) (http.Handler, error) {
	ours := http.NewCrossOriginProtection()
	for _, origin := range s.TrustedOrigins() {
		if err := ours.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	ours.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Latchkey-Code", "cross_origin")
		JSON(w, http.StatusForbidden, Msg("This request was made by another site, which is not allowed here."))
	}))
	if s.HTTPS() {
		h = onlyHTTPS(h)
	}
	origins := s.Origins()
	return cors.New(cors.Options{
		// A list would allow patterns; this is exact.
		AllowOriginFunc:  func(origin string) bool { return slices.Contains(origins, origin) },
		AllowedMethods:   []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders:   []string{"*"},
		AllowCredentials: credentials,
		ExposedHeaders:   append(exposed, "Latchkey-Code", "Latchkey-Expires-In"),
	}).Handler(ours.Handler(h)), nil
}

// onlyHTTPS tells browsers to come by https alone from now on (RFC 6797).
func onlyHTTPS(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		h.ServeHTTP(w, r)
	})
}
