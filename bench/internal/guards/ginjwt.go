package guards

import (
	"net/http"
	"time"

	ginjwt "github.com/appleboy/gin-jwt/v3"
	"github.com/gin-gonic/gin"
)

func newGinJWT(secret []byte) (http.Handler, error) {
	guard, err := ginjwt.New(&ginjwt.GinJWTMiddleware{
		Realm: "bench", Key: secret, SigningAlgorithm: "HS256", Timeout: time.Hour, IdentityKey: "sub",
		Authenticator: func(*gin.Context) (any, error) { return nil, ginjwt.ErrFailedAuthentication },
	})
	if err != nil {
		return nil, err
	}
	r := newGin()
	r.GET(Path, guard.MiddlewareFunc(), func(c *gin.Context) {
		subject, _ := ginjwt.ExtractClaims(c)["sub"].(string)
		answer(c.Writer, subject)
	})
	return r, nil
}
