package guards

import (
	"context"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/latchkey-go/latchkey/bench/internal/libs"
)

type claimsKey struct{}

// newByHand is the middleware that most programs write around golang-jwt.
func newByHand(secret []byte) (http.Handler, error) {
	parser := libs.NewGolangJWTParser("HS256")
	key := func(*jwt.Token) (any, error) { return secret, nil }
	guard := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if !ok {
				http.Error(w, "token missing", http.StatusUnauthorized)
				return
			}
			claims := &libs.GolangJWTClaims{}
			if _, err := parser.ParseWithClaims(text, claims, key); err != nil {
				http.Error(w, "token invalid", http.StatusUnauthorized)
				return
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), claimsKey{}, claims)))
		})
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+Path, guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r.Context().Value(claimsKey{}).(*libs.GolangJWTClaims).Subject)
	})))
	return mux, nil
}
