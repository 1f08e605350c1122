package starters

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// The server of docs/guides/single-page-app.md is built from the guide and run,
// without the pages and with them.
func TestSinglePageAppGuide(t *testing.T) {
	guide := read(t, "../../docs/guides/single-page-app.md")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "go.mod", strings.Replace(strings.Replace(read(t, "../go.mod"),
		"module github.com/latchkey-go/latchkey/examples", "module example.com/notes", 1),
		"=> ../", "=> "+root, 1))
	write(t, dir, "go.sum", read(t, "../go.sum"))

	main := named(t, guide, "main.go")
	write(t, dir, "notes.go", named(t, guide, "notes.go"))
	t.Run("the API alone", func(t *testing.T) {
		base := startGuide(t, dir, main)
		keepNotes(t, base)
		wantStatus(t, base+"/", 404)
	})

	mount := regexp.MustCompile("(?ms)^```go\n(built, err.*?)^```$").FindStringSubmatch(guide)
	before := "\tlog.Print(\"listening"
	if mount == nil || strings.Count(main, before) != 1 {
		t.Fatal("the guide does not say where the pages are mounted")
	}
	write(t, dir, "pages.go", named(t, guide, "pages.go"))
	write(t, dir, "web/dist/index.html", "<title>Notes</title>")
	write(t, dir, "web/dist/assets/index-1.js", "notes()")
	t.Run("with the pages", func(t *testing.T) {
		base := startGuide(t, dir, strings.Replace(main, before, mount[1]+before, 1))
		keepNotes(t, base)
		for path, status := range map[string]int{
			"/": 200, "/some/page": 200, "/assets/index-1.js": 200,
			"/assets/index-0.js": 404, "/assets/": 404, "/api/none": 404,
		} {
			wantStatus(t, base+path, status)
		}
	})
}

// named returns the block of the guide that a line with its name precedes.
func named(t *testing.T, guide, name string) string {
	t.Helper()
	block := regexp.MustCompile("(?s)\n`" + regexp.QuoteMeta(name) + "`:\n\n<!--[^\n]*-->\n```go\n(.*?)```\n").FindStringSubmatch(guide)
	if block == nil {
		t.Fatalf("the guide does not show %s", name)
	}
	return block[1]
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startGuide builds and runs the program in dir with this main.go, at an address
// of its own and with an empty database, and returns its URL.
func startGuide(t *testing.T, dir, main string) string {
	t.Helper()
	const listen = `ListenAndServe("127.0.0.1:8080"`
	if strings.Count(main, listen) != 1 {
		t.Fatal("the guide's program listens elsewhere")
	}
	write(t, dir, "main.go", strings.Replace(main, listen, `ListenAndServe(os.Getenv("ADDR")`, 1))
	program := filepath.Join(t.TempDir(), "notes")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir, build.Env = dir, append(os.Environ(), "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building what the guide shows: %v\n%s", err, out)
	}

	var addr string
	var log bytes.Buffer
	run := exec.CommandContext(t.Context(), program)
	run.Dir, run.Stdout, run.Stderr = t.TempDir(), &log, &log
	done := make(chan error, 1)
	t.Cleanup(func() {
		<-done // t.Context has ended, and the program with it
		if t.Failed() {
			t.Logf("the program says:\n%s", &log)
		}
	})
	return starting.Start(t, &addr, func() {
		run.Env = append(os.Environ(), "ADDR="+addr)
		done <- run.Run()
	})
}

// keepNotes does with curl's requests of the guide what a page does.
func keepNotes(t *testing.T, base string) {
	t.Helper()
	site := webtest.At(t, base)
	if a := site.Do("GET", "/api/notes", ""); a.Status != 401 {
		t.Errorf("the notes of nobody: %d %s", a.Status, a.Body)
	}
	in := site.Do("POST", "/api/v1/sign-up", `{"username":"ada","password":"brass key under the green mat"}`, "Content-Type", "application/json")
	csrf, _ := in.Members()["csrf_token"].(string)
	var cookies []string
	for _, c := range (&http.Response{Header: in.Header}).Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	cookie := strings.Join(cookies, "; ")
	if a := site.Do("POST", "/api/notes", "buy milk", "Cookie", cookie); a.Status != 403 {
		t.Errorf("a note without the CSRF value: %d %s", a.Status, a.Body)
	}
	if a := site.Do("POST", "/api/notes", "buy milk", "Cookie", cookie, "X-CSRF-TOKEN", csrf); a.Status != 204 {
		t.Errorf("a note: %d %s", a.Status, a.Body)
	}
	if a := site.Do("POST", "/api/notes", strings.Repeat("x", 1001), "Cookie", cookie, "X-CSRF-TOKEN", csrf); a.Status != 413 {
		t.Errorf("a long note: %d %s", a.Status, a.Body)
	}
	if a := site.Do("GET", "/api/notes", "", "Cookie", cookie); a.Body != `["buy milk"]` {
		t.Errorf("the notes: %d %s", a.Status, a.Body)
	}
}

func wantStatus(t *testing.T, url string, status int) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close() // only the status counts
	if resp.StatusCode != status {
		t.Errorf("GET %s: %s, want %d", url, resp.Status, status)
	}
}
