// Package doctor finds out what is wrong with an installation, or with how a
// request arrives, and says it in a line with what to do.
package doctor

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/internal/installation"
)

// Level is how bad a finding is.
type Level string

// The levels, from good to bad.
const (
	OK      Level = "ok"
	Note    Level = "note"    // fine for some; know it
	Warning Level = "warning" // works, and will hurt one day
	Problem Level = "problem" // does not work, or is not safe
)

// Finding is what one check says.
type Finding struct {
	// Check is the name of the check. It does not change.
	Check string `json:"check"`
	Level Level  `json:"level"`
	// What is as it is.
	What string `json:"what"`
	// Do says how to mend it; empty where nothing is to be done.
	Do string `json:"do,omitempty"`
}

// Settings are what the checks know of the server.
type Settings struct {
	installation.Location

	// BaseURL is the address that people open; Loopback says that only this
	// machine reaches it.
	BaseURL string

	TrustedProxies []netip.Prefix
	CORSOrigins    []string

	AccessTTL, SessionTTL, FreshFor time.Duration

	MetricsAddr           string
	InsecurePublicMetrics bool
	NoKnownDevices        bool

	// Dev says that everybody may read what this package finds.
	Dev bool

	// RotateKeys is how often serve rotates the keys by itself. 0: never.
	RotateKeys time.Duration

	// Now is the clock. Defaults to time.Now.
	Now func() time.Time
}

func (s *Settings) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// Installation checks settings, keys, database, clock and backups. It changes
// nothing. What it cannot look at is a finding too.
func Installation(ctx context.Context, s Settings) []Finding {
	found := checkSettings(s)
	found = append(found, checkKeys(s)...)
	return append(found, checkDatabase(ctx, s)...)
}

// Worst is the worst level among findings.
func Worst(found []Finding) Level {
	order := []Level{OK, Note, Warning, Problem}
	worst := slices.MaxFunc(append(found, Finding{Level: OK}), func(a, b Finding) int {
		return cmp.Compare(slices.Index(order, a.Level), slices.Index(order, b.Level))
	})
	return worst.Level
}

// plain is an error in one line.
func plain(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// howMany is "1 key" or "2 keys".
func howMany(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// days is a duration as people say it.
func days(d time.Duration) string {
	switch n := int(d.Hours() / 24); {
	case n >= 1:
		return howMany(n, "day")
	}
	return d.Round(time.Minute).String()
}

// host is the host of a URL, without the port.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
