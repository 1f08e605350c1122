package guards

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/jwtauth/v5"
)

func newChiJWTAuth(secret []byte) (http.Handler, error) {
	auth := jwtauth.New("HS256", secret, nil)
	r := chi.NewRouter()
	r.Group(func(r chi.Router) {
		r.Use(jwtauth.Verifier(auth), jwtauth.Authenticator(auth))
		r.Get(Path, func(w http.ResponseWriter, r *http.Request) {
			_, claims, _ := jwtauth.FromContext(r.Context())
			subject, _ := claims["sub"].(string)
			answer(w, subject)
		})
	})
	return r, nil
}
