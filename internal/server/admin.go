package server

import (
	"net/http"

	"github.com/latchkey-go/latchkey/account/accounthttp"
)

// registerAdmin adds the routes for people with the scope "admin". The command
// "latchkey user add NAME --admin" makes the first one.
func (s *Server) registerAdmin(mux *http.ServeMux) {
	s.accounts.RegisterAdmin(mux, apiPrefix, accounthttp.Admin{Keys: s.keys})
}
