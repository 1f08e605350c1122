package server_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/internal/server"
)

// waitFor asks /readyz until it answers with a status.
func (a *app) waitFor(status int) *answer {
	a.t.Helper()
	for {
		if got := a.program().do("GET", "/readyz", nil); got.status == status {
			return got
		}
	}
}

// wantChecks checks what /readyz says of the parts.
func (a *answer) wantChecks(msg string, database, fresh bool) {
	a.t.Helper()
	if a.string("msg") != msg || a.at("checks", "database") != database || a.at("checks", "feed_fresh") != fresh {
		a.t.Errorf("got %s", a.body)
	}
	for _, name := range []string{"feed_age_ms", "feed_entries", "clock_skew_ms"} {
		if _, ok := a.at("checks", name).(float64); !ok {
			a.t.Errorf("%s is missing in %s", name, a.body)
		}
	}
}

func TestReady(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		a := start(t, database)
		a.waitFor(200).wantChecks("", true, true)
	})
}

// Without its database the server says so, refuses what it would have to guess,
// and is ready again when the database is back.
func TestReadyWithoutTheDatabase(t *testing.T) {
	cable := newCable(t, pgtest.DSN(t))
	a := start(t, func(c *server.Config) { c.Database = cable.dsn })
	b := a.signUp()
	cable.cut()
	got := a.waitFor(503).want(503, "not_ready")
	if got.at("checks", "database") != false || got.string("msg") != "The store does not answer." || got.header.Get("Retry-After") == "" {
		t.Errorf("got %s", got.body)
	}
	b.do("GET", "/api/v1/me", nil).want(503, "unavailable")
	a.program().do("POST", "/api/v1/sign-in", m{"username": ada, "password": adaPassword}).want(503, "unavailable")
	a.program().do("GET", "/healthz", nil).want(200, "")
	cable.mend()
	a.waitFor(200)
	b.do("GET", "/api/v1/me", nil).want(200, "")
}

// Revocations that are not heard of in time turn it red, though the database
// answers.
func TestReadyWithoutTheFeed(t *testing.T) {
	a := start(t)
	a.exec("ALTER TABLE latchkey_revocations RENAME TO latchkey_away")
	a.waitFor(503).wantChecks("The revocation feed is not fresh.", true, false)
	a.exec("ALTER TABLE latchkey_away RENAME TO latchkey_revocations")
	a.waitFor(200)
}

// A clock that is wrong turns it red, whichever way.
func TestReadyWithAWrongClock(t *testing.T) {
	for _, off := range []time.Duration{3 * time.Second, -3 * time.Second} {
		t.Run(off.String(), func(t *testing.T) {
			var mu sync.Mutex
			var ahead time.Duration
			a := start(t, func(c *server.Config) {
				c.Now = func() time.Time {
					mu.Lock()
					defer mu.Unlock()
					return time.Now().Add(ahead)
				}
			})
			mu.Lock()
			ahead = off
			mu.Unlock()
			for {
				got := a.waitFor(503)
				if got.string("msg") != "The clocks of this machine and of the store differ." {
					continue // the feed, until it is read again
				}
				if skew, _ := got.at("checks", "clock_skew_ms").(float64); skew*float64(off) > 0 || skew > -2000 && skew < 2000 {
					t.Errorf("the clock is %v ahead; got %s", off, got.body)
				}
				break
			}
			mu.Lock()
			ahead = 0
			mu.Unlock()
			a.waitFor(200)
		})
	}
}

// cable leads to a PostgreSQL server and can be cut.
type cable struct {
	t       *testing.T
	dsn     string
	address string // of this end
	network string
	server  string

	mu       sync.Mutex
	listener net.Listener
	ends     []net.Conn
}

// newCable lays a cable to the server of a DSN.
func newCable(t *testing.T, dsn string) *cable {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{t: t, address: "127.0.0.1:0", network: "tcp", server: u.Host}
	query := u.Query()
	if dir := query.Get("host"); dir != "" {
		c.network, c.server = "unix", dir+"/.s.PGSQL.5432"
		query.Del("host")
	}
	c.mend()
	t.Cleanup(c.cut)
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = c.address, query.Encode()
	c.dsn = u.String()
	return c
}

func (c *cable) mend() {
	listener, err := net.Listen("tcp", c.address)
	if err != nil {
		c.t.Fatal(err)
	}
	c.listener, c.address = listener, listener.Addr().String()
	go func() {
		for {
			here, err := listener.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial(c.network, c.server)
			if err != nil {
				_ = here.Close()
				continue
			}
			c.mu.Lock()
			c.ends = append(c.ends, here, there)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(here, there); _ = here.Close() }()
			go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
		}
	}()
}

func (c *cable) cut() {
	_ = c.listener.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range c.ends {
		_ = end.Close()
	}
	c.ends = nil
}
