package guards

import (
	"net/http"

	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"

	"github.com/latchkey-go/latchkey/bench/internal/libs"
)

func newEchoJWT(secret []byte) (http.Handler, error) {
	guard, err := echojwt.Config{
		SigningKey:    secret,
		SigningMethod: "HS256",
		NewClaimsFunc: func(echo.Context) jwt.Claims { return &libs.GolangJWTClaims{} },
	}.ToMiddleware()
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.GET(Path, func(c echo.Context) error {
		answer(c.Response(), c.Get("user").(*jwt.Token).Claims.(*libs.GolangJWTClaims).Subject)
		return nil
	}, guard)
	return e, nil
}
