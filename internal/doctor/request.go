package doctor

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ProbeCookie is a cookie that the page of the doctor sets before it asks. It has
// the attributes of the cookies that keep people signed in.
const ProbeCookie = "latchkey_doctor"

// Probe is what the page adds to what a request shows by itself.
type Probe struct {
	// Asked says that ProbeCookie was set on the way here.
	Asked bool
	// Clock is the browser's; zero: not told.
	Clock time.Time
}

// browserSkew is how far a browser's clock may be off before it is said.
const browserSkew = time.Minute

// Request checks how a request of a browser arrives: whether its cookies do, and
// whether what proxies say of it is right.
func Request(r *http.Request, s Settings, p Probe) []Finding {
	found := []Finding{checkHost(r, s), checkForwarded(r, s)}
	if p.Asked {
		found = append(found, checkProbe(r, s))
	}
	found = append(found, checkTwins(r)...)
	if f, notable := checkOrigin(r, s); notable {
		found = append(found, f)
	}
	if !p.Clock.IsZero() {
		found = append(found, checkBrowserClock(s, p.Clock))
	}
	return found
}

// checkHost: cookies belong to the host that people open.
func checkHost(r *http.Request, s Settings) Finding {
	base, err := url.Parse(s.BaseURL)
	if err != nil || !strings.EqualFold(base.Host, r.Host) {
		return Finding{
			"host", Problem, fmt.Sprintf("this page was asked for as %s, and people are told to open %s: cookies of the one are not sent to the other", r.Host, s.BaseURL),
			"open " + s.BaseURL + ", or say the other with --base-url; a proxy must pass the header Host on",
		}
	}
	return Finding{"host", OK, "the host is the one of --base-url", ""}
}

// checkForwarded: what proxies say counts only if they are known, and is missed
// if they are silent.
func checkForwarded(r *http.Request, s Settings) Finding {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return Finding{"proxy_headers", Note, "the address of the connection cannot be read", ""}
	}
	address := peer.Addr().Unmap()
	trusted := slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(address) })
	claims := r.Header.Get("X-Forwarded-For") != ""
	switch {
	case claims && !trusted:
		return Finding{
			"proxy_headers", Problem, fmt.Sprintf("%s sends X-Forwarded-For and is not trusted: everybody behind it seems to have its address", address),
			fmt.Sprintf("if that is your proxy: --trusted-proxy %s", address),
		}
	case trusted && !claims:
		return Finding{
			"proxy_headers", Problem, fmt.Sprintf("the trusted proxy %s does not say for whom it asks", address),
			"let it send X-Forwarded-For; in nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for",
		}
	case lacksHTTPS(r, s):
		return Finding{
			"proxy_headers", Warning, "the request came by http, or the proxy does not say that it came by https",
			"redirect http to https in the proxy, and let it send X-Forwarded-Proto",
		}
	}
	return Finding{"proxy_headers", OK, "the address of the client can be told", ""}
}

// lacksHTTPS says whether a request for an address with https came by http, or by
// a proxy that does not say how.
func lacksHTTPS(r *http.Request, s Settings) bool {
	return strings.HasPrefix(s.BaseURL, "https://") && r.TLS == nil && r.Header.Get("X-Forwarded-Proto") != "https"
}

// checkProbe: a cookie that was just set came back, or why not.
func checkProbe(r *http.Request, s Settings) Finding {
	if _, err := r.Cookie(ProbeCookie); err == nil {
		return Finding{"cookies", OK, "cookies arrive", ""}
	}
	what, do := "a cookie that was just set did not come back", "allow cookies for this site in the browser"
	switch {
	case r.Header.Get("Sec-Fetch-Site") == "cross-site":
		what += ": this page is inside one of another site, where browsers drop third-party cookies"
		do = "open " + s.BaseURL + " in a tab of its own, or serve both under one domain"
	case lacksHTTPS(r, s):
		what += ": it is Secure, and the page came by http"
		do = "open " + s.BaseURL + "; if that is what you did, let the proxy send X-Forwarded-Proto"
	}
	return Finding{"cookies", Problem, what, do}
}

// checkTwins: two cookies of one name are left over from another path or domain,
// and which of them counts is chance.
func checkTwins(r *http.Request) []Finding {
	seen := map[string]int{}
	for _, c := range r.Cookies() {
		seen[c.Name]++
	}
	var found []Finding
	for name, n := range seen {
		if n > 1 && strings.Contains(name, "latchkey") {
			found = append(found, Finding{
				"cookie_twins", Problem, fmt.Sprintf("the cookie %s arrives %d times: set for two paths or domains", name, n),
				"delete the cookies of this site in the browser, and see which program sets the other",
			})
		}
	}
	return found
}

// checkOrigin: pages of other origins get answers only if they are listed.
func checkOrigin(r *http.Request, s Settings) (f Finding, notable bool) {
	origin := r.Header.Get("Origin")
	if origin == "" || origin == s.BaseURL {
		return f, false
	}
	if slices.Contains(s.CORSOrigins, origin) {
		return Finding{"cors", OK, origin + " may call the API", ""}, true
	}
	return Finding{
		"cors", Problem, fmt.Sprintf("a page of %q asks, and may not read answers", origin),
		"if that is your front end: --cors-origin " + origin,
	}, true
}

func checkBrowserClock(s Settings, browser time.Time) Finding {
	skew := browser.Sub(s.now()).Round(time.Second)
	if skew.Abs() > browserSkew {
		return Finding{"browser_clock", Note, fmt.Sprintf("the browser's clock is %s off; nothing here depends on it", skew), "look at the clock of that machine, and of this one"}
	}
	return Finding{"browser_clock", OK, "the browser's clock is right", ""}
}
