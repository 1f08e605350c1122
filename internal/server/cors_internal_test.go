package server

import (
	"strings"
	"testing"
)

// TestCheckOrigin: an origin that no browser would ever send is a mistake, not a
// setting without effect.
func TestCheckOrigin(t *testing.T) {
	for origin, want := range map[string]string{
		"https://www.example.com":      "",
		"https://www.example.com:8443": "",
		"http://localhost:3000":        "",
		"http://[::1]:3000":            "",
		"https://www.example.com/":     "as browsers write it",
		"https://www.example.com:443":  "as browsers write it",
		"http://localhost:80":          "as browsers write it",
		"https://WWW.example.com":      "as browsers write it",
		"www.example.com":              "as browsers write it",
		"null":                         "as browsers write it",
		"https://*.example.com":        "is a pattern",
		"https://*":                    "is a pattern",
		"http://www.example.com":       "is http",
	} {
		err := checkOrigin(origin)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", origin, err, want)
		}
	}
}
