package main

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/examples/internal/starting"
)

func TestPages(t *testing.T) {
	base := starting.Start(t, &addr, main)
	c := starting.Browser()
	send := func(method, path string, form url.Values) (*http.Response, string) {
		t.Helper()
		r, _ := http.NewRequest(method, base+path, strings.NewReader(form.Encode()))
		r.Header.Set("Accept", "text/html")
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		return resp, string(body)
	}

	asked, _ := send("GET", "/", nil)
	if got := asked.Header.Get("Location"); asked.StatusCode != 303 || got != "/sign-in?next=%2F" {
		t.Fatalf("a visitor gets %d to %q", asked.StatusCode, got)
	}
	if _, page := send("POST", "/sign-in", url.Values{"name": {"ada"}, "password": {"guess"}}); !strings.Contains(page, "Wrong name") {
		t.Errorf("a wrong password shows %s", page)
	}
	in := url.Values{"name": {"ada"}, "password": {"analytical engine"}, "next": {"//evil.example"}}
	if signedIn, _ := send("POST", "/sign-in", in); signedIn.StatusCode != 303 || signedIn.Header.Get("Location") != "/" {
		t.Fatalf("signing in leads with %d to %q", signedIn.StatusCode, signedIn.Header.Get("Location"))
	}
	_, page := send("GET", "/", nil)
	csrf := regexp.MustCompile(`name="csrf_token" value="([^"]+)"`).FindStringSubmatch(page)
	if !strings.Contains(page, "Hello, ada") || csrf == nil {
		t.Fatalf("the page is %s", page)
	}
	if out, _ := send("POST", "/sign-out", url.Values{}); out.StatusCode != 403 {
		t.Errorf("signing out without the CSRF value: %d", out.StatusCode)
	}
	if out, _ := send("POST", "/sign-out", url.Values{"csrf_token": csrf[1:]}); out.StatusCode != 303 {
		t.Errorf("signing out: %d", out.StatusCode)
	}
	if again, _ := send("GET", "/", nil); again.StatusCode != 303 {
		t.Errorf("after signing out the page is answered with %d", again.StatusCode)
	}
}
