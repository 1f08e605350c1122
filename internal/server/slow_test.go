package server_test

import (
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/server"
)

// Clients that send a little now and then hold a connection only so long.
func TestSlowClientsAreCut(t *testing.T) {
	a := start(t, func(c *server.Config) {
		c.Timeouts.ReadHeader, c.Timeouts.Read, c.Timeouts.Idle = 50*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond
	})
	for name, sent := range map[string]string{
		"says nothing":     "",
		"slow request":     "GET /api/v1/me HT",
		"slow header":      "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"slow body":        "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"user",
		"slow large body":  "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50000000\r\n\r\n{\"user",
		"slow chunks":      "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"use",
		"idle after reply": "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn := a.dial()
			if _, err := io.WriteString(conn, sent); err != nil {
				t.Fatal(err)
			}
			// Ends when the server closes the connection. If it never did, the
			// test would run into the limit of go test.
			answer, err := io.ReadAll(conn)
			if netErr, ok := err.(net.Error); err != nil && (!ok || netErr.Timeout()) {
				t.Fatal(err)
			}
			if strings.Contains(string(answer), "200 OK") && name != "idle after reply" {
				t.Errorf("answered: %s", answer)
			}
		})
	}
	a.program().do("GET", "/healthz", nil).want(200, "")
}

// Many connections that do nothing do not keep others out.
func TestIdleConnections(t *testing.T) {
	a := start(t)
	for range 200 {
		if _, err := io.WriteString(a.dial(), "GET / HTTP/1.1\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	a.signUp().do("GET", "/api/v1/me", nil).want(200, "")
}

// A request at work is finished when the server is told to stop.
func TestGracefulStop(t *testing.T) {
	a := start(t)
	conn := a.dial()
	body := `{"username":"` + ada + `","password":"` + adaPassword + `"}`
	head := "POST /api/v1/sign-up HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	if _, err := io.WriteString(conn, head+body[:10]); err != nil {
		t.Fatal(err)
	}
	a.program().do("GET", "/healthz", nil).want(200, "") // the server has taken the connection
	stopped := make(chan struct{})
	go func() { a.stop(); close(stopped) }()
	for !strings.Contains(a.log.String(), "stopping") {
		time.Sleep(time.Millisecond)
	}
	if _, err := io.WriteString(conn, body[10:]); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 201 ") {
		t.Errorf("the request was cut off: %q, %v", answer, err)
	}
	<-stopped
	if conn, err := net.Dial("tcp", strings.TrimPrefix(a.url, "http://")); err == nil {
		_ = conn.Close()
		t.Error("a stopped server still listens")
	}
}

// What was there before a restart is there after it.
func TestRestart(t *testing.T) {
	a := start(t)
	b := a.signUp()
	c, _ := a.signInBody()
	b.do("DELETE", "/api/v1/sessions", nil).want(200, "")
	a.stop()

	again := start(t, func(cfg *server.Config) { cfg.DataDir = a.data; cfg.Addr = strings.TrimPrefix(a.url, "http://") })
	b.app, c.app = again, again
	b.do("GET", "/api/v1/me", nil).want(200, "")
	c.do("GET", "/api/v1/me", nil).want(401, "session_ended")
}
