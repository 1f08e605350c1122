package server

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// requestIDHeader tells the client under which id the log has its request.
const requestIDHeader = "X-Request-Id"

type requestIDKey struct{}

// newRequestID is an id that nothing else has.
func newRequestID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// requestID is the id of a request: that of the reverse proxy in front of us if
// it is a trusted one and has given one, so that both logs say the same; else a
// new one. An id that a client chose would let it write into the log.
func (p proxies) requestID(r *http.Request) string {
	if given := r.Header[requestIDHeader]; len(given) == 1 && isRequestID(given[0]) && p.sent(r) {
		return given[0]
	}
	return newRequestID()
}

// isRequestID says whether text is fit to be an id in a log.
func isRequestID(text string) bool {
	return text != "" && len(text) <= 64 && !strings.ContainsFunc(text, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		return !letter && !('0' <= c && c <= '9') && c != '.' && c != '_' && c != '-'
	})
}

// requestLogger adds the request id to every record that is logged for a
// request, by whatever package.
type requestLogger struct{ slog.Handler }

// Handle implements slog.Handler.
func (l requestLogger) Handle(ctx context.Context, r slog.Record) error {
	if id, ok := ctx.Value(requestIDKey{}).(string); ok {
		r.AddAttrs(slog.String("request", id))
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (l requestLogger) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLogger{l.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (l requestLogger) WithGroup(name string) slog.Handler {
	return requestLogger{l.Handler.WithGroup(name)}
}

// withRequestLog gives every request an id, logs and counts what became of it,
// and answers 500 when a handler panics. The log has the path but never the
// query, headers or bodies: secrets travel in those.
func withRequestLog(next http.Handler, log *slog.Logger, trusted func() proxies, m *metrics) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		trusted := trusted()
		id := trusted.requestID(r)
		w.Header().Set(requestIDHeader, id)
		ctx := context.WithValue(r.Context(), requestIDKey{}, id)
		r = r.WithContext(ctx)
		answer := &answerRecorder{ResponseWriter: w}
		defer func() {
			recoverPanic(ctx, answer, log, recover())
			answer.settle(ctx)
			took := time.Since(start)
			m.answered(r, answer, took)
			log.LogAttrs(ctx, slog.LevelInfo, "request",
				slog.String("method", clip(r.Method)), slog.String("path", clip(r.URL.Path)),
				slog.Int("status", answer.status), slog.Int64("bytes", answer.bytes),
				slog.Duration("took", took), slog.String("client", trusted.clientAddress(r)))
		}()
		next.ServeHTTP(answer, r)
	})
}

// recoverPanic answers for a handler that panicked. The stack goes to the log
// alone. cause is what recover returned.
func recoverPanic(ctx context.Context, w *answerRecorder, log *slog.Logger, cause any) {
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler {
		panic(cause) // the way to cut a connection short, not a fault
	}
	log.LogAttrs(ctx, slog.LevelError, "a handler panicked",
		slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		for _, meant := range []string{"Content-Encoding", "Content-Length", "Etag", "Set-Cookie"} {
			w.Header().Del(meant) // for the answer that is not coming
		}
		writeProblem(w, http.StatusInternalServerError, "internal",
			"Something went wrong on our side. The operator finds it in the log under the id in the header "+requestIDHeader+".")
	}
}

// clip bounds what a client can write into the log with one request.
func clip(s string) string {
	const most = 256
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// answerRecorder notes what was answered.
type answerRecorder struct {
	http.ResponseWriter
	status int // 0: nothing yet
	bytes  int64
}

// settle notes what net/http answers for a handler that said nothing: 200. The
// status stays 0 where the client has gone and nobody was answered; who waited
// until withDeadline ended the wait is still there.
func (a *answerRecorder) settle(ctx context.Context) {
	if a.status == 0 && !errors.Is(ctx.Err(), context.Canceled) {
		a.status = http.StatusOK
	}
}

// WriteHeader implements http.ResponseWriter.
func (a *answerRecorder) WriteHeader(status int) {
	if a.status == 0 && status >= 200 { // 1xx come before the answer
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *answerRecorder) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answerRecorder) Unwrap() http.ResponseWriter { return a.ResponseWriter }
