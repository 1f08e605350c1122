package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/server/openapi"
	"github.com/latchkey-go/latchkey/oauthhttp"
)

// Every address has the methods that the description gives it, and HEAD with
// GET; others change nothing and are answered with 405 and all of these in Allow
// (RFC 9110, section 10.2.1).
func TestMethods(t *testing.T) {
	_, hash := oauthhttp.NewClientSecret()
	a := start(t, clientsFile(t, fmt.Sprintf(`[{"id":"a","secret_sha256":[%q],"introspect":true}]`, hash)))
	b := a.signUp()
	a.unchanged(func() {
		for path, has := range describedMethods(t) {
			allow := strings.Join(has, ", ")
			path = strings.ReplaceAll(path, "{id}", "x")
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get"} {
				if slices.Contains(has, method) {
					continue
				}
				got := b.do(method, path, nil).want(405, "")
				if got.header.Get("Allow") != allow {
					t.Errorf("%s %s: Allow is %q, want %q", method, path, got.header.Get("Allow"), allow)
				}
				if method == "HEAD" {
					continue
				}
				if got.string("code") != "method_not_allowed" && got.string("error") != "invalid_request" {
					t.Errorf("%s %s: got %s", method, path, got.body)
				}
			}
			if got := a.raw(fmt.Sprintf("TRACE %s HTTP/1.1\r\nHost: x\r\nCookie: canary\r\n\r\n", path)); got.StatusCode != 405 {
				t.Errorf("TRACE %s: got %d", path, got.StatusCode)
			}
		}
	})
}

// describedMethods are the methods of each address of the description, and those
// of a page, in order.
func describedMethods(t *testing.T) map[string][]string {
	t.Helper()
	var description struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(openapi.JSON(), &description); err != nil {
		t.Fatal(err)
	}
	methods := map[string][]string{"/profile": {"GET", "HEAD"}}
	for path, operations := range description.Paths {
		for method := range operations {
			methods[path] = append(methods[path], strings.ToUpper(method))
		}
		if operations["get"] != nil {
			methods[path] = append(methods[path], "HEAD")
		}
		slices.Sort(methods[path])
	}
	return methods
}
