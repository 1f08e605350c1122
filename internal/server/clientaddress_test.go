package server

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClientAddress(t *testing.T) {
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct {
		proxies   proxies
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                   {nil, "192.0.2.1:99", nil, "192.0.2.1"},
		"no proxy, header ignored":   {nil, "192.0.2.1:99", []string{"198.51.100.7"}, "192.0.2.1"},
		"stranger, header ignored":   {trusted, "192.0.2.1:99", []string{"198.51.100.7"}, "192.0.2.1"},
		"proxy":                      {trusted, "10.0.0.1:99", []string{"198.51.100.7"}, "198.51.100.7"},
		"proxy without header":       {trusted, "10.0.0.1:99", nil, "10.0.0.1"},
		"client wrote entries first": {trusted, "10.0.0.1:99", []string{"203.0.113.5, 198.51.100.7"}, "198.51.100.7"},
		"client names a proxy":       {trusted, "10.0.0.1:99", []string{"203.0.113.5, 10.1.1.1, 198.51.100.7"}, "198.51.100.7"},
		"two proxies":                {trusted, "127.0.0.1:99", []string{"198.51.100.7, 10.0.0.3"}, "198.51.100.7"},
		"two headers":                {trusted, "127.0.0.1:99", []string{"198.51.100.7", "10.0.0.3"}, "198.51.100.7"},
		"garbage stops the reading":  {trusted, "10.0.0.1:99", []string{"198.51.100.7, unknown"}, "10.0.0.1"},
		"with a port":                {trusted, "10.0.0.1:99", []string{"198.51.100.7:1234"}, "198.51.100.7"},
		"IPv6 with a port":           {trusted, "10.0.0.1:99", []string{"[2001:db8::1]:1234"}, "2001:db8::1"},
		"IPv6 in brackets":           {trusted, "10.0.0.1:99", []string{"[2001:db8::1]"}, "2001:db8::1"},
		"half a bracket":             {trusted, "10.0.0.1:99", []string{"2001:db8::1]"}, "10.0.0.1"},
		"the other half":             {trusted, "10.0.0.1:99", []string{"[2001:db8::1"}, "10.0.0.1"},
		"half a port":                {trusted, "10.0.0.1:99", []string{"198.51.100.7:"}, "10.0.0.1"},
		"zone of a client":           {trusted, "10.0.0.1:99", []string{"fe80::1%1"}, "fe80::1"},
		"all trusted":                {trusted, "10.0.0.1:99", []string{"10.0.0.2, 10.0.0.3"}, "10.0.0.2"},
		"IPv6":                       {trusted, "[fd00::1]:99", []string{"2001:db8::1"}, "2001:db8::1"},
		"IPv4 in IPv6":               {trusted, "[::ffff:10.0.0.1]:99", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
		"zone":                       {nil, "[fe80::1%eth0]:99", nil, "fe80::1"},
		"not TCP":                    {nil, "@", nil, "@"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.forwarded
			if got := c.proxies.clientAddress(r); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzClientAddress(f *testing.F) {
	f.Add("10.0.0.1:99", "198.51.100.7, 10.0.0.3")
	f.Add("[fd00::1%x]:1", ",,")
	trusted := proxies{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, peer, forwarded string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header["X-Forwarded-For"] = []string{forwarded}
		got := trusted.clientAddress(r)
		address, err := netip.ParseAddr(got)
		if err != nil {
			if got != peer {
				t.Fatalf("%q is neither an address nor the peer", got)
			}
			return
		}
		// Only a trusted peer's word counts.
		if from, err := netip.ParseAddrPort(peer); err == nil && !trusted.trusts(plain(from.Addr())) && plain(from.Addr()) != address {
			t.Fatalf("the stranger %s passes as %s", peer, got)
		}
	})
}
