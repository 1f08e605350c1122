package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server"
)

// quiet leaves the log out of what is measured, but not the making of it.
func quiet(c *server.Config) {
	c.Logger = slog.New(slog.NewJSONHandler(discard{}, nil))
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkSignIn is a sign-in over a real connection: one password hash and
// two transactions that are on the disk when it is answered.
func BenchmarkSignIn(b *testing.B) {
	a := start(b, quiet)
	a.signUp()
	c := a.program()
	for b.Loop() {
		c.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword, "delivery": "body"}).want(200, "")
	}
}

// BenchmarkRefresh is the renewal of tokens over a real connection. Within ten
// seconds it does not rotate and writes nothing.
func BenchmarkRefresh(b *testing.B) {
	a := start(b, quiet)
	a.signUp()
	_, refresh := a.signInBody()
	c := a.program()
	c.do("POST", "/api/v1/refresh", m{"refresh_token": refresh}).want(200, "")
	for b.Loop() {
		c.do("POST", "/api/v1/refresh", m{"refresh_token": refresh}).want(200, "")
	}
}

// BenchmarkProtected is a request behind a guard: the guard alone with all the
// server puts before it, the same with two reads of the database, and the
// latter over a real connection.
func BenchmarkProtected(b *testing.B) {
	for _, c := range []struct{ name, method, path string }{
		{"guard", "POST", "/api/v1/activity"},
		{"me", "GET", "/api/v1/me"},
	} {
		b.Run(c.name, func(b *testing.B) {
			a := start(b, quiet)
			a.signUp()
			program, _ := a.signInBody()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest(c.method, c.path, nil)
					r.Header.Set("Authorization", "Bearer "+program.bearer)
					w := httptest.NewRecorder()
					a.handler.ServeHTTP(w, r)
					if w.Code/100 != 2 {
						b.Fatalf("got %d %s", w.Code, w.Body)
					}
				}
			})
		})
	}
	b.Run("connection", func(b *testing.B) {
		a := start(b, quiet)
		a.signUp()
		program, _ := a.signInBody()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				r, err := http.NewRequest("GET", a.url+"/api/v1/me", strings.NewReader(""))
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer "+program.bearer)
				program.send(r).want(200, "")
			}
		})
	})
}
