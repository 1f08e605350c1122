package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// A served is what the commands of a page talk to.
type served struct {
	address string
	goRun   string    // what "go run ." does: the page's own program
	cmd     *exec.Cmd // latchkey serve, if the page has no program
}

// server makes the program of a page that has it run, or else starts latchkey
// serve.
func (c *commandChecker) server(doc *document, dir string) (*served, error) {
	runs := slices.ContainsFunc(doc.blocks, func(b block) bool { return b.isShell() && goRun.MatchString(b.code) })
	if i := slices.IndexFunc(doc.blocks, func(b block) bool { return b.isProgram() }); runs && i >= 0 {
		return c.build(doc.blocks[i], dir)
	}
	if c.binary == "" {
		return nil, errors.New("there is no cmd/latchkey")
	}
	return c.serve(dir)
}

// build compiles a program, which the commands of the page start, for an address
// that is free.
func (c *commandChecker) build(program block, dir string) (*served, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &served{address: "http://" + listener.Addr().String(), goRun: filepath.Join(dir, "program")}
	if err := listener.Close(); err != nil {
		return nil, err
	}
	module, err := filepath.Abs(filepath.Join(c.root, program.module))
	if err != nil {
		return nil, err
	}
	code := strings.ReplaceAll(program.code, strings.TrimPrefix(shownAddress, "http://"), strings.TrimPrefix(s.address, "http://"))
	source, list := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(module, "mdcheck", "main.go"): source}})
	if err := errors.Join(err, os.WriteFile(source, []byte(code), 0o600), os.WriteFile(list, overlay, 0o600)); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "build", "-overlay", list, "-o", s.goRun, "./mdcheck")
	cmd.Dir, cmd.Env = module, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return s, nil
}

var goRun = regexp.MustCompile(`(?m)\bgo run \.(?:\s|$)`)

var openLine = regexp.MustCompile(`^\s*Open\s+(http://\S+)`)

// serve starts latchkey with its data in dir.
func (c *commandChecker) serve(dir string) (*served, error) {
	s := &served{cmd: exec.Command(c.binary, "serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data"))}
	s.cmd.Env = []string{"HOME=" + dir}
	var log bytes.Buffer
	s.cmd.Stderr = &log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := openLine.FindStringSubmatch(lines.Text()); m != nil {
			s.address = strings.TrimSuffix(m[1], "/")
			return s, nil
		}
	}
	return nil, fmt.Errorf("latchkey serve does not start: %w: %s", s.stop(), log.String())
}

// stop ends latchkey serve. What the commands started, their shell ends.
func (s *served) stop() error {
	if s.cmd == nil {
		return nil
	}
	err := s.cmd.Process.Signal(syscall.SIGTERM)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	return errors.Join(err, s.cmd.Wait())
}
