// Opentelemetry shows how what happens to sign-ins gets into traces: hooks put
// it on the span of the request. Copy this file; it depends on the API of
// OpenTelemetry alone, and the program chooses exporter and sampling.
package main

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/session"
)

// traced adds to hooks what tells the span of a request of it. Neither tokens
// nor names are told; ids are.
func traced(hooks latchkey.Hooks) latchkey.Hooks {
	event, verify := hooks.Event, hooks.Verify
	hooks.Event = func(ctx context.Context, e session.Event) {
		trace.SpanFromContext(ctx).AddEvent("session "+string(e.Kind), trace.WithAttributes(
			attribute.String("session.id", e.SessionID),
			attribute.String("enduser.id", e.Subject),
			attribute.String("latchkey.reason", string(e.Reason)),
		))
		if event != nil {
			event(ctx, e)
		}
	}
	hooks.Verify = func(ctx context.Context, t *latchkey.Token) error {
		trace.SpanFromContext(ctx).SetAttributes(
			attribute.String("session.id", t.SessionID),
			attribute.String("enduser.id", t.Subject),
		)
		if verify != nil {
			return verify(ctx, t)
		}
		return nil
	}
	return hooks
}

// span makes a span of each of the handler's requests, with the status of the
// answer.
func span(tracer trace.Tracer, name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, s := tracer.Start(r.Context(), name, trace.WithSpanKind(trace.SpanKindServer))
		defer s.End()
		answer := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r.WithContext(ctx))
		s.SetAttributes(attribute.Int("http.response.status_code", answer.status))
		if answer.status >= http.StatusInternalServerError {
			s.SetStatus(codes.Error, http.StatusText(answer.status))
		}
	})
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what it wraps.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
