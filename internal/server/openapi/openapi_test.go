package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	yaml "github.com/oasdiff/yaml3"
)

var update = flag.Bool("update", false, "write openapi.json and docs/reference/api.md instead of comparing them")

// golden compares a file that is made here, or writes it.
func golden(t *testing.T, name string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the description says; write it with\n\tgo test ./internal/server/openapi -update", filepath.Base(name))
	}
}

// TestJSON: openapi.json says what the YAML says.
func TestJSON(t *testing.T) { golden(t, "openapi.json", asJSON(t)) }

// asJSON is the document as JSON, made of the YAML.
func asJSON(t *testing.T) []byte {
	t.Helper()
	var root yaml.Node
	if err := yaml.Unmarshal(YAML(), &root); err != nil {
		t.Fatal(err)
	}
	text, err := toJSON(root.Content[0])
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", " "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// toJSON keeps the order of members, which is the one for readers.
func toJSON(n *yaml.Node) ([]byte, error) {
	switch n.Kind {
	case yaml.MappingNode:
		var members []string
		for pair := range slices.Chunk(n.Content, 2) {
			value, err := toJSON(pair[1])
			if err != nil {
				return nil, err
			}
			members = append(members, fmt.Sprintf("%q:%s", pair[0].Value, value))
		}
		return []byte("{" + strings.Join(members, ",") + "}"), nil
	case yaml.SequenceNode:
		var items []string
		for _, item := range n.Content {
			value, err := toJSON(item)
			if err != nil {
				return nil, err
			}
			items = append(items, string(value))
		}
		return []byte("[" + strings.Join(items, ",") + "]"), nil
	case yaml.ScalarNode:
		var value any
		if err := n.Decode(&value); err != nil {
			return nil, err
		}
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		err := encoder.Encode(value)
		return bytes.TrimSpace(b.Bytes()), err
	}
	return nil, errors.New("neither aliases nor several documents are used here")
}

// TestDocument: the document is OpenAPI 3.1, and its examples are what its
// schemas say.
func TestDocument(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err == nil {
		err = doc.Validate(t.Context(), openapi3.EnableExamplesValidation())
	}
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			name := method + " " + path
			if op.OperationID == "" || seen[op.OperationID] || op.Summary == "" || op.Security == nil || len(op.Tags) != 1 {
				t.Errorf("%s lacks an id of its own, a summary, its security or its group", name)
			}
			seen[op.OperationID] = true
			if strings.HasSuffix(op.Summary, ".") {
				t.Errorf("%s: the summary is no heading", name)
			}
		}
	}
}

// elsewhere are the codes of programs with the library that the server does not
// send: it has no such hook or setting, and has sessions. The last stands for
// a fault of the server, as "internal" does.
var elsewhere = []string{"rejected", "sign_up_closed", "unsupported_token_type", "server_error"}

var codeInSource = regexp.MustCompile(`(?:[cC]ode: |conflict\(|Problem\(w, [^,]+, |codeHeader, )"([a-z_]+)"`)

// TestErrorCodes: the codes that are described are those of the sources, and
// each has an example.
func TestErrorCodes(t *testing.T) {
	inSource := map[string]bool{}
	for _, pattern := range []string{"../../../*.go", "../../../account/accounthttp/*.go", "../../../oauthhttp/*.go", "../*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, match := range codeInSource.FindAllStringSubmatch(string(text), -1) {
				inSource[match[1]] = true
			}
		}
	}
	s, err := read(document)
	if err != nil {
		t.Fatal(err)
	}
	v, err := newView(s, "")
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, e := range v.Errors {
		described[e.Code] = true
		if !inSource[e.Code] {
			t.Errorf("%s is described, and is in no source", e.Code)
		}
		if e.Cause == "" || e.Fix == "" || len(e.Statuses) == 0 {
			t.Errorf("%s lacks its cause, its fix or a status: %+v", e.Code, e)
		}
	}
	for code := range inSource {
		if !described[code] && !slices.Contains(elsewhere, code) {
			t.Errorf("%s is not described", code)
		}
	}
}

// TestPage: all that is described is on the page.
func TestPage(t *testing.T) {
	page, err := Page("https://app.example.com")
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	s, err := read(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range s.Paths {
		if !strings.Contains(text, "</b> "+path.Name+"</code>") {
			t.Errorf("%s is not on the page", path.Name)
		}
	}
	for _, part := range []string{
		`curl -X POST &#39;https://app.example.com/api/v1/sign-in&#39;`, `<a href="#schema-User">`, `<h3 id="schema-User">`,
		`<a href="#error-csrf">`, `<dt id="error-csrf">`, "<code>X-CSRF-TOKEN</code>",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if strings.Count(text, `id="`+link[1]+`"`) != 1 {
			t.Errorf("the link to #%s leads to no place, or to several", link[1])
		}
	}
	if strings.Contains(text, "<script") || strings.Contains(text, "style=") {
		t.Error("the page has what its Content-Security-Policy forbids")
	}
}
