package server

import (
	"context"
	"net/http"
	"time"
)

// withDeadline bounds how long a request may wait for others: the database, a
// turn to hash a password. A database that neither answers nor closes its
// connections, as of a machine that froze, would keep requests for as long as TCP
// goes on trying; so they are refused with 503 like those that find none.
//
// It ends waiting alone. An answer is written to its end all the same, for as
// long as Timeouts.Write allows: no handler asks anything after it has begun to
// answer.
func withDeadline(next http.Handler, most time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), most)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
