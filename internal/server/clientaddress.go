package server

import (
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the reverse proxies whose word about a client's address counts.
type proxies []netip.Prefix

// clientAddress finds the IP address of the client behind r. X-Forwarded-For is
// believed only from a trusted proxy, and read from its end: each proxy appends
// whom it heard from, and what stands before the first stranger is that
// stranger's own invention.
func (p proxies) clientAddress(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := plain(peer.Addr())
	if !p.trusts(address) {
		return address.String()
	}
	entries := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(entries) - 1; i >= 0 && p.trusts(address); i-- {
		next, err := hop(strings.TrimSpace(entries[i]))
		if err != nil {
			break
		}
		address = plain(next)
	}
	return address.String()
}

// hop reads an entry of X-Forwarded-For. Some proxies add the port, and then, or
// always, write IPv6 in brackets.
func hop(entry string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(entry); err == nil {
		return withPort.Addr(), nil
	}
	if strings.HasPrefix(entry, "[") && strings.HasSuffix(entry, "]") {
		entry = entry[1 : len(entry)-1]
	}
	return netip.ParseAddr(entry)
}

// sent says whether a request comes from a trusted proxy.
func (p proxies) sent(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && p.trusts(plain(peer.Addr()))
}

// plain makes two spellings of one address equal.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func (p proxies) trusts(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}
