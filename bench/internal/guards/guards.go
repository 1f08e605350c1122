// Package guards has one protected route for each middleware, and the same
// route without it on the same framework. What a middleware adds is the
// difference.
package guards

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v4"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
)

// Framework is what a middleware plugs into.
type Framework string

// The frameworks.
const (
	NetHTTP Framework = "net/http"
	Chi     Framework = "chi"
	Echo    Framework = "echo"
	Gin     Framework = "gin"
)

// Path is the protected route.
const Path = "/me"

// Guard is one middleware, set up as its documentation shows, for HS256.
type Guard struct {
	Name      string
	Module    string // whose version is told
	Framework Framework
	// New returns the guarded route. Its handler answers with the subject.
	New func(secret []byte) (http.Handler, error)
}

// Peers are the middlewares that Latchkey is compared with. Each checks
// signature, algorithm, exp, and iss and aud where it can.
func Peers() []Guard {
	return []Guard{
		{"golang-jwt by hand", "github.com/golang-jwt/jwt/v5", NetHTTP, newByHand},
		{"echo-jwt", "github.com/labstack/echo-jwt/v4", Echo, newEchoJWT},
		{"gin-jwt v3", "github.com/appleboy/gin-jwt/v3", Gin, newGinJWT},
		{"auth0 v2", "github.com/auth0/go-jwt-middleware/v2", NetHTTP, newAuth0v2},
		{"chi jwtauth", "github.com/go-chi/jwtauth/v5", Chi, newChiJWTAuth},
		{"auth0 v3", "github.com/auth0/go-jwt-middleware/v3", NetHTTP, newAuth0v3},
	}
}

// Bare returns the route of a framework without any middleware.
func Bare(f Framework) http.Handler {
	subject := fixture.NewClaims().Subject
	switch f {
	case Chi:
		r := chi.NewRouter()
		r.Get(Path, func(w http.ResponseWriter, _ *http.Request) { answer(w, subject) })
		return r
	case Echo:
		e := echo.New()
		e.GET(Path, func(c echo.Context) error {
			answer(c.Response(), subject)
			return nil
		})
		return e
	case Gin:
		r := newGin()
		r.GET(Path, func(c *gin.Context) { answer(c.Writer, subject) })
		return r
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, _ *http.Request) { answer(w, subject) })
	return mux
}

var textPlain = []string{"text/plain; charset=utf-8"}

func answer(w http.ResponseWriter, subject string) {
	w.Header()["Content-Type"] = textPlain
	_, _ = w.Write([]byte(subject)) // the client may have gone
}

func newGin() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	return gin.New()
}
