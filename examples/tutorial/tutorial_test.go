// Package tutorial builds and runs every step of docs/tutorial as it is shown.
package tutorial

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/webtest"
	"github.com/latchkey-go/latchkey/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

const password = "brass key under the green mat"

func TestAPI(t *testing.T) {
	site := webtest.At(t, build(t, 1).start())
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if got := site.Do("GET", "/notes", ""); got.Status != 401 || got.Members()["code"] != "token_missing" {
		t.Errorf("nobody: %d %s", got.Status, got.Body)
	}
	if got := site.Do("POST", "/sign-in", "name=ada&password=guess", form...); got.Status != 401 {
		t.Errorf("a wrong password: %d %s", got.Status, got.Body)
	}
	token, _ := site.Do("POST", "/sign-in", "name=ada&password=analytical+engine", form...).Members()["access_token"].(string)
	ada := append(form, "Authorization", "Bearer "+token)
	if got := site.Do("POST", "/notes", "text=buy+milk", ada...); got.Status != 204 {
		t.Errorf("a note: %d %s", got.Status, got.Body)
	}
	if got := site.Do("GET", "/notes", "", ada...); got.Body != "buy milk\n" {
		t.Errorf("the notes: %d %s", got.Status, got.Body)
	}
	if got := site.Do("POST", "/sign-out", "", ada...); got.Status != 200 {
		t.Errorf("signing out: %d %s", got.Status, got.Body)
	}
	if got := site.Do("GET", "/notes", "", ada...); got.Status != 401 || got.Members()["code"] != "session_ended" {
		t.Errorf("after signing out: %d %s", got.Status, got.Body)
	}
}

func TestCookies(t *testing.T) {
	b := newBrowser(t, build(t, 2).start())
	b.wants(b.get("/"), "/sign-in?next=%2F", "<h1>Sign in</h1>")
	b.wants(b.send("/sign-in", "name", "ada", "password", "guess"), "/sign-in", "Wrong name or password.")
	b.wants(b.send("/sign-in", "name", "ada", "password", "analytical engine"), "/", "<h1>Notes</h1>")
	keepNotes(b)
}

// keepNotes is what somebody who is signed in does with every step.
func keepNotes(b *browser) {
	b.t.Helper()
	b.wants(b.send("/notes", "text", "<b>buy</b> milk"), "/", "&lt;b&gt;buy&lt;/b&gt; milk")
	home := b.page
	b.page = regexp.MustCompile(`<input type="hidden"[^>]*>`).ReplaceAllString(home, "")
	b.wants(b.send("/notes", "text", "spam"), "/notes", `"code":"csrf"`)
	b.page = home
	b.send("/sign-out")
	b.wants(b.get("/"), "/sign-in?next=%2F", "<h1>Sign in</h1>")
}

// signUp makes an account and ends at the notes.
func signUp(t *testing.T, site, name string) *browser {
	t.Helper()
	b := newBrowser(t, site)
	b.wants(b.get("/sign-up"), "/sign-up", "<h1>Sign up</h1>")
	b.wants(b.send("/sign-up", "name", name, "password", password), "/", "<h1>Notes</h1>")
	return b
}

func TestAccounts(t *testing.T) {
	p := build(t, 3)
	b := newBrowser(t, p.start())
	b.get("/sign-up")
	b.wants(b.send("/sign-up", "name", "ada", "password", "passwordpassword"), "/sign-up", `role="alert"`)
	b = signUp(t, b.site, "ada")
	b.wants(b.send("/notes", "text", "buy milk"), "/", "buy milk")
	other := newBrowser(t, b.site)
	other.get("/sign-up")
	other.wants(other.send("/sign-up", "name", "Ada", "password", password), "/sign-up", "This name is taken.")
	other = signUp(t, b.site, "bob")
	if strings.Contains(other.page, "milk") {
		t.Error("Bob sees the notes of Ada")
	}

	p.stop()
	b.site = p.start()
	b.wants(b.get("/"), "/", "buy milk")
	b.send("/sign-out")
	b.get("/")
	b.wants(b.send("/sign-in", "name", "ada", "password", "analytical engine"), "/sign-in", "Wrong name or password.")
	b.wants(b.send("/sign-in", "name", "ada", "password", password), "/", "buy milk")
	keepNotes(b)
}

func TestDevices(t *testing.T) {
	site := build(t, 4).start()
	here := signUp(t, site, "ada")
	there := newBrowser(t, site)
	there.get("/")
	there.wants(there.send("/sign-in", "name", "ada", "password", password), "/", "<h1>Notes</h1>")

	here.wants(here.get("/devices"), "/devices", "This device")
	end := regexp.MustCompile(`action="(/devices/[^"]+/end)"`).FindAllStringSubmatch(here.page, -1)
	if len(end) != 1 {
		t.Fatalf("other devices: %v", end)
	}
	here.wants(here.send(end[0][1]), "/devices", "This device")
	there.wants(there.get("/"), "/sign-in?next=%2F", "<h1>Sign in</h1>")
	there.send("/sign-in", "name", "ada", "password", password)
	here.get("/devices")
	here.send("/devices/end-others")
	there.wants(there.get("/"), "/sign-in?next=%2F", "<h1>Sign in</h1>")
}

func TestFreshness(t *testing.T) {
	site := build(t, 5).start()
	b := signUp(t, site, "ada")
	b.wants(b.get("/delete"), "/delete", "for good")
	b.wants(b.send("/delete"), "/sign-up", "<h1>Sign up</h1>")
	b.wants(b.get("/"), "/sign-in?next=%2F", "<h1>Sign in</h1>")
	b.wants(b.send("/sign-in", "name", "ada", "password", password), "/sign-in", "Wrong name or password.")
}

// The tests that the tutorial shows hold for all that comes after it.
func TestTests(t *testing.T) {
	for _, n := range []int{6, 7, 8} {
		goTool(t, step(t, n), "test", "./...")
	}
}

func TestPostgreSQL(t *testing.T) {
	keepNotes(signUp(t, build(t, 7, "DATABASE_URL="+pgtest.DSN(t)).start(), "ada"))
}

func TestDeploy(t *testing.T) {
	data := filepath.Join(t.TempDir(), "state")
	p := build(t, 8, "NOTES_DATA="+data, "NOTES_URL=https://notes.example.com")
	url := p.start()
	site := webtest.At(t, url)
	for range 1000 {
		if site.Do("GET", "/readyz", "").Status == http.StatusOK {
			break
		}
		pause()
	}
	if got := site.Do("GET", "/readyz", ""); got.Status != http.StatusOK {
		t.Errorf("ready: %d %s", got.Status, got.Body)
	}
	got := site.Do("POST", "/sign-up", "name=ada&password="+strings.ReplaceAll(password, " ", "+"),
		"Content-Type", "application/x-www-form-urlencoded", "Host", "notes.example.com")
	if cookie := got.Header.Get("Set-Cookie"); got.Status != http.StatusSeeOther || !strings.HasPrefix(cookie, "__Host-latchkey_") {
		t.Errorf("signing up: %d %s with the cookie %s", got.Status, got.Body, cookie)
	}
	for _, name := range []string{"keys.json", "notes.db"} {
		if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	if log := p.stop(); p.run.ProcessState.ExitCode() != 0 {
		t.Errorf("it ended with %v:\n%s", p.run.ProcessState, log)
	}
}
