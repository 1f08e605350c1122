package doctor

import (
	"fmt"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/internal/loopback"
)

// Beyond these a setting is unusual.
const (
	longAccess  = time.Hour
	longSession = 90 * 24 * time.Hour
	longFresh   = time.Hour
)

// checkSettings looks at what was configured: nothing of it is refused at start,
// and all of it is worth knowing.
func checkSettings(s Settings) []Finding {
	found := []Finding{checkBaseURL(s), checkProxies(s)}
	for _, t := range []struct {
		check, flag string
		value, most time.Duration
		why         string
	}{
		{"access_ttl", "--access-ttl", s.AccessTTL, longAccess, "services that check signatures alone accept a token for so long after its session has ended"},
		{"session_ttl", "--session-ttl", s.SessionTTL, longSession, "a stolen device stays signed in for so long"},
		{"fresh_for", "--fresh-for", s.FreshFor, longFresh, "whoever finds a signed-in browser can change the password for so long"},
	} {
		if t.value > t.most {
			found = append(found, Finding{t.check, Warning, fmt.Sprintf("%s is %s: %s", t.flag, days(t.value), t.why), "lower it, unless you know why it is so"})
		}
	}
	for _, origin := range s.CORSOrigins {
		if !sameSite(host(origin), host(s.BaseURL)) {
			found = append(found, Finding{
				"cors_site", Warning, fmt.Sprintf("%s is another site than %s, so browsers do not send cookies from its pages", origin, s.BaseURL),
				"serve both under one domain, such as app.example.com and api.example.com, or keep tokens in headers there",
			})
		}
	}
	if s.MetricsAddr != "" && s.InsecurePublicMetrics {
		found = append(found, Finding{"metrics", Warning, "metrics on " + s.MetricsAddr + " can be read by other machines without a password", "let only the monitoring reach that port"})
	}
	if s.Dev && !loopback.IsHost(host(s.BaseURL)) {
		found = append(found, Finding{"dev", Warning, "--dev shows everybody who comes to " + s.BaseURL + " what is wrong here, under /debug/doctor", "look, and then start without --dev"})
	}
	if s.NoKnownDevices {
		found = append(found, Finding{"known_devices", Note, "known devices are off: strangers who guess at a password keep its owner out for as long", "turn --known-devices on, unless the cookie is not wanted"})
	}
	return found
}

func checkBaseURL(s Settings) Finding {
	if loopback.IsHost(host(s.BaseURL)) {
		return Finding{"base_url", Note, s.BaseURL + " can be reached from this machine only", "to let others in, put a reverse proxy with https in front and say its address with --base-url"}
	}
	return Finding{"base_url", OK, "people open " + s.BaseURL, ""}
}

func checkProxies(s Settings) Finding {
	for _, p := range s.TrustedProxies {
		if p.Bits() == 0 || p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 16 {
			return Finding{
				"trusted_proxy", Problem, fmt.Sprintf("--trusted-proxy %s trusts strangers: anybody can claim any address, and is never throttled", p),
				"name the proxy's own address",
			}
		}
	}
	if len(s.TrustedProxies) == 0 && strings.HasPrefix(s.BaseURL, "https://") {
		return Finding{
			"trusted_proxy", Warning, "people come by https, so through a proxy, and none is trusted: everybody seems to have the proxy's address and shares its throttle",
			"say which address the proxy has, such as --trusted-proxy 127.0.0.1",
		}
	}
	return Finding{"trusted_proxy", OK, fmt.Sprintf("trusted proxies: %d", len(s.TrustedProxies)), ""}
}

// sameSite is a guess without the list of public suffixes: the last two labels
// of both names are the same.
func sameSite(a, b string) bool {
	return a == b || lastLabels(a) == lastLabels(b) && strings.Contains(a, ".") && strings.Trim(a, "0123456789.") != ""
}

func lastLabels(name string) string {
	labels := strings.Split(name, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}
