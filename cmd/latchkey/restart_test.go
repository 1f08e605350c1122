//go:build unix

package main

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// handOver runs the server on a socket as systemd would.
const handOver = `LISTEN_PID=$$ LISTEN_FDS=1 exec latchkey "$@"`

// TestRestartWithoutRefusals: with a port that the supervisor keeps open, nobody
// is refused while the server restarts, and everybody stays signed in.
func TestRestartWithoutRefusals(t *testing.T) {
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = port.Close() }()
	socket, err := port.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	data := filepath.Join(t.TempDir(), "data")

	p := serveOn(t, socket, data)
	if got := p.post("/api/v1/sign-up", someone); got != http.StatusCreated {
		t.Fatalf("sign-up: %d", got)
	}
	url, stop, refused := p.url, make(chan struct{}), make(chan error, 1)
	asked := make(chan struct{}, 1)
	go func() {
		// Each request on a connection of its own: the old server closes its.
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		for {
			select {
			case <-stop:
				refused <- nil
				return
			default:
			}
			response, err := client.Get(url + "/healthz")
			if err != nil {
				refused <- err
				return
			}
			_ = response.Body.Close()
			select {
			case asked <- struct{}{}:
			default: // enough of them
			}
		}
	}()
	// next waits for an answer to a request.
	next := func() {
		t.Helper()
		select {
		case <-asked:
		case err := <-refused:
			t.Fatalf("a request was refused: %v\n%s", err, p.log)
		}
	}
	for range 3 {
		next()
		if code := p.end(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d\n%s", code, p.log)
		}
		p = serveOn(t, socket, data)
	}
	next()
	close(stop)
	if err := <-refused; err != nil {
		t.Errorf("a request was refused during a restart: %v", err)
	}
	if got := p.post("/api/v1/sign-in", someone); got != http.StatusOK {
		t.Errorf("sign-in after restarts: %d", got)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func serveOn(t *testing.T, socket *os.File, data string) *process {
	t.Helper()
	return serveWith(t, data, handOver, func(c *exec.Cmd) { c.ExtraFiles = []*os.File{socket} })
}

// TestSocketOfSupervisor: what cannot be served on is told at start.
func TestSocketOfSupervisor(t *testing.T) {
	wide, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = wide.Close() }()
	open, err := wide.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	local, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = local.Close() }()
	path, err := local.(*net.UnixListener).File()
	if err != nil {
		t.Fatal(err)
	}
	plain, err := os.Create(filepath.Join(t.TempDir(), "plain"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, shell string
		file        *os.File
		want        string
	}{
		{"reached by others", handOver, open, "--base-url must say"},
		{"not of TCP", handOver, path, "is not of TCP"},
		{"no socket", handOver, plain, "is no listening socket"},
		{"two", strings.Replace(handOver, "FDS=1", "FDS=2", 1), open, "hands over 2 sockets"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command("sh", "-c", c.shell, "sh", "serve", "--data", filepath.Join(t.TempDir(), "data"))
			cmd.ExtraFiles = []*os.File{c.file}
			out, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), c.want) || strings.Count(string(out), "\n") != 1 {
				t.Errorf("got %v: %s", err, out)
			}
		})
	}
}
