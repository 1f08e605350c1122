package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/latchkey-go/latchkey/internal/server"
)

func withMetrics(c *server.Config) {
	c.MetricsAddr, c.Version = "127.0.0.1:0", "v1.2.3-test"
}

// scrape is what Prometheus reads.
type scrape struct {
	t        testing.TB
	text     string
	families map[string]*dto.MetricFamily
}

// scrape reads the metrics as Prometheus does, with its own parser.
func (a *app) scrape() scrape {
	a.t.Helper()
	response, err := http.Get(a.metrics)
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 {
		a.t.Fatalf("%d %s, %v", response.StatusCode, text, err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(text)))
	if err != nil {
		a.t.Fatalf("%v in:\n%s", err, text)
	}
	return scrape{a.t, string(text), families}
}

// value is the value of a counter or gauge, or the count of a histogram; zero if
// there is none. Labels are pairs of name and value.
func (s scrape) value(name string, labels ...string) float64 {
	s.t.Helper()
	for _, metric := range s.families[name].GetMetric() {
		if !hasLabels(metric, labels) {
			continue
		}
		switch {
		case metric.Counter != nil:
			return metric.Counter.GetValue()
		case metric.Gauge != nil:
			return metric.Gauge.GetValue()
		case metric.Histogram != nil:
			return float64(metric.Histogram.GetSampleCount())
		}
	}
	return 0
}

func hasLabels(metric *dto.Metric, pairs []string) bool {
	has := map[string]string{}
	for _, label := range metric.GetLabel() {
		has[label.GetName()] = label.GetValue()
	}
	for i := 0; i < len(pairs); i += 2 {
		if has[pairs[i]] != pairs[i+1] {
			return false
		}
	}
	return true
}

// moved is one metric and by how much it should have risen.
type moved struct {
	by     float64
	name   string
	labels []string
}

// moves checks that f makes metrics rise.
func (a *app) moves(f func(), want ...moved) {
	a.t.Helper()
	before := a.scrape()
	f()
	after := a.scrape()
	for _, w := range want {
		if got := after.value(w.name, w.labels...) - before.value(w.name, w.labels...); got != w.by {
			a.t.Errorf("%s%v rose by %v, want %v", w.name, w.labels, got, w.by)
		}
	}
}

// What happens is counted, on either database.
func TestMetricsMove(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		var ahead atomic.Int64 // of the clock
		a := start(t, database, withMetrics, func(c *server.Config) {
			c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		})
		var b *client
		a.moves(func() { b = a.signUp() },
			moved{1, "latchkey_http_requests_total", []string{"route", "/api/v1/sign-up", "method", "POST", "status", "201"}},
			moved{1, "latchkey_http_request_duration_seconds", []string{"route", "/api/v1/sign-up"}},
			moved{1, "latchkey_sessions_started_total", nil},
			moved{1, "latchkey_account_events_total", []string{"kind", "signed_up"}})
		a.moves(func() {
			a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": "some other password"}).want(401, "")
		},
			moved{1, "latchkey_refusals_total", []string{"code", "invalid_credentials"}},
			moved{1, "latchkey_account_events_total", []string{"kind", "sign_in_failed", "reason", "wrong_password"}},
			moved{0, "latchkey_sessions_started_total", nil})
		a.moves(func() { a.program().do("GET", "/api/v1/me", nil).want(401, "token_missing") },
			moved{1, "latchkey_refusals_total", []string{"code", "token_missing"}},
			moved{1, "latchkey_http_requests_total", []string{"route", "/api/v1/me", "method", "GET", "status", "401"}})
		a.moves(func() { b.do("DELETE", "/api/v1/sessions/"+strings.Repeat("A", 22), nil).want(404, "") },
			moved{1, "latchkey_http_requests_total", []string{"route", "/api/v1/sessions/{id}", "method", "DELETE", "status", "404"}})

		phone, refresh := a.signInBody()
		a.moves(func() { phone.do("GET", "/api/v1/me", nil).want(200, "") }, moved{1, "latchkey_token_cache_misses_total", nil})
		a.tokenCacheHits(phone.bearer)

		a.moves(func() {
			p := a.program()
			renewed := p.do("POST", "/api/v1/refresh", m{"refresh_token": refresh}).want(200, "")
			ahead.Store(int64(11 * time.Second))
			p.do("POST", "/api/v1/refresh", m{"refresh_token": renewed.string("refresh_token")}).want(200, "")
			p.do("POST", "/api/v1/refresh", m{"refresh_token": refresh}).want(401, "session_ended")
		}, moved{1, "latchkey_refresh_reuse_total", nil}, moved{1, "latchkey_sessions_ended_total", []string{"reason", "reuse"}})
		for a.scrape().value("latchkey_clock_skew_seconds") > -2 { // until the feed is read again
		}

		a.signIn()
		a.moves(func() {
			b.do("POST", "/api/v1/password", m{"current_password": adaPassword, "new_password": newPassword}).want(200, "")
		},
			moved{1, "latchkey_sessions_ended_total", []string{"reason", "password_changed"}},
			moved{1, "latchkey_sessions_ended_total", []string{"reason", "replaced"}})
		last := a.scrape().value("latchkey_feed_last_number")
		b.do("POST", "/api/v1/sign-out", nil).want(200, "")
		for a.scrape().value("latchkey_feed_last_number") == last {
		}

		got := a.scrape()
		for _, name := range []string{"latchkey_feed_entries", "latchkey_feed_fresh", "latchkey_hashing_workers",
			"latchkey_hashing_queue_size", "go_goroutines", "latchkey_build_info"} {
			if got.value(name) <= 0 {
				t.Errorf("%s is %v", name, got.value(name))
			}
		}
		if got.value("latchkey_build_info", "version", "v1.2.3-test") != 1 {
			t.Error("the version is not told")
		}
		for _, secret := range []string{ada, adaPassword, newPassword, phone.bearer, refresh, "127.0.0.1"} {
			if strings.Contains(got.text, secret) {
				t.Errorf("the metrics have %.10q…", secret)
			}
		}
	})
}

// tokenCacheHits uses a token until that is counted: hits are sampled.
func (a *app) tokenCacheHits(bearer string) {
	before := a.scrape().value("latchkey_token_cache_hits_total")
	for a.scrape().value("latchkey_token_cache_hits_total") == before {
		for range 100 {
			a.activity(bearer)
		}
	}
}

// activity is a request that passes a guard, without a connection.
func (a *app) activity(bearer string) {
	r := httptest.NewRequest("POST", "/api/v1/activity", nil)
	r.Header.Set("Authorization", "Bearer "+bearer)
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	if w.Code != 204 {
		a.t.Fatalf("got %d %s", w.Code, w.Body)
	}
}

// Every request that is turned away for want of a worker is counted.
func TestMetricsOfTheHashingQueue(t *testing.T) {
	a := start(t, withMetrics)
	a.signUp()
	var refused atomic.Int64
	a.moves(func() {
		var everybody sync.WaitGroup
		for range 60 {
			everybody.Go(func() {
				p := a.program()
				if p.do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).status == 503 {
					refused.Add(1)
				}
			})
		}
		everybody.Wait()
	})
	got := a.scrape()
	if n := float64(refused.Load()); n == 0 || got.value("latchkey_hashing_refused_total") != n || got.value("latchkey_refusals_total", "code", "busy") != n {
		t.Errorf("%v were refused; counted are %v and %v", n, got.value("latchkey_hashing_refused_total"), got.value("latchkey_refusals_total", "code", "busy"))
	}
	if got.value("latchkey_hashing_running") != 0 || got.value("latchkey_hashing_waiting") != 0 {
		t.Error("the queue is not empty afterwards")
	}
}

// No client can make up values of labels.
func TestMetricLabelsAreBounded(t *testing.T) {
	a := start(t, withMetrics)
	a.signUp()
	for _, path := range []string{"/canary", "/api/v1/canary", "/api/v1/sessions/canary", "/assets/canary", "//canary", "/.well-known/canary", "/a/../canary"} {
		for _, method := range []string{"GET", "POST", "CANARY"} {
			a.program().do(method, path, nil, func(r *http.Request) { r.Header.Set("Latchkey-Code", "canary") })
		}
	}
	if text := a.scrape().text; strings.Contains(strings.ToLower(text), "canary") {
		t.Errorf("a client writes into the metrics:\n%s", text)
	}
}

// Metrics are off unless asked for, and never on the port of the app.
func TestMetricsAreApart(t *testing.T) {
	off := start(t)
	if off.metrics != "" {
		t.Errorf("metrics are at %s", off.metrics)
	}
	on := start(t, withMetrics)
	for _, a := range []*app{off, on} {
		if got := a.program().do("GET", "/metrics", nil); strings.Contains(string(got.body), "latchkey_http") {
			t.Errorf("the app's port answers with metrics: %.200s", got.body)
		}
	}
	base := strings.TrimSuffix(on.metrics, "/metrics")
	for _, path := range []string{"/", "/api/v1/me", "/healthz", "/debug/pprof/"} {
		response, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != 404 {
			t.Errorf("the port of the metrics answers %s with %d", path, response.StatusCode)
		}
	}
	on.stop()
	if _, err := http.Get(on.metrics); err == nil {
		t.Error("the port of the metrics is open after the end")
	}
}

// Counting costs a request that passes no memory.
func TestMetricsAllocateNothing(t *testing.T) {
	allocations := func(options ...func(*server.Config)) float64 {
		a := start(t, append(options, quiet)...)
		a.signUp()
		program, _ := a.signInBody()
		a.activity(program.bearer) // from now on everything is remembered
		return testing.AllocsPerRun(1000, func() { a.activity(program.bearer) })
	}
	if without, with := allocations(), allocations(withMetrics); with > without {
		t.Errorf("%v allocations with metrics, %v without", with, without)
	}
}
