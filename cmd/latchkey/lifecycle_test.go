package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// process is a running "latchkey serve".
type process struct {
	*exec.Cmd
	t       *testing.T
	url     string
	welcome string
	log     *processLog
	out     io.Reader
}

// processLog is what a process has written so far.
type processLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *processLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *processLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var openLine = regexp.MustCompile(`(?m)^  Open +(http://\S+)$`)

// serve starts the server through a shell command, in which $@ are the
// arguments, and waits for its message.
func serve(t *testing.T, data, shell string, args ...string) *process {
	t.Helper()
	return serveWith(t, data, shell, nil, args...)
}

// serveWith is serve with a change to the command before it starts.
func serveWith(t *testing.T, data, shell string, change func(*exec.Cmd), args ...string) *process {
	t.Helper()
	args = append([]string{"-c", shell, "sh", "serve", "--addr", "127.0.0.1:0", "--data", data}, args...)
	p := &process{Cmd: exec.Command("sh", args...), t: t, log: &processLog{}}
	p.Stderr = p.log
	if change != nil {
		change(p.Cmd)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	reader := bufio.NewReader(out)
	p.out = reader
	for !strings.Contains(p.welcome, "  Stop") {
		line, err := reader.ReadString('\n')
		p.welcome += line
		if err != nil {
			_ = p.Wait()
			t.Fatalf("no welcome: %v\n%s%s", err, p.welcome, p.log)
		}
	}
	match := openLine.FindStringSubmatch(p.welcome)
	if match == nil {
		t.Fatalf("the message does not say what to open:\n%s", p.welcome)
	}
	p.url = match[1]
	return p
}

// end sends a signal and returns the exit code.
func (p *process) end(s os.Signal) int {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, p.out)
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// post sends JSON and returns the status.
func (p *process) post(path, body string) int {
	p.t.Helper()
	response, err := http.Post(p.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	_ = response.Body.Close()
	return response.StatusCode
}

const someone = `{"username":"ada","password":"correct horse battery staple"}`

func TestServeAndStop(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for round, want := range []string{"create the first account", "sign in"} {
		for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
			p := serve(t, data, `exec latchkey "$@"`)
			for _, line := range []string{"Latchkey", data, want, "Ctrl+C"} {
				if !strings.Contains(p.welcome, line) {
					t.Errorf("the message lacks %q:\n%s", line, p.welcome)
				}
			}
			if strings.Contains(p.welcome, "\x1b") {
				t.Error("colours are written to what is no terminal")
			}
			if round == 0 && signal == syscall.SIGINT {
				if got := p.post("/api/v1/sign-up", someone); got != 201 {
					t.Errorf("sign-up: %d", got)
				}
			}
			if round == 1 {
				if got := p.post("/api/v1/sign-in", someone); got != 200 {
					t.Errorf("sign-in after a restart: %d", got)
				}
			}
			if code := p.end(signal); code != 0 {
				t.Errorf("%v: exit code %d\n%s", signal, code, p.log)
			}
		}
	}
}

// Settings can come from the environment, and flags win over it.
func TestServeFromEnvironment(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := serve(t, data, `LATCHKEY_BASE_URL=http://localhost:1234 LATCHKEY_DATA=/nowhere LATCHKEY_LOG_FORMAT=json exec latchkey "$@"`)
	if p.url != "http://localhost:1234" || !strings.Contains(p.welcome, data) {
		t.Errorf("the message is:\n%s", p.welcome)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if !strings.HasPrefix(p.log.String(), `{"time":`) {
		t.Errorf("the log is not JSON: %s", p.log)
	}
}

// The cookie by which a device is known can be switched off, by either way.
func TestKnownDevices(t *testing.T) {
	for shell, want := range map[string]bool{
		`exec latchkey "$@"`:                              true,
		`exec latchkey "$@" --no-known-devices`:           false,
		`LATCHKEY_KNOWN_DEVICES=false exec latchkey "$@"`: false,
	} {
		p := serve(t, filepath.Join(t.TempDir(), "data"), shell)
		response, err := http.Post(p.url+"/api/v1/sign-up", "application/json", strings.NewReader(someone))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		set := strings.Contains(strings.Join(response.Header["Set-Cookie"], "\n"), "latchkey_device=")
		if response.StatusCode != 201 || set != want {
			t.Errorf("%s: sign-up %d, the cookie is set: %v", shell, response.StatusCode, set)
		}
		if code := p.end(syscall.SIGTERM); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}

// Metrics are where the message says.
func TestServeMetrics(t *testing.T) {
	p := serve(t, filepath.Join(t.TempDir(), "data"), `exec latchkey "$@" --metrics-addr 127.0.0.1:0`)
	match := regexp.MustCompile(`(?m)^  Watch +(http://127\.0\.0\.1:\d+/metrics)$`).FindStringSubmatch(p.welcome)
	if match == nil {
		t.Fatalf("the message does not say where metrics are:\n%s", p.welcome)
	}
	response, err := http.Get(match[1])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(text), "latchkey_build_info{") || !strings.Contains(string(text), `version="devel`) {
		t.Errorf("%d, %v:\n%.500s", response.StatusCode, err, text)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Whatever the umask, nobody else may read what the server writes.
func TestFileModes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "deep", "data")
	p := serve(t, data, `umask 000; exec latchkey "$@"`)
	if got := p.post("/api/v1/sign-up", someone); got != 201 {
		t.Fatalf("sign-up: %d", got)
	}
	if got := p.post("/api/v1/sign-in", someone); got != 200 {
		t.Fatalf("sign-in: %d", got)
	}
	seen := map[string]bool{}
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %04o, want %04o", path, info.Mode().Perm(), want)
		}
		seen[entry.Name()] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"keys.json", "latchkey.db", "latchkey.db-wal", "latchkey.db-shm"} {
		if !seen[name] {
			t.Errorf("%s is not there: %v", name, seen)
		}
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	data := filepath.Join(t.TempDir(), "data")
	out, err := exec.Command("latchkey", "serve", "--addr", l.Addr().String(), "--data", data).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("got %v, want exit code 1", err)
	}
	want := fmt.Sprintf("latchkey: another program listens on %s; stop it, or choose another port, such as --addr 127.0.0.1:8081\n", l.Addr())
	if string(out) != want {
		t.Errorf("got  %q\nwant %q", out, want)
	}
	if _, err := os.Stat(data); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the data directory was made although the server cannot run")
	}
}

// A crash at any moment loses nothing that was answered.
func TestKill(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	p := serve(t, data, `exec latchkey "$@"`)
	if got := p.post("/api/v1/sign-up", someone); got != 201 {
		t.Fatalf("sign-up: %d", got)
	}
	if code := p.end(syscall.SIGKILL); code != -1 {
		t.Errorf("exit code %d", code)
	}
	p = serve(t, data, `exec latchkey "$@"`)
	if got := p.post("/api/v1/sign-in", someone); got != 200 {
		t.Errorf("sign-in after a crash: %d", got)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
