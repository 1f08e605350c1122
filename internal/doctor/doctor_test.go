package doctor

import (
	"database/sql"
	"errors"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/jwt"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// sound is an installation with which all is well.
func sound(t *testing.T) Settings {
	t.Helper()
	s := Settings{
		Location: installation.Location{DataDir: filepath.Join(t.TempDir(), "data")},
		BaseURL:  "https://app.example.com", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		CORSOrigins: []string{"https://www.example.com"},
		AccessTTL:   15 * time.Minute, SessionTTL: 30 * 24 * time.Hour, FreshFor: 10 * time.Minute,
	}
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.OpenKeys(); err != nil {
		t.Fatal(err)
	}
	store, err := s.OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	admin := &account.User{ID: "1", Username: "ada", UsernameKey: "ada", Scopes: []string{account.ScopeAdmin}, CreatedAt: time.Now()}
	log := []account.AuditRecord{{At: time.Now(), Kind: string(installation.BackupMade), Actor: "cli"}}
	if err := errors.Join(store.CreateUser(t.Context(), admin), store.AppendAudit(t.Context(), log), store.Close()); err != nil {
		t.Fatal(err)
	}
	return s
}

// found is the finding of a check, which must be there once.
func found(t *testing.T, all []Finding, check string) Finding {
	t.Helper()
	var hits []Finding
	for _, f := range all {
		if f.Check == check {
			hits = append(hits, f)
		}
	}
	if len(hits) != 1 {
		t.Fatalf("the check %s says %v, of %v", check, hits, all)
	}
	return hits[0]
}

func TestNothingIsWrong(t *testing.T) {
	s := sound(t)
	all := Installation(t.Context(), s)
	for _, f := range all {
		if f.Level != OK || f.Do != "" || f.What == "" {
			t.Errorf("%+v", f)
		}
	}
	if len(all) < 8 || Worst(all) != OK {
		t.Errorf("%d findings, the worst is %s", len(all), Worst(all))
	}
}

// TestInstallation breaks one thing after another.
func TestInstallation(t *testing.T) {
	for _, c := range []struct {
		name, check string
		level       Level
		what        string
		harm        func(t *testing.T, s *Settings)
	}{
		{"loopback", "base_url", Note, "this machine only", func(_ *testing.T, s *Settings) { s.BaseURL = "http://127.0.0.1:8080" }},
		{"no proxy is trusted", "trusted_proxy", Warning, "shares its throttle", func(_ *testing.T, s *Settings) { s.TrustedProxies = nil }},
		{"strangers are trusted", "trusted_proxy", Problem, "0.0.0.0/0", func(_ *testing.T, s *Settings) {
			s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}
		}},
		{"long access", "access_ttl", Warning, "1 day", func(_ *testing.T, s *Settings) { s.AccessTTL = 24 * time.Hour }},
		{"long session", "session_ttl", Warning, "365 days", func(_ *testing.T, s *Settings) { s.SessionTTL = 365 * 24 * time.Hour }},
		{"long freshness", "fresh_for", Warning, "2h0m0s", func(_ *testing.T, s *Settings) { s.FreshFor = 2 * time.Hour }},
		{"another site", "cors_site", Warning, "https://other.example.org", func(_ *testing.T, s *Settings) { s.CORSOrigins = []string{"https://other.example.org"} }},
		{"public metrics", "metrics", Warning, "0.0.0.0:9090", func(_ *testing.T, s *Settings) { s.MetricsAddr, s.InsecurePublicMetrics = "0.0.0.0:9090", true }},
		{"pages for developers", "dev", Warning, "everybody who comes to https://app.example.com", func(_ *testing.T, s *Settings) { s.Dev = true }},
		{"no known devices", "known_devices", Note, "keep its owner out", func(_ *testing.T, s *Settings) { s.NoKnownDevices = true }},
		{"no keys", "keys", Note, "no keys", func(t *testing.T, s *Settings) { remove(t, s.Keys()) }},
		{"wide keys", "keys", Problem, "0644", func(t *testing.T, s *Settings) { must(t, os.Chmod(s.Keys(), 0o644)) }},
		{"broken keys", "keys", Problem, "keys.json", func(t *testing.T, s *Settings) { must(t, os.WriteFile(s.Keys(), []byte("{"), 0o600)) }},
		{"old key", "key_age", Warning, "400 days", func(_ *testing.T, s *Settings) { later(s, 400*24*time.Hour) }},
		{"late schedule", "key_schedule", Warning, "94 days, and --rotate-keys is 90 days", func(_ *testing.T, s *Settings) {
			s.RotateKeys = 90 * 24 * time.Hour
			later(s, 94*24*time.Hour)
		}},
		{"standby key", "key_standby", Note, "may take over", func(t *testing.T, s *Settings) {
			rotate(t, s, jwt.Rotation{Every: time.Millisecond, PublishAhead: time.Minute, VerifyFor: time.Hour})
			later(s, time.Hour)
		}},
		{"retired key", "key_retired", Note, "is still accepted", func(t *testing.T, s *Settings) {
			rotate(t, s, jwt.Rotation{VerifyFor: time.Minute})
			later(s, time.Hour)
		}},
		{"no database", "database", Note, "no database", func(t *testing.T, s *Settings) { remove(t, s.DatabaseFile()) }},
		{"damaged database", "database", Problem, "", func(t *testing.T, s *Settings) {
			must(t, os.WriteFile(s.DatabaseFile(), []byte(strings.Repeat("not SQLite", 1000)), 0o600))
		}},
		{"old schema", "schema", Problem, "older", func(t *testing.T, s *Settings) { execute(t, s, `DELETE FROM latchkey_migrations WHERE version > 1`) }},
		{"new schema", "schema", Problem, "newer", func(t *testing.T, s *Settings) {
			execute(t, s, `INSERT INTO latchkey_migrations VALUES (9999, 'future', 'x', 9999, 0)`)
		}},
		{"half a copy", "database", Problem, "was cut off", func(t *testing.T, s *Settings) {
			execute(t, s, `CREATE TABLE latchkey_copy (source text NOT NULL)`)
		}},
		{"wrong clock", "clock", Problem, "1m0s off", func(_ *testing.T, s *Settings) { later(s, time.Minute) }},
		{"no backup", "backup", Warning, "no record", func(t *testing.T, s *Settings) { execute(t, s, `DELETE FROM latchkey_audit`) }},
		{"old backup", "backup", Warning, "8 days", func(_ *testing.T, s *Settings) { later(s, 8*24*time.Hour+time.Hour) }},
		{"another machine has other keys", "server_keys", Problem, "signs with the key foreign, which is not here: people", func(t *testing.T, s *Settings) {
			announce(t, s, jwt.KeyInfo{ID: "foreign"})
		}},
		{"another machine does not know the key", "server_keys", Problem, "which signs here: people", func(t *testing.T, s *Settings) {
			announce(t, s, signing(t, s))
			rotate(t, s, jwt.Rotation{VerifyFor: time.Hour})
		}},
		{"keys only elsewhere", "server_keys", Problem, "no usable keys here", func(t *testing.T, s *Settings) {
			announce(t, s, signing(t, s))
			remove(t, s.Keys())
		}},
		{"no administrator", "admin", Note, "nobody", func(t *testing.T, s *Settings) { execute(t, s, `UPDATE latchkey_users SET disabled_at = 1`) }},
		{"database of nobody", "database", Problem, "cannot connect", func(_ *testing.T, s *Settings) {
			s.Database = "postgres://ada:hunter2@127.0.0.1:1/app?connect_timeout=2"
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sound(t)
			c.harm(t, &s)
			all := Installation(t.Context(), s)
			f := found(t, all, c.check)
			if f.Level != c.level || !strings.Contains(f.What, c.what) || f.Do == "" || strings.Contains(f.What+f.Do, "\n") {
				t.Errorf("got %+v", f)
			}
			for _, f := range all {
				if strings.Contains(f.What+f.Do, "hunter2") {
					t.Errorf("a password is told: %+v", f)
				}
			}
		})
	}
}

func TestPostgres(t *testing.T) {
	s := sound(t)
	s.Database = pgtest.DSN(t)
	store, err := s.OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	must(t, store.Close())
	base := s.Database
	// Servers for tests do not wait for their disk, which is a problem by itself.
	for _, value := range []string{"on", "off"} {
		s.Database = pgtest.WithSetting(base, "synchronous_commit", value)
		all := Installation(t.Context(), s)
		if f := found(t, all, "clock"); f.Level != OK {
			t.Errorf("%s: %+v", value, f)
		}
		if f := found(t, all, "backup"); f.Level != Note || !strings.Contains(f.Do, "pg_dump") {
			t.Errorf("%s: %+v", value, f)
		}
		if value == "on" {
			continue
		}
		if f := found(t, all, "database_durability"); f.Level != Problem || !strings.Contains(f.What, "synchronous_commit is off") {
			t.Errorf("%s: %+v", value, f)
		}
	}
}

func TestRequest(t *testing.T) {
	for _, c := range []struct {
		name, check string
		level       Level
		what        string
		change      func(header func(string, string), s *Settings, p *Probe)
	}{
		{"all is well", "cookies", OK, "", func(func(string, string), *Settings, *Probe) {}},
		{"the host", "host", OK, "", func(func(string, string), *Settings, *Probe) {}},
		{"the proxy", "proxy_headers", OK, "", func(func(string, string), *Settings, *Probe) {}},
		{"another host", "host", Problem, "app.example.com", func(_ func(string, string), s *Settings, _ *Probe) { s.BaseURL = "https://www.example.com" }},
		{"an unknown proxy", "proxy_headers", Problem, "127.0.0.1", func(_ func(string, string), s *Settings, _ *Probe) { s.TrustedProxies = nil }},
		{"a silent proxy", "proxy_headers", Problem, "for whom", func(header func(string, string), _ *Settings, _ *Probe) { header("X-Forwarded-For", "") }},
		{"by http", "proxy_headers", Warning, "http", func(header func(string, string), _ *Settings, _ *Probe) { header("X-Forwarded-Proto", "http") }},
		{"no cookies", "cookies", Problem, "did not come back", func(header func(string, string), _ *Settings, _ *Probe) { header("Cookie", "") }},
		{"a frame", "cookies", Problem, "third-party", func(header func(string, string), _ *Settings, _ *Probe) {
			header("Cookie", "")
			header("Sec-Fetch-Site", "cross-site")
		}},
		{"secure over http", "cookies", Problem, "it is Secure, and the page came by http", func(header func(string, string), _ *Settings, _ *Probe) {
			header("Cookie", "")
			header("X-Forwarded-Proto", "http")
		}},
		{"secure over http, no proxy", "cookies", Problem, "it is Secure, and the page came by http", func(header func(string, string), _ *Settings, _ *Probe) {
			header("Cookie", "")
			header("X-Forwarded-Proto", "")
		}},
		{"http that is meant", "cookies", Problem, "did not come back", func(header func(string, string), s *Settings, _ *Probe) {
			header("Cookie", "")
			header("X-Forwarded-Proto", "http")
			s.BaseURL = "http://127.0.0.1:8080"
		}},
		{"twins", "cookie_twins", Problem, "2 times", func(header func(string, string), _ *Settings, _ *Probe) {
			header("Cookie", "__Host-latchkey_access=a; __Host-latchkey_access=b")
		}},
		{"an unknown origin", "cors", Problem, "https://evil.example", func(header func(string, string), _ *Settings, _ *Probe) { header("Origin", "https://evil.example") }},
		{"a known origin", "cors", OK, "", func(header func(string, string), _ *Settings, _ *Probe) { header("Origin", "https://www.example.com") }},
		{"the clock", "browser_clock", OK, "", func(_ func(string, string), _ *Settings, p *Probe) { p.Clock = time.Now() }},
		{"a wrong clock", "browser_clock", Note, "1h0m", func(_ func(string, string), _ *Settings, p *Probe) { p.Clock = time.Now().Add(time.Hour) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/debug/doctor", nil)
			r.Host, r.RemoteAddr = "app.example.com", "127.0.0.1:4711"
			for name, value := range map[string]string{
				"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https",
				"Sec-Fetch-Site": "none", "Cookie": ProbeCookie + "=1",
			} {
				r.Header.Set(name, value)
			}
			s, p := Settings{
				BaseURL: "https://app.example.com", CORSOrigins: []string{"https://www.example.com"},
				TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
			}, Probe{Asked: true}
			c.change(r.Header.Set, &s, &p)
			f := found(t, Request(r, s, p), c.check)
			if f.Level != c.level || !strings.Contains(f.What, c.what) || (f.Do == "") != (f.Level == OK) {
				t.Errorf("got %+v", f)
			}
		})
	}
}

// later sets the clock forward.
func later(s *Settings, d time.Duration) {
	s.Now = func() time.Time { return time.Now().Add(d) }
}

func rotate(t *testing.T, s *Settings, plan jwt.Rotation) {
	t.Helper()
	ring, err := s.OpenKeys()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Rotate(plan); err != nil {
		t.Fatal(err)
	}
}

// announce says with which keys a server works that runs.
func announce(t *testing.T, s *Settings, keys ...jwt.KeyInfo) {
	t.Helper()
	store, err := s.OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := s.Announcement(keys)
	r.At = time.Now()
	must(t, errors.Join(store.AppendAudit(t.Context(), []account.AuditRecord{r}), store.Close()))
}

// signing is the key that signs.
func signing(t *testing.T, s *Settings) jwt.KeyInfo {
	t.Helper()
	ring, err := s.OpenKeys()
	if err != nil {
		t.Fatal(err)
	}
	return ring.Keys()[0]
}

func execute(t *testing.T, s *Settings, statement string) {
	t.Helper()
	db, err := s.OpenDB(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func(db *sql.DB) { must(t, db.Close()) }(db)
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	must(t, os.Remove(path))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestPostgresFindings: what the PostgreSQL server of a test cannot be.
func TestPostgresFindings(t *testing.T) {
	for check, p := range map[string]postgres{
		"database":            {oldestPostgres, false, "on", "on"},
		"database_version":    {oldestPostgres - 1, false, "on", "on"},
		"database_replica":    {oldestPostgres, true, "on", "on"},
		"database_durability": {oldestPostgres, false, "on", "off"},
	} {
		all := p.findings()
		if len(all) != 1 || all[0].Check != check || (all[0].Level == OK) != (check == "database") || all[0].Level != OK && all[0].Do == "" {
			t.Errorf("%+v: %+v", p, all)
		}
	}
}
