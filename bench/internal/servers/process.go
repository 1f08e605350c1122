// Package servers runs whole servers beside each other, as processes of their
// own, and measures what requests cost them.
package servers

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ticks is how many units of CPU time Linux counts in a second (USER_HZ, which
// is the same on all its platforms that Go supports).
const ticks = 100

// Process is a running server.
type Process struct {
	URL string
	// StartUp is the time from the start to the first answer.
	StartUp time.Duration
	// Idle is the resident memory after that, in bytes.
	Idle int64

	cmd      *exec.Cmd
	log      bytes.Buffer
	database int // the process id of the database server; 0 if it is in ours
}

// FreeAddress returns an address of this machine on which nothing listens.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// Start runs a server and waits until it answers at ready, a path. environment
// is added to ours.
func Start(ctx context.Context, environment []string, addr, ready, program string, args ...string) (*Process, error) {
	p := &Process{URL: "http://" + addr, cmd: exec.CommandContext(ctx, program, args...)}
	p.cmd.Env = append(p.cmd.Environ(), environment...)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for time.Since(began) < time.Minute {
		resp, err := http.Get(p.URL + ready)
		if err == nil {
			_ = resp.Body.Close()
			p.StartUp = time.Since(began)
			p.Idle, _, err = p.Memory()
			return p, err
		}
		time.Sleep(2 * time.Millisecond)
	}
	_ = p.Stop()
	return nil, fmt.Errorf("%s does not answer: %s", filepath.Base(program), p.log.String())
}

// Stop ends the server and waits for it.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	return p.cmd.Wait()
}

// CPU is the CPU time that the server has used.
func (p *Process) CPU() (time.Duration, error) { return cpuOf(p.cmd.Process.Pid) }

// cpu is the CPU time that the server has used, and that its database server
// has, if it has one.
func (p *Process) cpu() (server, database time.Duration, err error) {
	if server, err = p.CPU(); err != nil || p.database == 0 {
		return server, 0, err
	}
	database, err = cpuOfFamily(p.database)
	return server, database, err
}

// Fields of /proc/PID/stat, counted from behind the program's name: the parent,
// and the CPU time of user and system of children that ended.
const (
	parent = 1
	ended  = 13
)

// stat reads the numbers of /proc/PID/stat up to those. The state, a letter,
// is 0.
func stat(pid int) ([ended + 2]time.Duration, error) {
	var numbers [ended + 2]time.Duration
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return numbers, err
	}
	// The name, in brackets, may have spaces and brackets in it.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	for i := range numbers {
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		numbers[i] = time.Duration(n)
	}
	return numbers, nil
}

// cpuOfFamily is the CPU time of a process and of all its children, those that
// have ended included: of a PostgreSQL server with its many processes.
func cpuOfFamily(pid int) (time.Duration, error) {
	sum, err := cpuOf(pid)
	if err != nil {
		return 0, err
	}
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	sum += (fields[ended] + fields[ended+1]) * (time.Second / ticks)
	paths, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, err
	}
	for _, path := range paths {
		child, err := strconv.Atoi(filepath.Base(path))
		if err != nil {
			return 0, err
		}
		// One that has ended meanwhile is counted with its parent's next time.
		if fields, err := stat(child); err == nil && int(fields[parent]) == pid {
			used, _ := cpuOf(child)
			sum += used
		}
	}
	return sum, nil
}

// Memory returns the server's resident memory now and at its highest, in bytes.
func (p *Process) Memory() (now, highest int64, err error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		switch name {
		case "VmRSS":
			now = kilobytes << 10
		case "VmHWM":
			highest = kilobytes << 10
		}
	}
	return now, highest, nil
}
