package server

import (
	"net"
	"strings"
	"testing"
)

func TestListen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	for addr, want := range map[string]string{
		taken.Addr().String():      "another program listens on " + taken.Addr().String(),
		"192.0.2.1:8080":           "this machine has no address 192.0.2.1:8080",
		"no-such-host.invalid:80":  "no-such-host.invalid",
		"127.0.0.1:99999":          "invalid port",
		"127.0.0.1:no-such-port-x": "unknown port",
	} {
		l, err := listen("--addr", addr)
		if err == nil {
			_ = l.Close()
			t.Errorf("%s can be listened on", addr)
			continue
		}
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--addr") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", addr, err)
		}
	}
}
