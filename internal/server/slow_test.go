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

// Clients that send a little now and then hold a connection only so long. Each
// bound is tried with the others out of reach.
func TestSlowClientsAreCut(t *testing.T) {
	const soon, never = 300 * time.Millisecond, time.Hour
	post := "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
	for _, bound := range []struct {
		name     string
		timeouts server.Timeouts
		sent     map[string]string
	}{
		{"header", server.Timeouts{ReadHeader: soon, Read: never, Write: never, Idle: never}, map[string]string{
			"nothing":      "",
			"slow request": "GET /api/v1/me HT",
			"slow header":  "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		}},
		{"body", server.Timeouts{ReadHeader: never, Read: soon, Write: never, Idle: never}, map[string]string{
			"slow body":       post + "Content-Length: 50\r\n\r\n{\"user",
			"slow large body": post + "Content-Length: 50000000\r\n\r\n{\"user",
			"slow chunks":     post + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"use",
		}},
		{"idle", server.Timeouts{ReadHeader: never, Read: never, Write: never, Idle: soon}, map[string]string{
			"idle after an answer": "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
		}},
	} {
		t.Run(bound.name, func(t *testing.T) {
			a := start(t, func(c *server.Config) { c.Timeouts = bound.timeouts })
			for name, sent := range bound.sent {
				answer := a.untilClosed(sent)
				if strings.Contains(answer, " 200 OK") != (bound.name == "idle") {
					t.Errorf("%s: answered %q", name, answer)
				}
			}
			a.program().do("GET", "/healthz", nil).want(200, "")
		})
	}
}

// untilClosed sends bytes and reads until the server closes the connection. If
// it never does, the test runs into the limit of go test.
func (a *app) untilClosed(sent string) string {
	a.t.Helper()
	conn := a.dial()
	if _, err := io.WriteString(conn, sent); err != nil {
		a.t.Fatal(err)
	}
	answer, _ := io.ReadAll(conn) // a reset is a way to close, too
	return string(answer)
}

// A client that does not read its answer is cut as well.
func TestUnreadAnswers(t *testing.T) {
	a := start(t, func(c *server.Config) {
		c.Timeouts = server.Timeouts{ReadHeader: time.Hour, Read: time.Hour, Write: 300 * time.Millisecond, Idle: time.Hour}
	})
	name := assetName.FindString(string(a.program().do("GET", "/", nil).body))
	conn := a.dial()
	request := "GET " + name + " HTTP/1.1\r\nHost: x\r\n\r\n"
	// Asking on and on without reading fills the buffers between us until the
	// server gives up, which closes the connection for writing too.
	for {
		if _, err := io.WriteString(conn, request); err != nil {
			return
		}
	}
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
