package main

import (
	"net/netip"
	"slices"
	"testing"
)

func TestParsePrefixes(t *testing.T) {
	got, err := parsePrefixes([]string{"127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"})
	want := []netip.Prefix{
		netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("fd00::/8"),
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "localhost", "10.0.0.0/33", "10.0.0.0/8,", "127.0.0.1:80"} {
		if got, err := parsePrefixes([]string{bad}); err == nil {
			t.Errorf("%q is taken for %v", bad, got)
		}
	}
}
