package server

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/internal/loopback"
	"github.com/latchkey-go/latchkey/session"
)

// Config is the configuration of a [Server]. Addr, DataDir and Logger are
// required.
type Config struct {
	// Addr is the TCP address to listen on, such as "127.0.0.1:8080". Port 0
	// takes any free one.
	Addr string

	// DataDir holds the database and the keys. It is made if it is not there.
	DataDir string

	// Database is the URL of a PostgreSQL database. Empty: SQLite, in DataDir.
	Database string

	// KeysFile holds the signing keys. Defaults to keys.json in DataDir.
	KeysFile string

	// RotateKeys is how long a key signs before the next takes over, which is
	// published a day before; nobody is signed out. All servers must share the
	// file of the keys: with copies of it each would make keys of its own. Zero:
	// only "latchkey key rotate" does it.
	RotateKeys time.Duration

	// BaseURL is the address people see, such as "https://app.example.com".
	// Defaults to http://Addr, which is allowed only on a loopback address.
	BaseURL string

	// AccessTTL, RefreshTTL, SessionTTL and IdleTimeout are those of
	// latchkey.Config; zero takes its defaults.
	AccessTTL, RefreshTTL, SessionTTL, IdleTimeout time.Duration

	// FreshFor is how recent a sign-in must be to change the password.
	// Defaults to 10 minutes.
	FreshFor time.Duration

	// IdlePrompt is after how long without input the page asks whether
	// somebody is still there. Zero: never.
	IdlePrompt time.Duration

	// AuditRetention is how long the audit trail is kept. Defaults to 90 days.
	AuditRetention time.Duration

	// NoKnownDevices sets no cookie by which a device is known on which somebody
	// has signed in. Strangers who guess at a password can then keep its owner
	// out.
	NoKnownDevices bool

	// Passwords is how passwords are hashed and which may not be chosen. Its zero
	// value is a default for production.
	Passwords installation.Passwords

	// Throttle limits guessing. Its zero value is a default for production.
	Throttle account.Throttle

	// HashWorkers is how many passwords are hashed at once. Defaults to
	// GOMAXPROCS less one, and at least one.
	HashWorkers int

	// MetricsAddr is the TCP address at which Prometheus finds metrics, such as
	// "127.0.0.1:9180"; port 0 takes any free one. Empty: none are kept.
	MetricsAddr string

	// InsecurePublicMetrics allows a MetricsAddr that other machines reach.
	// Metrics have no password; they tell how busy the server is and hold no
	// secrets and no names.
	InsecurePublicMetrics bool

	// OAuthClients is a file with the services that may ask about tokens and
	// revoke them: a JSON list of objects with id, secret_sha256, introspect,
	// introspect_refresh and revoke, which are those of oauthhttp.Client. Reload
	// reads it again. Empty: there are none.
	OAuthClients string

	// Version is what the metrics call this build.
	Version string

	// TrustedProxies are the reverse proxies whose X-Forwarded-For is
	// believed.
	TrustedProxies []netip.Prefix

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time

	// CORSOrigins are the origins of other front ends that may call the API,
	// such as "https://www.example.com". Cookies reach it only from pages of the
	// same site.
	CORSOrigins []string

	// Dev adds pages for developers: what is wrong with cookies, proxies and
	// settings, under /debug/doctor. They tell it to everybody who asks.
	Dev bool

	// Logger gets the log. No secret is ever in it.
	Logger *slog.Logger

	// Timeouts bound what slow clients can take. Zero fields take their
	// defaults.
	Timeouts Timeouts
}

// Timeouts bound how long a client may take.
type Timeouts struct {
	ReadHeader time.Duration // Defaults to 5 seconds.
	Read       time.Duration // The whole request. Defaults to 15 seconds.
	Wait       time.Duration // From the end of the header until the database, or a turn to hash a password, is given up: 503. Defaults to 8 seconds.
	Write      time.Duration // From the end of the header to the end of the answer. Defaults to 30 seconds.
	Idle       time.Duration // Between two requests. Defaults to 60 seconds.
	Shutdown   time.Duration // For requests at work when the server stops. Defaults to 10 seconds.
}

// maxHeaderBytes bounds a request's line and headers; net/http adds 4 KiB.
const maxHeaderBytes = 16 << 10

// maxHashWorkers is beyond what any machine has processors for.
const maxHashWorkers = 1024

func (c *Config) setDefaults() {
	if c.Now == nil {
		c.Now = time.Now
	}
	setDefault(&c.FreshFor, 10*time.Minute)
	setDefault(&c.Timeouts.ReadHeader, 5*time.Second)
	setDefault(&c.Timeouts.Read, 15*time.Second)
	// Below session.DefaultGrace: a refresh that was answered with 503 can be tried again.
	setDefault(&c.Timeouts.Wait, 8*time.Second)
	setDefault(&c.Timeouts.Write, 30*time.Second)
	setDefault(&c.Timeouts.Idle, time.Minute)
	setDefault(&c.Timeouts.Shutdown, 10*time.Second)
}

func setDefault(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
}

// Check returns all that is wrong with c and can be told before anything is
// opened. New does it too.
func Check(c Config) error {
	c.setDefaults()
	return c.check()
}

func (c *Config) check() error {
	var errs []error
	host, err := listenHost(c.Addr)
	if err != nil {
		errs = append(errs, fmt.Errorf("--addr %q is not an address to listen on; write it as HOST:PORT, such as 127.0.0.1:8080", c.Addr))
	} else if c.BaseURL == "" && !loopback.IsHost(host) {
		errs = append(errs, fmt.Errorf("--addr %s can be reached by other machines, so --base-url must say which https address people use, "+
			"such as --base-url https://app.example.com with a reverse proxy in front; to try it on this machine, use --addr 127.0.0.1:8080", c.Addr))
	}
	if c.BaseURL != "" {
		errs = append(errs, CheckBaseURL(c.BaseURL))
	}
	for _, origin := range c.CORSOrigins {
		errs = append(errs, checkOrigin(origin))
	}
	errs = append(errs, c.location().Check(), c.checkMetrics(), c.Passwords.Check(), c.checkRotation(), c.checkThrottle())
	if c.HashWorkers < 0 || c.HashWorkers > maxHashWorkers {
		errs = append(errs, fmt.Errorf("--hash-workers %d must be from 0 to %d; 0 is one less than there are processors", c.HashWorkers, maxHashWorkers))
	}
	if c.OAuthClients != "" {
		_, err := readOAuthClients(c.OAuthClients)
		errs = append(errs, err)
	}
	return errors.Join(append(errs, c.checkTimes()...)...)
}

// listenHost is the host of an address to listen on. The port has to be a number
// that ports can be.
func listenHost(addr string) (host string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	return host, err
}

// location is where the data is.
func (c *Config) location() installation.Location {
	return installation.Location{DataDir: c.DataDir, Database: c.Database, KeysFile: c.KeysFile}
}

// checkTimes says what the library would say of the lifetimes, in the words of
// the command line.
func (c *Config) checkTimes() []error {
	var errs []error
	refuse := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{
		{"--access-ttl", c.AccessTTL}, {"--refresh-ttl", c.RefreshTTL}, {"--session-ttl", c.SessionTTL},
		{"--idle-timeout", c.IdleTimeout}, {"--idle-prompt", c.IdlePrompt}, {"--fresh-for", c.FreshFor},
		{"--audit-retention", c.AuditRetention}, {"--rotate-keys", c.RotateKeys},
	} {
		if d.value < 0 {
			refuse("%s is below zero", d.flag)
		} else if d.value%time.Second != 0 {
			refuse("%s is %v; give whole seconds", d.flag, d.value)
		}
	}
	access, whole := cmp.Or(c.AccessTTL, session.DefaultAccessTTL), cmp.Or(c.SessionTTL, session.DefaultSessionTTL)
	if c.IdleTimeout > 0 && c.IdleTimeout < access {
		refuse("--idle-timeout %v is below --access-ttl %v, so that tokens would outlive an idle session; raise the one or lower the other", c.IdleTimeout, access)
	}
	if access > whole {
		refuse("--access-ttl %v is above --session-ttl %v; raise the latter or lower the former", access, whole)
	}
	return errs
}

// CheckBaseURL says what is wrong with Config.BaseURL in the words of the command
// line, before package latchkey would. Links that lead people here begin with it.
func CheckBaseURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("--base-url %q is not an address such as https://app.example.com", text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return fmt.Errorf("--base-url %q must end after the host: the app needs a host name of its own", u.Redacted())
	case !isOrigin(strings.TrimRight(text, "/")):
		return fmt.Errorf("--base-url %q is not an address as browsers write it: the host is in lower case and ASCII, and "+
			"the port is left out if it is the usual one, as in https://app.example.com", text)
	case u.Scheme == "http" && !loopback.IsHost(u.Hostname()):
		return fmt.Errorf("--base-url %s is http on a host that other machines reach: everybody on the way could take over sessions; use https", text)
	}
	return nil
}

// baseURL is the configured address, or the one that is listened on.
func (c *Config) baseURL(listening net.Addr) string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	host, _, _ := net.SplitHostPort(c.Addr) // check has parsed it
	_, port, _ := net.SplitHostPort(listening.String())
	return "http://" + net.JoinHostPort(host, port)
}
