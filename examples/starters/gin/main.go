// Gin is an API on the gin framework; guard makes its middleware of guards.
package main

import (
	"context"
	"log"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/memstore"
	"golang.org/x/crypto/bcrypt"
)

// users stands for your own table: id and password hash by name.
var users = map[string]struct{ id, hash string }{"ada": {"1", "$2a$10$Lel8kn37VJQlv2hLeIGUr.8YKlAQvLsx4f.9REbqLFbK4O/lrNylG"}}
var addr = "127.0.0.1:8080"

// guard leaves gin its own writer, so it does not fit Config.RenewWithin.
func guard(g func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed := false
		g(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed, c.Request = true, r // r has the token in its context
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort() // or gin would run the handler nevertheless
		}
	}
}

func main() {
	key, _ := jwt.GenerateKey(jwt.HS256) // jwt.OpenKeyring keeps it in a file
	auth, err := latchkey.New(latchkey.Config{Issuer: "http://localhost:8080", Keys: key,
		Store: memstore.New(), Locations: []latchkey.Location{latchkey.InHeader}})
	if err != nil {
		log.Fatal(err)
	}
	go auth.Run(context.Background())
	r := gin.Default()
	r.POST("/sign-in", func(c *gin.Context) {
		if u := users[c.PostForm("name")]; bcrypt.CompareHashAndPassword([]byte(u.hash), []byte(c.PostForm("password"))) != nil {
			c.String(http.StatusUnauthorized, "wrong name or password\n")
		} else if _, err := auth.SignIn(c.Writer, c.Request, latchkey.Login{Subject: u.id}); err != nil {
			auth.WriteError(c.Writer, c.Request, err)
		}
	})
	r.POST("/refresh", gin.WrapH(auth.RefreshHandler()))
	r.POST("/sign-out", gin.WrapH(auth.SignOutHandler()))
	r.Group("/notes", guard(auth.Required)).GET("/:id", func(c *gin.Context) {
		token, _ := latchkey.FromContext(c.Request.Context())
		c.String(http.StatusOK, "note %s of user %s\n", c.Param("id"), token.Subject)
	})
	r.DELETE("/account", guard(auth.Fresh(10*time.Minute)), func(c *gin.Context) { c.String(http.StatusOK, "account deleted\n") })
	log.Fatal(r.Run(addr))
}
