// Echo is an API on the echo framework, whose WrapMiddleware makes middleware of
// guards: it runs the handler only if the guard lets the request pass.
package main

import (
	"context"
	"log"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"golang.org/x/crypto/bcrypt"
)

// users stands for your own table: id and password hash by name.
var users = map[string]struct{ id, hash string }{"ada": {"1", "$2a$10$Lel8kn37VJQlv2hLeIGUr.8YKlAQvLsx4f.9REbqLFbK4O/lrNylG"}}
var addr = "127.0.0.1:8080"

func main() {
	key, _ := jwt.GenerateKey(jwt.HS256) // jwt.OpenKeyring keeps it in a file
	auth, err := latchkey.New(latchkey.Config{Issuer: "http://localhost:8080", Keys: key,
		Store: memstore.New(), Locations: []latchkey.Location{latchkey.InHeader}})
	if err != nil {
		log.Fatal(err)
	}
	go auth.Run(context.Background())
	e := echo.New()
	e.POST("/sign-in", func(c echo.Context) error {
		u := users[c.FormValue("name")]
		if bcrypt.CompareHashAndPassword([]byte(u.hash), []byte(c.FormValue("password"))) != nil {
			return c.String(http.StatusUnauthorized, "wrong name or password\n")
		}
		if _, err := auth.SignIn(c.Response(), c.Request(), latchkey.Login{Subject: u.id}); err != nil {
			auth.WriteError(c.Response(), c.Request(), err)
		}
		return nil
	})
	e.POST("/refresh", echo.WrapHandler(auth.RefreshHandler()))
	e.POST("/sign-out", echo.WrapHandler(auth.SignOutHandler()))
	e.Group("/notes", echo.WrapMiddleware(auth.Required)).GET("/:id", func(c echo.Context) error {
		token, _ := latchkey.FromContext(c.Request().Context())
		return c.String(http.StatusOK, "note "+c.Param("id")+" of user "+token.Subject+"\n")
	})
	e.DELETE("/account", func(c echo.Context) error {
		return c.String(http.StatusOK, "account deleted\n") // needs a sign-in of the last ten minutes
	}, echo.WrapMiddleware(auth.Fresh(10*time.Minute)))
	log.Fatal(e.Start(addr))
}
