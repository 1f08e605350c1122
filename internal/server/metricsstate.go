package server

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/session"
)

// state is what the parts say of themselves when they are asked.
type state struct {
	feed         session.FeedStatus
	hashing      account.Status
	audit        account.AuditStatus
	hits, misses uint64
	keyAge       time.Duration // how long the signing key has signed
	keys         int           // that are accepted
}

// stateMetric is a number of the state.
type stateMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(state) float64
}

func gauge(name, help string, value func(state) float64) stateMetric {
	return stateMetric{prometheus.NewDesc("latchkey_"+name, help, nil, nil), prometheus.GaugeValue, value}
}

func total(name, help string, value func(state) float64) stateMetric {
	return stateMetric{prometheus.NewDesc("latchkey_"+name+"_total", help, nil, nil), prometheus.CounterValue, value}
}

var stateMetrics = []stateMetric{
	gauge("hashing_workers", "How many passwords are hashed at once at most.",
		func(s state) float64 { return float64(s.hashing.Workers) }),
	gauge("hashing_running", "How many passwords are hashed at this moment.",
		func(s state) float64 { return float64(s.hashing.Running) }),
	gauge("hashing_queue_size", "How many requests may wait to have a password hashed.",
		func(s state) float64 { return float64(s.hashing.Queue) }),
	gauge("hashing_waiting", "How many requests wait to have a password hashed.",
		func(s state) float64 { return float64(s.hashing.Waiting) }),
	total("hashing_refused", "Requests that were answered 503 because the queue was full.",
		func(s state) float64 { return float64(s.hashing.Refused) }),
	total("token_cache_hits", "Access tokens that were recognized as verified before; an estimate.",
		func(s state) float64 { return float64(s.hits) }),
	total("token_cache_misses", "Access tokens that had to be verified, bad ones among them.",
		func(s state) float64 { return float64(s.misses) }),
	gauge("feed_fresh", "1 while revocations of other processes are heard of in time; 0: every request asks the database.",
		func(s state) float64 { return oneIf(s.feed.Fresh) }),
	gauge("feed_age_seconds", "Time since the last good reading of the revocation feed began.",
		func(s state) float64 { return s.feed.Age.Seconds() }),
	gauge("feed_last_number", "Number of the newest revocation that this process knows.",
		func(s state) float64 { return float64(s.feed.Last) }),
	gauge("feed_entries", "Revocations in memory.",
		func(s state) float64 { return float64(s.feed.Entries) }),
	gauge("epoch", "Rises when all sessions are ended at once; after a restore it jumps.",
		func(s state) float64 { return float64(s.feed.Epoch) }),
	gauge("clock_skew_seconds", "How far the database's clock is ahead of this machine's.",
		func(s state) float64 { return s.feed.Skew.Seconds() }),
	gauge("signing_key_age_seconds", "How long the key that signs has been signing.",
		func(s state) float64 { return s.keyAge.Seconds() }),
	gauge("keys_accepted", "Keys whose tokens are accepted: the one that signs, the next ones and retired ones.",
		func(s state) float64 { return float64(s.keys) }),
	gauge("audit_waiting", "Audit records that are not in the database yet.",
		func(s state) float64 { return float64(s.audit.Waiting) }),
	total("audit_lost", "Audit records that were given up because the database was away for too long.",
		func(s state) float64 { return float64(s.audit.Lost) }),
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// stateCollector asks the parts once for each scrape, and nothing in between.
type stateCollector struct{ ask func() state }

// Describe implements prometheus.Collector.
func (stateCollector) Describe(descs chan<- *prometheus.Desc) {
	for _, m := range stateMetrics {
		descs <- m.desc
	}
}

// Collect implements prometheus.Collector.
func (c stateCollector) Collect(metrics chan<- prometheus.Metric) {
	now := c.ask()
	for _, m := range stateMetrics {
		metrics <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(now))
	}
}

// state asks the parts how they are. It does no I/O.
func (s *Server) state() state {
	now := state{feed: s.auth.Sessions().Status(), hashing: s.people.Status(), audit: s.audit.Status()}
	now.hits, now.misses = s.auth.TokenCacheStats()
	keys := s.keys.Keys() // the first signs
	now.keys, now.keyAge = len(keys), s.cfg.Now().Sub(keys[0].ActiveAt)
	return now
}
