// Package exchanges replays recorded exchanges of a tutorial's back end against
// the app that takes its place. What differs on purpose is declared by rules.
package exchanges

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// File is a recording.
type File struct {
	Tokens map[string]json.RawMessage
	Steps  []Step
}

// Step is one exchange.
type Step struct {
	Name     string `json:"step"`
	Request  Request
	Response Response
}

// Request is what is sent. Tokens stand in it by name, such as <access#1>.
type Request struct {
	Method, Path string
	Headers      map[string]string
	Cookies      map[string]string
	JSON         json.RawMessage
	Form         map[string]string
	Raw          *string
}

// Response is what is expected.
type Response struct {
	Status    int
	Headers   map[string]any // names in lower case
	JSON      any
	Body      *string
	SetCookie []Cookie `json:"set_cookie"`
}

// Cookie is one of a Set-Cookie header. Names of attributes are in lower case.
type Cookie struct {
	Name, Value string
	Attributes  map[string]any
}

// token is how a token was made.
type token struct {
	Header, Claims map[string]any
	Issued         string
}

// Load reads a recording of the folder that the environment names.
func Load(t *testing.T, name string) *File {
	t.Helper()
	dir := os.Getenv("LATCHKEY_VECTORS")
	switch {
	case dir != "":
	case os.Getenv("CI") == "true":
		t.Fatal("LATCHKEY_VECTORS must name the folder of the test vectors")
	default:
		t.Skip("NOT TESTED: set LATCHKEY_VECTORS to the folder of the test vectors to replay the recorded exchanges")
	}
	text, err := os.ReadFile(filepath.Join(dir, "exchanges", name))
	if err != nil {
		t.Fatal(err)
	}
	var f File
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return &f
}
