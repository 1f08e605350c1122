package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// terminal is a pseudo-terminal: what is written to master is typed, and what can
// be read there is seen.
type terminal struct {
	master, tty *os.File
	shown       shown
}

// shown is what a terminal has shown so far.
type shown struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *shown) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

func (s *shown) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

func openTerminal(t *testing.T) *terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	var locked, number int32
	ioctl(t, master, syscall.TIOCSPTLCK, unsafe.Pointer(&locked))
	ioctl(t, master, syscall.TIOCGPTN, unsafe.Pointer(&number))
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	return &terminal{master: master, tty: tty}
}

func ioctl(t *testing.T, f *os.File, request uintptr, arg unsafe.Pointer) {
	t.Helper()
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(arg)); errno != 0 {
		t.Fatal(errno)
	}
}

// echoes says whether what is typed is shown.
func (term *terminal) echoes(t *testing.T) bool {
	t.Helper()
	var state syscall.Termios
	ioctl(t, term.tty, syscall.TCGETS, unsafe.Pointer(&state))
	return state.Lflag&syscall.ECHO != 0
}

// waitForEcho returns when the terminal shows what is typed, or does not.
func (term *terminal) waitForEcho(t *testing.T, want bool) {
	t.Helper()
	waitUntil(t, fmt.Sprintf("echo = %v", want), func() bool { return term.echoes(t) == want })
}

// waitFor returns when the terminal has shown a text.
func (term *terminal) waitFor(t *testing.T, text string) {
	t.Helper()
	waitUntil(t, text, func() bool { return strings.Contains(term.shown.String(), text) })
}

func waitUntil(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatalf("the terminal does not come to %s", what)
		case <-time.After(time.Millisecond):
		}
	}
}

// atTerminal starts a command whose standard input, output and error are a
// terminal. seen returns what the terminal has shown, once the command has ended.
func atTerminal(t *testing.T, args ...string) (term *terminal, cmd *exec.Cmd, seen func() string) {
	t.Helper()
	term = openTerminal(t)
	cmd = exec.Command("latchkey", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = term.tty, term.tty, term.tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var reading sync.WaitGroup
	reading.Go(func() { _, _ = io.Copy(&term.shown, term.master) }) // ends with an error when nobody has the tty open
	return term, cmd, func() string {
		_ = term.tty.Close()
		reading.Wait()
		return term.shown.String()
	}
}

// typeHidden types once nothing that is typed is shown.
func (term *terminal) typeHidden(t *testing.T, text string) {
	t.Helper()
	term.waitForEcho(t, false)
	if _, err := term.master.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestPasswordIsNotShown(t *testing.T) {
	data := newData(t)
	term, cmd, seen := atTerminal(t, "user", "add", "ada", "--data", data)
	const password = "correct horse battery staple\n"
	term.typeHidden(t, password)
	term.typeHidden(t, password)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v", err)
	}
	if !term.echoes(t) {
		t.Error("the terminal stays blind")
	}
	out := seen()
	if strings.Contains(out, "horse") || !strings.Contains(out, "New password: ") || !strings.Contains(out, "ada can sign in.") {
		t.Errorf("the terminal showed %q", out)
	}
}

// Ctrl+C at the prompt ends the command, and gives the terminal back.
func TestInterruptedPassword(t *testing.T) {
	data := newData(t)
	term, cmd, seen := atTerminal(t, "user", "add", "ada", "--data", data)
	term.typeHidden(t, "correct horse\x03")
	err := cmd.Wait()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitFailed {
		t.Errorf("got %v", err)
	}
	if !term.echoes(t) {
		t.Error("the terminal stays blind")
	}
	if out := seen(); !strings.Contains(out, "latchkey: interrupted before it was done; run the command again") {
		t.Errorf("the terminal showed %q", out)
	}
	if out, err := exec.Command("latchkey", "user", "list", "--data", data, "--json").Output(); err != nil || len(out) > 0 {
		t.Errorf("got %s, %v", out, err)
	}
}

// Ctrl+D at a prompt for a password ends the command too.
func TestEndedPassword(t *testing.T) {
	term, cmd, seen := atTerminal(t, "user", "add", "ada", "--data", newData(t))
	term.typeHidden(t, "\x04")
	err := cmd.Wait()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitFailed {
		t.Errorf("got %v", err)
	}
	if !term.echoes(t) {
		t.Error("the terminal stays blind")
	}
	if out := seen(); !strings.Contains(out, "\nlatchkey: interrupted before it was done") {
		t.Errorf("the terminal showed %q", out)
	}
}

// Ctrl+C ends commands that read all of standard input, and at once.
func TestInterruptedReading(t *testing.T) {
	data := newData(t)
	for _, args := range [][]string{
		{"key", "import", "-", "--data", data},
		{"import", "users", "-", "--from", "csv", "--data", data},
	} {
		term, cmd, seen := atTerminal(t, args...)
		term.waitFor(t, "Waiting for ")
		if _, err := term.master.WriteString("\x03"); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Errorf("%q was not interrupted", args)
		}
		if out := seen(); !strings.Contains(out, "latchkey: interrupted before it was done") {
			t.Errorf("%q: the terminal showed %q", args, out)
		}
	}
}

// newData is a data directory with keys and a database.
func newData(t *testing.T) string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	if out, err := exec.Command("first-run", data).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return data
}
