package webapp

import (
	"net/http"
)

// Mux is an http.ServeMux that answers what it has no handler for in JSON, and
// OPTIONS with the methods there are.
type Mux struct {
	http.ServeMux
	// Refuse answers instead, if it is set.
	Refuse func(w http.ResponseWriter, r *http.Request, status int)
}

// ServeHTTP implements http.Handler.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, pattern := m.Handler(r)
	if pattern != "" {
		m.ServeMux.ServeHTTP(w, r)
		return
	}
	probe := &probe{header: http.Header{}}
	h.ServeHTTP(probe, r)
	if allow := probe.header.Get("Allow"); allow != "" {
		w.Header().Set("Allow", allow+", OPTIONS")
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusOK)
			return
		}
	}
	if probe.status < 400 {
		// It would clean the path up, and then find nothing.
		probe.status = http.StatusNotFound
	}
	m.refuse(w, r, probe.status)
}

// NotFound is a handler for what is not there.
func (m *Mux) NotFound(w http.ResponseWriter, r *http.Request) { m.refuse(w, r, http.StatusNotFound) }

func (m *Mux) refuse(w http.ResponseWriter, r *http.Request, status int) {
	if m.Refuse != nil {
		m.Refuse(w, r, status)
		return
	}
	JSON(w, status, Msg(http.StatusText(status)))
}

// probe finds out what a handler would answer.
type probe struct {
	header http.Header
	status int
}

func (p *probe) Header() http.Header         { return p.header }
func (p *probe) Write(b []byte) (int, error) { return len(b), nil }
func (p *probe) WriteHeader(status int)      { p.status = status }
