package main

import (
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func TestSpans(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	otel.SetTracerProvider(sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder)))
	handler, err := newApp()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	for _, step := range []struct {
		method, path string
		status       int
	}{
		{"GET", "/me", 401}, {"POST", "/sign-in", 200}, {"GET", "/me", 200},
	} {
		r, err := http.NewRequest(step.method, server.URL+step.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != step.status {
			t.Fatalf("%s %s: %d, want %d", step.method, step.path, response.StatusCode, step.status)
		}
	}

	spans := recorder.Ended()
	if len(spans) != 3 {
		t.Fatalf("%d spans", len(spans))
	}
	if got := values(spans[0].Attributes()); got["enduser.id"] != "" || got["http.response.status_code"] != "401" {
		t.Errorf("a refused request: %v", got)
	}
	events := spans[1].Events()
	if len(events) != 1 || events[0].Name != "session session_started" || values(events[0].Attributes)["enduser.id"] != "1" {
		t.Errorf("a sign-in: %v", events)
	}
	if got := values(spans[2].Attributes()); got["enduser.id"] != "1" || got["session.id"] != values(events[0].Attributes)["session.id"] {
		t.Errorf("a request of somebody signed in: %v", got)
	}
}

// values are attributes as text.
func values(list []attribute.KeyValue) map[string]string {
	return maps.Collect(func(yield func(string, string) bool) {
		for _, a := range list {
			if !yield(string(a.Key), a.Value.String()) {
				return
			}
		}
	})
}
