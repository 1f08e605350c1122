package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// shownAddress is where the server is in the documentation.
const shownAddress = "http://127.0.0.1:8080"

// A step is a block of commands, and the block that shows what they print.
type step struct {
	block block
	shown *block
}

// steps returns the commands of a page in their order, without those that start
// the server. What they print is in the next block, if that is no command.
func steps(doc *document) []step {
	var all []step
	for i, b := range doc.blocks {
		if b.skip || !b.isShell() || strings.Contains(b.code, "latchkey serve") {
			continue
		}
		s := step{block: b}
		if i+1 < len(doc.blocks) && slices.Contains([]string{"json", "http", "text"}, doc.blocks[i+1].lang) {
			s.shown = &doc.blocks[i+1]
		}
		all = append(all, s)
	}
	return all
}

// runPage follows a page as a reader would: it has a server, types the commands
// into one shell, and compares what they print with what the page shows.
func (c *commandChecker) runPage(doc *document) ([]string, error) {
	all := steps(doc)
	for _, tool := range []string{"curl", "openssl", "xxd"} {
		uses := slices.ContainsFunc(all, func(s step) bool { return strings.Contains(s.block.code, tool+" ") })
		if _, err := exec.LookPath(tool); uses && err != nil {
			if err := missing(tool, "the commands of "+doc.name+" are"); err != nil {
				return []string{err.Error()}, nil
			}
			return nil, nil
		}
	}
	dir, err := os.MkdirTemp(c.temp, "run")
	if err != nil {
		return nil, err
	}
	server, err := c.server(doc, dir)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be run: %w", doc.name, err)
	}
	printed, told, err := c.typeIn(dir, server, all)
	if err := errors.Join(err, server.stop()); err != nil {
		return nil, fmt.Errorf("%s: %w", doc.name, err)
	}
	var problems []string
	for i, s := range all {
		if told[i] != "" {
			problems = append(problems, fmt.Sprintf("%s:%d: the commands say: %s", doc.name, s.block.line, firstLine(told[i])))
		}
		if s.shown == nil {
			continue
		}
		out := strings.ReplaceAll(printed[i], server.address, shownAddress)
		if err := compare(s.shown, out); err != nil {
			problems = append(problems, fmt.Sprintf("%s:%d: %v", doc.name, s.shown.line, err))
		}
	}
	return problems, nil
}

// typeIn runs the commands of all steps in one shell and returns what each writes
// to standard output and to standard error.
func (c *commandChecker) typeIn(dir string, server *served, all []step) (printed, told []string, err error) {
	const mark = "\x1e\n"
	var script strings.Builder
	if server.goRun != "" {
		fmt.Fprintf(&script, "go() { exec '%s'; }\n", server.goRun)
	}
	for _, s := range all {
		script.WriteString(strings.ReplaceAll(s.block.code, shownAddress, server.address))
		script.WriteString("printf '\\036\\n'; printf '\\036\\n' >&2\n")
	}
	script.WriteString("[ -z \"${!:-}\" ] || kill $!\n") // what runs in the background
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-u", "-c", script.String())
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + c.temp + string(os.PathListSeparator) + os.Getenv("PATH"), "no_proxy=127.0.0.1"}
	// With all that it has started, should it have to be stopped.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	err = cmd.Run()
	if ctx.Err() != nil {
		return nil, nil, errors.New("the commands do not come to an end")
	}
	printed, told = strings.Split(out.String(), mark), strings.Split(failed.String(), mark)
	if len(printed) <= len(all) || len(told) <= len(all) {
		return nil, nil, fmt.Errorf("the shell gave up: %w: %s", err, failed.String())
	}
	return printed, told, nil
}
