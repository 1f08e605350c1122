package tutorial

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

func pause() { time.Sleep(10 * time.Millisecond) }

// A browser shows pages, keeps cookies and sends forms.
type browser struct {
	t      *testing.T
	site   string
	client *http.Client
	page   string // what it shows
}

func newBrowser(t *testing.T, site string) *browser {
	return &browser{t: t, site: site, client: starting.Browser()}
}

// get opens a page and returns the path where that led to.
func (b *browser) get(path string) string {
	b.t.Helper()
	return b.do("GET", path, nil)
}

// send sends the form of the page that goes to path, with further fields.
func (b *browser) send(path string, fields ...string) string {
	b.t.Helper()
	form := url.Values{}
	text := regexp.MustCompile(`(?s)<form method="post" action="` + regexp.QuoteMeta(path) + `">(.*?)</form>`).FindStringSubmatch(b.page)
	if text == nil {
		b.t.Fatalf("no form leads to %s:\n%s", path, b.page)
	}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(text[1], -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.do("POST", path, form)
}

func (b *browser) do(method, path string, form url.Values) string {
	b.t.Helper()
	for range 5 {
		r, err := http.NewRequest(method, b.site+path, strings.NewReader(form.Encode()))
		if err != nil {
			b.t.Fatal(err)
		}
		r.Header.Set("Accept", "text/html")
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := b.client.Do(r)
		if err != nil {
			b.t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close() // it has been read
		if err != nil {
			b.t.Fatal(err)
		}
		if resp.StatusCode != http.StatusSeeOther {
			b.page = string(text)
			return path
		}
		method, path, form = "GET", resp.Header.Get("Location"), nil
	}
	b.t.Fatal("a circle of redirects")
	return ""
}

// wants fails unless the browser is at a path and shows a text.
func (b *browser) wants(at, path, text string) {
	b.t.Helper()
	if at != path || !strings.Contains(b.page, text) {
		b.t.Fatalf("at %s, not %s with %q:\n%s", at, path, text, b.page)
	}
}
