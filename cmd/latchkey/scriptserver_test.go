package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptServer is the running "latchkey serve" of a script.
type scriptServer struct {
	cmd *exec.Cmd
	log bytes.Buffer
}

// serverKey is the key of the script's server in its environment.
type serverKey struct{}

var scriptOpenLine = regexp.MustCompile(`(?m)^  Open +(http://\S+)$`)

// serverCommand is "server start FLAG…", which puts the address into URL, or
// "server stop".
func serverCommand(ts *testscript.TestScript, neg bool, args []string) {
	running := ts.Value(serverKey{}).(*scriptServer)
	switch {
	case neg || len(args) == 0:
		ts.Fatalf("usage: server start FLAG... | server stop")
	case args[0] == "stop":
		ts.Check(running.stop())
	default:
		ts.Check(running.start(ts, args[1:]))
	}
}

func (s *scriptServer) start(ts *testscript.TestScript, flags []string) error {
	latchkey, err := exec.LookPath("latchkey")
	if err != nil {
		return err
	}
	s.cmd = exec.Command(latchkey, append([]string{"serve"}, flags...)...)
	s.cmd.Dir, s.cmd.Stderr = ts.Getenv("WORK"), &s.log
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "LATCHKEY_ADDR", "LATCHKEY_DB", "LATCHKEY_DATA", raceOptions} {
		if value := ts.Getenv(name); value != "" {
			s.cmd.Env = append(s.cmd.Env, name+"="+value)
		}
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	ts.Defer(func() { _ = s.cmd.Process.Kill() })
	welcome, chunk := "", make([]byte, 4096)
	for !strings.Contains(welcome, "  Stop") {
		n, err := out.Read(chunk)
		welcome += string(chunk[:n])
		if err != nil {
			_ = s.cmd.Wait()
			ts.Fatalf("no welcome: %v\n%s%s", err, welcome, &s.log)
		}
	}
	match := scriptOpenLine.FindStringSubmatch(welcome)
	if match == nil {
		ts.Fatalf("the message does not say what to open:\n%s", welcome)
	}
	ts.Setenv("URL", match[1])
	return nil
}

func (s *scriptServer) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// signIn is "sign-in NAME PASSWORD": it puts the access token into TOKEN.
func signIn(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] sign-in NAME PASSWORD")
	}
	body, err := json.Marshal(map[string]string{"username": args[0], "password": args[1], "delivery": "body"})
	ts.Check(err)
	response, err := http.Post(ts.Getenv("URL")+"/api/v1/sign-in", "application/json", bytes.NewReader(body))
	ts.Check(err)
	answer, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(response.Body.Close())
	if ok := response.StatusCode == http.StatusOK; ok == neg {
		ts.Fatalf("sign-in: %s\n%s", response.Status, answer)
	}
	if neg {
		return
	}
	var tokens struct {
		Access string `json:"access_token"`
	}
	ts.Check(json.Unmarshal(answer, &tokens))
	ts.Setenv("TOKEN", tokens.Access)
}

// request is "request STATUS PATH": a GET with TOKEN, which must be answered so.
// "request --wait STATUS PATH" asks until it is: a server learns of what another
// process did within a second.
func request(ts *testscript.TestScript, neg bool, args []string) {
	wait := len(args) > 0 && args[0] == "--wait"
	if wait {
		args = args[1:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: request [--wait] STATUS PATH")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		status, body := get(ctx, ts, args[1])
		if status == want {
			return
		}
		if !wait {
			ts.Fatalf("%s: %d, want %d\n%s", args[1], status, want, body)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func get(ctx context.Context, ts *testscript.TestScript, path string) (int, []byte) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, ts.Getenv("URL")+path, nil)
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+ts.Getenv("TOKEN"))
	response, err := http.DefaultClient.Do(r)
	ts.Check(err)
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(response.Body.Close())
	return response.StatusCode, body
}
