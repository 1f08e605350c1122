package openapi

import (
	"bytes"
	_ "embed"
	"strings"
	"testing"
	"text/template"
)

//go:embed markdown.tmpl
var markdownText string

// TestMarkdown: docs/reference/api.md says what the document says.
func TestMarkdown(t *testing.T) {
	s, err := read(asJSON(t))
	if err != nil {
		t.Fatal(err)
	}
	v, err := newView(s, "http://127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	page := template.Must(template.New("api.md").Funcs(template.FuncMap{
		"heading": heading, "cell": cell, "codes": codes,
	}).Parse(markdownText))
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		t.Fatal(err)
	}
	golden(t, "../../../docs/reference/api.md", b.Bytes())
}

// heading is what a link to a heading ends with.
func heading(text string) string {
	return strings.NewReplacer(" ", "-", ",", "").Replace(strings.ToLower(text))
}

// cell is a text in a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(text), "\n", " "), "|", `\|`)
}

// codes are the codes of errors as links.
func codes(all []string) string {
	var links []string
	for _, code := range all {
		links = append(links, "[`"+code+"`](#errors)")
	}
	return strings.Join(links, ", ")
}
