package server

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestConfigCheck(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  Config
		want string // part of the error; empty: none
	}{
		"default":              {Config{Addr: "127.0.0.1:8080"}, ""},
		"localhost":            {Config{Addr: "localhost:8080"}, ""},
		"IPv6 loopback":        {Config{Addr: "[::1]:8080"}, ""},
		"behind a proxy":       {Config{Addr: "0.0.0.0:8080", BaseURL: "https://app.example.com"}, ""},
		"slash at the end":     {Config{Addr: "127.0.0.1:8080", BaseURL: "https://app.example.com/"}, ""},
		"http on this machine": {Config{Addr: "127.0.0.1:8080", BaseURL: "http://localhost:3000"}, ""},
		"no port":              {Config{Addr: "127.0.0.1"}, "HOST:PORT"},
		"all interfaces":       {Config{Addr: ":8080"}, "--base-url"},
		"all, by number":       {Config{Addr: "0.0.0.0:8080"}, "--base-url"},
		"address of the net":   {Config{Addr: "192.0.2.1:8080"}, "--base-url"},
		"http to the world":    {Config{Addr: "0.0.0.0:8080", BaseURL: "http://app.example.com"}, "use https"},
		"no scheme":            {Config{Addr: "127.0.0.1:8080", BaseURL: "app.example.com"}, "not an address"},
		"ftp":                  {Config{Addr: "127.0.0.1:8080", BaseURL: "ftp://app.example.com"}, "not an address"},
		"path":                 {Config{Addr: "127.0.0.1:8080", BaseURL: "https://app.example.com/auth"}, "end after the host"},
		"user":                 {Config{Addr: "127.0.0.1:8080", BaseURL: "https://a:b@app.example.com"}, "end after the host"},
		"query":                {Config{Addr: "127.0.0.1:8080", BaseURL: "https://app.example.com?x=y"}, "end after the host"},
		"scheme in capitals":   {Config{Addr: "127.0.0.1:8080", BaseURL: "HTTPS://app.example.com"}, "as browsers write it"},
		"host in capitals":     {Config{Addr: "127.0.0.1:8080", BaseURL: "https://App.example.com"}, "as browsers write it"},
		"the usual port":       {Config{Addr: "127.0.0.1:8080", BaseURL: "https://app.example.com:443"}, "as browsers write it"},
		"another port":         {Config{Addr: "127.0.0.1:8080", BaseURL: "https://app.example.com:8443/"}, ""},
		"no host":              {Config{Addr: "127.0.0.1:8080", BaseURL: "https://:8443"}, "as browsers write it"},
		"part of a second":     {Config{Addr: "127.0.0.1:8080", AccessTTL: time.Millisecond}, "whole seconds"},
		"idle below access":    {Config{Addr: "127.0.0.1:8080", IdleTimeout: time.Minute}, "--idle-timeout 1m0s is below --access-ttl 15m0s"},
		"idle above access":    {Config{Addr: "127.0.0.1:8080", IdleTimeout: time.Minute, AccessTTL: time.Minute}, ""},
		"access above session": {Config{Addr: "127.0.0.1:8080", AccessTTL: 31 * 24 * time.Hour}, "--session-ttl"},
		"metrics elsewhere":    {Config{Addr: "127.0.0.1:8080", MetricsAddr: "127.0.0.1:9090"}, ""},
		"metrics for all":      {Config{Addr: "127.0.0.1:8080", MetricsAddr: ":9090"}, "--insecure-public-metrics"},
		"metrics on purpose":   {Config{Addr: "127.0.0.1:8080", MetricsAddr: ":9090", InsecurePublicMetrics: true}, ""},
		"metrics nowhere":      {Config{Addr: "127.0.0.1:8080", MetricsAddr: "9090"}, "--metrics-addr"},
		"negative":             {Config{Addr: "127.0.0.1:8080", IdleTimeout: -time.Second}, "--idle-timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.cfg.check()
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestConfigCheckReportsAllMistakes(t *testing.T) {
	cfg := Config{Addr: "127.0.0.1:8080", BaseURL: "x", AccessTTL: -1, FreshFor: -1}
	err := cfg.check()
	for _, want := range []string{"--base-url", "--access-ttl", "--fresh-for"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

func TestBaseURL(t *testing.T) {
	listening := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4321}
	for _, c := range []struct{ addr, base, want string }{
		{"127.0.0.1:0", "", "http://127.0.0.1:4321"},
		{"localhost:0", "", "http://localhost:4321"},
		{"[::1]:0", "", "http://[::1]:4321"},
		{"127.0.0.1:0", "https://app.example.com/", "https://app.example.com"},
	} {
		cfg := Config{Addr: c.addr, BaseURL: c.base}
		if got := cfg.baseURL(listening); got != c.want {
			t.Errorf("%s, %s: got %s, want %s", c.addr, c.base, got, c.want)
		}
	}
}
