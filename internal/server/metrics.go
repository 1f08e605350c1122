package server

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// metrics are the counters that the server keeps for Prometheus. All values of
// labels are words of our own: no client can make up another. A nil *metrics
// counts nothing.
type metrics struct {
	registry *prometheus.Registry

	requests *prometheus.CounterVec   // route, method, status
	duration *prometheus.HistogramVec // route
	refusals *prometheus.CounterVec   // code

	accountEvents *prometheus.CounterVec // kind, reason
	started       prometheus.Counter
	ended         *prometheus.CounterVec // reason
	reuse         prometheus.Counter
	otherClient   prometheus.Counter
	feedResets    prometheus.Counter
}

// newMetrics returns counters that are all zero.
func newMetrics(version string) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: counters("http_requests_total", "Requests, by the status of the answer; none if the client went before there was one.", "route", "method", "status"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "latchkey_http_request_duration_seconds", Help: "How long answers took.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		refusals:      counters("refusals_total", "Requests that were refused, by the code of the answer.", "code"),
		accountEvents: counters("account_events_total", "What happened to accounts, by kind and, for what failed, reason.", "kind", "reason"),
		started:       counter("sessions_started_total", "Sessions that began."),
		ended:         counters("sessions_ended_total", "Sessions that were ended by this process, by reason.", "reason"),
		reuse:         counter("refresh_reuse_total", "Sessions that ended because an old refresh token was used: somebody may have a copy."),
		otherClient:   counter("refresh_other_client_total", "Refresh tokens that came within the grace window from another client than the session's."),
		feedResets:    counter("feed_resets_total", "How often the store was replaced or went back in time."),
	}
	for _, reason := range endReasons {
		m.ended.WithLabelValues(string(reason))
	}
	for _, kind := range accountKinds {
		m.accountEvents.WithLabelValues(string(kind), "")
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "latchkey_build_info", Help: "Always 1; the labels tell what runs.",
		ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.duration, m.refusals, m.accountEvents, m.started, m.ended, m.reuse, m.otherClient, m.feedResets)
	return m
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: "latchkey_" + name, Help: help})
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "latchkey_" + name, Help: help}, labels)
}

// endReasons and accountKinds are there from the start, at zero: the first of
// its kind would otherwise be no increase.
var (
	endReasons = []session.EndReason{
		session.EndedBySignOut, session.EndedByUser, session.EndedByAdmin, session.EndedByReplacement, session.EndedByReuse,
		session.EndedByFuture, session.EndedByPasswordChange, session.EndedByDisable, session.EndedByLimit,
	}
	accountKinds = []account.EventKind{
		account.EventSignedUp, account.EventSignedIn, account.EventLocked, account.EventPasswordChanged,
		account.EventPasswordReset, account.EventDisabled,
	}
)

// answered counts an answer.
func (m *metrics) answered(r *http.Request, answer *answerRecorder, took time.Duration) {
	if m == nil {
		return
	}
	route := r.Pattern // of the mux: there are as many as routes
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, knownMethod(r.Method), statusText(answer.status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
	if code := answer.Header()[codeHeader]; len(code) == 1 {
		m.refusals.WithLabelValues(code[0]).Inc()
	}
}

// knownMethod is a method that something here may answer.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// statusTexts spares every answer the making of the text.
var statusTexts = func() (texts [600]string) {
	for status := range texts {
		texts[status] = strconv.Itoa(status)
	}
	return texts
}()

func statusText(status int) string {
	switch {
	case status == 0:
		return "none" // the client went before there was an answer
	case status < 0 || status >= len(statusTexts):
		return "other"
	}
	return statusTexts[status]
}

// session counts an event of a session.
func (m *metrics) session(e session.Event) {
	if m == nil {
		return
	}
	switch e.Kind {
	case session.EventStarted:
		m.started.Inc()
	case session.EventEnded:
		m.ended.WithLabelValues(string(e.Reason)).Inc()
		if e.Reason == session.EndedByReuse {
			m.reuse.Inc()
		}
	case session.EventOtherClient:
		m.otherClient.Inc()
	case session.EventFeedReset:
		m.feedResets.Inc()
	}
}

// account counts an event of an account, and the sessions that ended by it.
func (m *metrics) account(e account.Event) {
	if m == nil {
		return
	}
	m.accountEvents.WithLabelValues(string(e.Kind), string(reasonLabel(e))).Inc()
	if len(e.Ended) > 0 {
		m.ended.WithLabelValues(string(endReason(e.Kind))).Add(float64(len(e.Ended)))
	}
}

// reasonLabel is the reason of an event, unless it is a scope: those have names
// that administrators give, as many as they like.
func reasonLabel(e account.Event) account.Reason {
	switch e.Kind {
	case account.EventScopeGranted, account.EventScopeRevoked:
		return ""
	}
	return e.Reason
}

// endReason is why sessions end by an event of an account.
func endReason(kind account.EventKind) session.EndReason {
	switch kind {
	case account.EventDisabled, account.EventDeleted:
		return session.EndedByDisable
	case account.EventPasswordChanged, account.EventPasswordSet, account.EventPasswordReset:
		return session.EndedByPasswordChange
	}
	return session.EndedByAdmin
}
