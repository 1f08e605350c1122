package accounthttp

import (
	"net/http"
	"slices"
	"strings"
)

// byMethod is a route: one handler for each method. A method it does not have is
// answered in JSON, with 405 and Allow (RFC 9110, section 15.5.6), which patterns
// with a method would answer in plain text.
type byMethod map[string]http.Handler

// ServeHTTP implements http.Handler.
func (m byMethod) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if method == http.MethodHead && m[http.MethodHead] == nil {
		method = http.MethodGet
	}
	if handler := m[method]; handler != nil {
		handler.ServeHTTP(w, r)
		return
	}
	allowed := m.allowed()
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	refusal := problem{status: http.StatusMethodNotAllowed, code: "method_not_allowed",
		msg: "Use " + strings.Join(allowed, " or ") + " here."}
	refusal.write(w)
}

func (m byMethod) allowed() []string {
	var allowed []string
	for method := range m {
		allowed = append(allowed, method)
		if method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	slices.Sort(allowed)
	return allowed
}
