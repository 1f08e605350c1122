package server

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// hostName is a host as browsers write it: in lower case, and what is not ASCII
// in Punycode.
var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$`)

// defaultPorts are those that browsers leave out of an origin.
var defaultPorts = map[string]string{"https": "443", "http": "80"}

// isOrigin says whether text is an origin of http or https as browsers write it
// in the header Origin (RFC 6454, section 6.2): it is compared as a whole.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || defaultPorts[u.Scheme] == "" || u.Scheme+"://"+u.Host != text {
		return false
	}
	host, port := u.Hostname(), u.Port()
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || strconv.FormatUint(n, 10) != port || n == 0 || port == defaultPorts[u.Scheme] {
			return false
		}
	} else if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if strings.HasPrefix(u.Host, "[") {
		address, err := netip.ParseAddr(host)
		return err == nil && address.Zone() == "" && address.String() == host
	}
	return hostName.MatchString(host)
}
