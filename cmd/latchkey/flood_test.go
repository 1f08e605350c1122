package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

const (
	floodSize   = 500
	floodMemory = 256 << 20 // bytes the process may have resident
)

// Five hundred people who sign in at once neither kill a small machine nor keep
// those out who are signed in already: each is let in, told that the password is
// wrong, or asked to come back later.
func TestFlood(t *testing.T) {
	p := serve(t, filepath.Join(t.TempDir(), "data"), `GOMEMLIMIT=200MiB exec '`+build(t)+`' "$@" --log-level warn`)
	if got := p.post("/api/v1/sign-up", someone); got != 201 {
		t.Fatalf("sign-up: %d", got)
	}
	bearer := p.bearer(t)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: floodSize}}

	var answers [600]atomic.Int64
	var flood, others sync.WaitGroup
	begin, over := make(chan struct{}), make(chan struct{})
	for i := range floodSize {
		flood.Go(func() {
			<-begin
			body, want := someone, 200
			if i%10 == 0 { // fewer than an address may fail at once
				body, want = `{"username":"nobody","password":"a guess of a password"}`, 401
			}
			response, err := client.Post(p.url+"/api/v1/sign-in", "application/json", strings.NewReader(body))
			if err != nil {
				t.Errorf("a sign-in was not answered: %v", err)
				return
			}
			_ = response.Body.Close()
			answers[response.StatusCode].Add(1)
			if response.StatusCode != want && (response.StatusCode != 503 || response.Header.Get("Retry-After") == "") {
				t.Errorf("a sign-in was answered %d with Retry-After %q, want %d or 503", response.StatusCode, response.Header.Get("Retry-After"), want)
			}
		})
	}
	var passed atomic.Int64
	others.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			if status := p.me(t, client, bearer); status != 200 {
				t.Errorf("a protected request was answered %d during the flood", status)
				return
			}
			passed.Add(1)
		}
	})
	close(begin)
	flood.Wait()
	during := passed.Load()
	close(over)
	others.Wait()

	t.Logf("%d signed in, %d wrong, %d told to come back; %d protected requests meanwhile",
		answers[200].Load(), answers[401].Load(), answers[503].Load(), during)
	if sum := answers[200].Load() + answers[401].Load() + answers[503].Load(); sum != floodSize {
		t.Errorf("%d answers, want %d", sum, floodSize)
	}
	if answers[200].Load() == 0 || answers[503].Load() == 0 || during == 0 {
		t.Error("somebody must get in, somebody must wait, and protected requests must pass")
	}
	if most := p.peakMemory(t); most >= floodMemory {
		t.Errorf("the process took %d MB, want less than %d", most>>20, floodMemory>>20)
	} else {
		t.Logf("the process took %d MB at most", most>>20)
	}
	if code := p.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// build builds the program as it is delivered. The race detector, with which these
// tests may have been built, takes several times the memory.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "latchkey")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// bearer signs in as a program and returns the access token.
func (p *process) bearer(t *testing.T) string {
	t.Helper()
	body := strings.Replace(someone, "}", `,"delivery":"body"}`, 1)
	response, err := http.Post(p.url+"/api/v1/sign-in", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var tokens struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&tokens); err != nil || tokens.Access == "" {
		t.Fatalf("sign-in: %d, %v", response.StatusCode, err)
	}
	return tokens.Access
}

// me makes a protected request and returns its status.
func (p *process) me(t *testing.T, client *http.Client, bearer string) int {
	r, err := http.NewRequest("GET", p.url+"/api/v1/me", nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	r.Header.Set("Authorization", "Bearer "+bearer)
	response, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, response.Body) // so that the connection is used again
	return response.StatusCode
}

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`)

// peakMemory is the most memory that the process has had resident, in bytes. Only
// Linux tells; elsewhere it is zero.
func (p *process) peakMemory(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Logf("NOT TESTED: this system does not tell how much memory a process takes: %v", err)
		return 0
	}
	match := peakLine.FindSubmatch(text)
	if match == nil {
		t.Fatalf("there is no VmHWM in\n%s", text)
	}
	kilobytes, err := strconv.ParseInt(string(match[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
