package loopback

import "testing"

func TestIsHost(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.8.9.10": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "192.0.2.1": false, "app.example.com": false,
		"localhost.example.com": false, "127.0.0.1.example.com": false, "127.1": false, "[::1]": false,
	} {
		if got := IsHost(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}
