package oauthhttp

import (
	"encoding/json"
	"net/http"
	"strings"
)

// metadata are those of RFC 8414, section 2 that are true of Latchkey.
type metadata struct {
	Issuer            string   `json:"issuer"`
	JWKS              string   `json:"jwks_uri,omitempty"`
	Introspection     string   `json:"introspection_endpoint"`
	IntrospectionAuth []string `json:"introspection_endpoint_auth_methods_supported"`
	Revocation        string   `json:"revocation_endpoint,omitempty"`
	RevocationAuth    []string `json:"revocation_endpoint_auth_methods_supported,omitempty"`
	ResponseTypes     []string `json:"response_types_supported"`
	GrantTypes        []string `json:"grant_types_supported"`
}

// Metadata answers GET with the authorization server metadata of RFC 8414, in
// which other programs find the endpoints, as Register puts them below prefix.
//
// Latchkey has no authorization endpoint and no token endpoint: people sign in
// with the program itself. The lists of response types and grant types are
// therefore empty, and there all the same. The RFC requires the first and reads
// a missing second as "authorization_code" and "implicit", which would not be
// true; its section 3.2 would have empty lists left out.
func (h *Handlers) Metadata(prefix string) http.Handler {
	prefix = h.base + strings.TrimRight(prefix, "/")
	m := metadata{
		Issuer: h.issuer, JWKS: h.jwks,
		Introspection: prefix + introspectPath, IntrospectionAuth: authMethods,
		ResponseTypes: []string{}, GrantTypes: []string{},
	}
	if h.canRevoke() {
		m.Revocation, m.RevocationAuth = prefix+revokePath, authMethods
	}
	body, err := json.Marshal(m)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			err := &problem{status: http.StatusMethodNotAllowed, code: "invalid_request", allow: "GET, HEAD", msg: "Use GET here."}
			h.writeError(w, r, err)
			return
		case err != nil: // cannot be: strings and lists of strings
			h.writeError(w, r, internal(err))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(body) // the client may have gone
	})
}
