package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// Every number of the state is told under its own name.
func TestStateMetrics(t *testing.T) {
	collector := stateCollector{func() state {
		return state{
			feed: session.FeedStatus{Fresh: true, Age: 1500 * time.Millisecond, Last: 2, Epoch: 3, Skew: -4 * time.Second, Entries: 5,
				Err: errors.New("not told")},
			hashing: account.Status{Workers: 6, Running: 7, Queue: 8, Waiting: 9, Refused: 10},
			audit:   account.AuditStatus{Waiting: 11, Lost: 12},
			hits:    13, misses: 14,
			keyAge: 15 * time.Second, keys: 16,
		}
	}}
	for name, want := range map[string]string{
		"feed_fresh": "gauge 1", "feed_age_seconds": "gauge 1.5", "feed_last_number": "gauge 2", "epoch": "gauge 3",
		"clock_skew_seconds": "gauge -4", "feed_entries": "gauge 5", "hashing_workers": "gauge 6", "hashing_running": "gauge 7",
		"hashing_queue_size": "gauge 8", "hashing_waiting": "gauge 9", "hashing_refused_total": "counter 10",
		"audit_waiting": "gauge 11", "audit_lost_total": "counter 12",
		"token_cache_hits_total": "counter 13", "token_cache_misses_total": "counter 14",
		"signing_key_age_seconds": "gauge 15", "keys_accepted": "gauge 16",
	} {
		if got := gathered(t, collector, "latchkey_"+name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// The alarm about a feed that is not heard of rests on this 0.
func TestStaleFeedMetric(t *testing.T) {
	stale := stateCollector{func() state { return state{feed: session.FeedStatus{Running: true, Age: time.Minute}} }}
	if got := gathered(t, stale, "latchkey_feed_fresh"); got != "gauge 0" {
		t.Errorf("of a stale feed: %s", got)
	}
}

// gathered is the kind and the value of a metric with these values of labels.
func gathered(t *testing.T, c prometheus.Collector, name string, labels ...string) string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			var has []string
			for _, label := range m.GetLabel() {
				has = append(has, label.GetValue())
			}
			if slices.Equal(has, labels) {
				return fmt.Sprint(strings.ToLower(family.GetType().String()), " ", m.GetGauge().GetValue()+m.GetCounter().GetValue())
			}
		}
	}
	return "not there"
}

// What happens rarely is counted too.
func TestRareEventsAreCounted(t *testing.T) {
	m := newMetrics("v0")
	m.session(session.Event{Kind: session.EventOtherClient})
	m.session(session.Event{Kind: session.EventFeedReset})
	m.session(session.Event{Kind: session.EventTokenRevoked})
	m.account(account.Event{Kind: account.EventDisabled, Ended: []string{"a", "b"}})
	m.account(account.Event{Kind: account.EventPasswordReset, Ended: []string{"c"}})
	m.account(account.Event{Kind: account.EventScopeGranted, Reason: "billing"})
	m.account(account.Event{Kind: account.EventScopeGranted, Reason: "support"})
	m.account(account.Event{Kind: account.EventScopeRevoked, Reason: "billing"})
	for _, c := range []struct {
		collector prometheus.Collector
		name      string
		labels    []string
		want      string
	}{
		{m.accountEvents, "account_events_total", []string{"scope_granted", ""}, "counter 2"}, // not by the name of the scope
		{m.accountEvents, "account_events_total", []string{"scope_revoked", ""}, "counter 1"},
		{m.otherClient, "refresh_other_client_total", nil, "counter 1"},
		{m.feedResets, "feed_resets_total", nil, "counter 1"},
		{m.ended, "sessions_ended_total", []string{"password_changed"}, "counter 1"},
		{m.ended, "sessions_ended_total", []string{"user_disabled"}, "counter 2"},
		{m.ended, "sessions_ended_total", []string{"reuse"}, "counter 0"}, // there from the start
	} {
		if got := gathered(t, c.collector, "latchkey_"+c.name, c.labels...); got != c.want {
			t.Errorf("%s%v is %s, want %s", c.name, c.labels, got, c.want)
		}
	}
}

// Without metrics nothing is counted, and nothing breaks.
func TestNoMetrics(t *testing.T) {
	var m *metrics
	m.session(session.Event{Kind: session.EventStarted})
	m.account(account.Event{Kind: account.EventSignedIn})
	m.answered(nil, nil, 0)
	if err := (&Server{}).serveMetrics(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestStatusText(t *testing.T) {
	for status, want := range map[int]string{0: "none", 200: "200", 404: "404", 599: "599", 600: "other", -1: "other"} {
		if got := statusText(status); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
}
