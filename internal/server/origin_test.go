package server

import "testing"

func TestIsOrigin(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://app.example.com": true, "https://app.example.com:8443": true, "http://localhost:3000": true,
		"https://xn--exmple-cua.com": true, "https://a_b.example": true, "https://a": true, "https://192.0.2.1": true,
		"https://[2001:db8::1]:8443": true, "https://app.example.com.": true,

		"": false, "null": false, "app.example.com": false, "//app.example.com": false, "ftp://app.example.com": false,
		"HTTPS://app.example.com": false, "https://App.example.com": false, "https://exämple.com": false,
		"https://app.example.com/": false, "https://app.example.com?": false, "https://app.example.com#": false,
		"https://a@app.example.com": false, "https://app.example.com:443": false, "http://localhost:80": false,
		"https://app.example.com:": false, "https://app.example.com:0": false, "https://app.example.com:0844": false,
		"https://app.example.com:65536": false, "https://:8443": false, "https://": false,
		"https://*.example.com": false, "https://a,b": false, `https://a"b`: false, "https://a%20b": false,
		"https://[2001:DB8::1]": false, "https://[fe80::1%25eth0]": false, "https://[2001:db8:0::1]": false, "https://[]": false,
	} {
		if got := isOrigin(origin); got != want {
			t.Errorf("isOrigin(%q) is %v", origin, got)
		}
	}
}
