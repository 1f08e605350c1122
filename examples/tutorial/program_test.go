package tutorial

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// pages are those of the tutorial, in order.
var pages = []string{"1-api", "2-cookies", "3-accounts", "4-devices", "5-freshness", "6-tests", "7-postgresql", "8-deploy"}

var shown = regexp.MustCompile("(?s)\n`([\\w.]+)`:\n\n<!--[^\n]*-->\n```\\w+\n(.*?)```\n")

// step writes the program of the n-th page into a module of its own and returns
// its folder: the files of all pages so far, each as it was shown last.
func step(t *testing.T, n int) string {
	t.Helper()
	files := map[string]string{}
	for _, page := range pages[:n] {
		found := shown.FindAllStringSubmatch(read(t, "../../docs/tutorial/"+page+".md"), -1)
		if len(found) == 0 {
			t.Fatalf("%s shows no file", page)
		}
		for _, m := range found {
			files[m[1]] = m[2]
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files["go.mod"] = strings.NewReplacer("module github.com/latchkey-go/latchkey/examples", "module example.com/notes",
		"=> ../", "=> "+root).Replace(read(t, "../go.mod"))
	files["go.sum"] = read(t, "../go.sum")

	// The program listens at 8080, and the test where there is room.
	const address = `"127.0.0.1:8080"`
	if strings.Count(files["main.go"], address) != 1 {
		t.Fatal("the program listens elsewhere")
	}
	files["main.go"] = strings.Replace(files["main.go"], address, "address", 1)
	files["address.go"] = "package main\n\nimport \"os\"\n\nvar address = os.Getenv(\"ADDRESS\")\n"

	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// goTool runs the go command in dir.
func goTool(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// A program is one that has been built, with the folder that it runs in.
type program struct {
	t           *testing.T
	binary, dir string
	env         []string
	run         *exec.Cmd
	log         *bytes.Buffer
}

func build(t *testing.T, n int, env ...string) *program {
	t.Helper()
	source := step(t, n)
	p := &program{t: t, binary: filepath.Join(source, "notes"), dir: t.TempDir(), env: env}
	goTool(t, source, "build", "-o", p.binary, ".")
	return p
}

// start runs the program and returns its URL once it accepts connections.
func (p *program) start() string {
	p.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		p.t.Fatal(err)
	}
	p.log = &bytes.Buffer{}
	p.run = exec.Command(p.binary)
	p.run.Dir, p.run.Stdout, p.run.Stderr = p.dir, p.log, p.log
	p.run.Env = append(append(os.Environ(), "ADDRESS="+address), p.env...)
	if err := p.run.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { p.stop() })
	if err := knock(address); err != nil {
		p.t.Fatalf("%v; the program says:\n%s", err, p.stop())
	}
	return "http://" + address
}

// knock waits until somebody listens.
func knock(address string) error {
	for range 1000 {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return c.Close()
		}
		pause()
	}
	return fmt.Errorf("nothing listens at %s", address)
}

// stop ends the program as systemd does and returns what it said.
func (p *program) stop() string {
	if p.run.ProcessState == nil {
		_ = p.run.Process.Signal(syscall.SIGTERM) // it may have ended by itself
		_ = p.run.Wait()                          // its state tells
	}
	return p.log.String()
}
