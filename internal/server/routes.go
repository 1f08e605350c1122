package server

import (
	"net/http"
	"path"
	"strings"
)

// apiPrefix is where the API is. What is below it is answered in JSON, always.
const apiPrefix = "/api/v1"

// jwksPath is where the public keys are.
const jwksPath = "/.well-known/jwks.json"

// reserved are paths that never are pages of the app, where there is nothing
// else. With a slash at the end it is all that is below: a probe that is sent
// to /readyz/ must not be answered with a page and 200.
var reserved = []string{
	"/api", "/api/", "/.well-known", "/.well-known/", oauthPrefix, oauthPrefix + "/", "/debug", "/debug/",
	"/healthz/", "/readyz/",
}

// routes joins all that the server answers, in the order in which a request
// passes through.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	s.accounts.Register(mux, apiPrefix)
	s.registerAdmin(mux)
	s.registerOAuth(mux)
	mux.Handle(apiPrefix+"/config", getOnly(s.publicConfig))
	s.registerDescription(mux)
	for _, path := range reserved {
		mux.HandleFunc(path, notFound)
	}
	mux.Handle("/healthz", getOnly(alive))
	mux.Handle("/readyz", getOnly(s.ready))
	mux.Handle(jwksPath, getOnly(s.auth.JWKSHandler().ServeHTTP))
	mux.Handle("/.well-known/change-password", getOnly(changePassword))
	s.registerDebug(mux)
	mux.Handle("/", s.app)
	answered := withRequestLog(s.withCORS(refuseOddPaths(mux)), s.log, s.trustedProxies, s.metrics)
	return withOwnHost(withSecurityHeaders(withDeadline(answered, s.cfg.Timeouts.Wait), isHTTPS(s.url)), s.url)
}

// publicConfig tells the app what it must know before anybody has signed in.
func (s *Server) publicConfig(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		SignUp            bool   `json:"sign_up"`
		PasswordMinLength int    `json:"password_min_length"`
		Dev               bool   `json:"dev"`
		IdleSeconds       int64  `json:"idle_seconds"`
		CSRFCookie        string `json:"csrf_cookie"`
	}{true, s.passwordMinLength, s.cfg.Dev, int64(s.cfg.IdlePrompt.Seconds()), s.csrfCookie()})
}

// changePassword leads password managers to the page where a password is
// changed (W3C, "A Well-Known URL for Changing Passwords").
func changePassword(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/account", http.StatusFound)
}

// getOnly answers any method but GET and HEAD with 405 in JSON.
func getOnly(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isRead(r) {
			methodNotAllowed(w)
			return
		}
		handler(w, r)
	})
}

// isRead says whether a request asks to be shown something.
func isRead(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// refuseOddPaths answers in our form what the mux would answer by a redirect or
// in plain text: paths in need of cleaning, which no honest client sends.
func refuseOddPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isClean(r.URL.Path) || hidesSlash(r.URL.RawPath) {
			notFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isClean says whether a path has no empty, "." or ".." parts, no bytes that
// are not text, and begins with a slash.
func isClean(p string) bool {
	if !strings.HasPrefix(p, "/") || strings.Contains(p, "//") || strings.ContainsFunc(p, isControl) {
		return false
	}
	return p == "/" || path.Clean(p) == strings.TrimSuffix(p, "/")
}

// hidesSlash says whether a path as it was sent has a slash that is encoded: the
// mux would take /api%2Fv1/me for a page, and others for what is below /api.
func hidesSlash(raw string) bool { return strings.Contains(strings.ToUpper(raw), "%2F") }

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }
