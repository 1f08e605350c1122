package openapi

import (
	"bytes"
	_ "embed"
	"html/template"
	"regexp"
	"strings"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style []byte

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"prose": prose, "lower": strings.ToLower, "anchor": anchor,
}).Parse(pageText))

// StylePath is where the page expects what Style returns.
const StylePath = "/docs/api.css"

// Style is the style sheet of the page. Callers must not change it.
func Style() []byte { return style }

// Page is the document as a page in HTML, which needs no script. base is the
// address of the server, for commands to copy.
func Page(base string) ([]byte, error) {
	s, err := read(document)
	if err != nil {
		return nil, err
	}
	v, err := newView(s, base)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = pageTemplate.Execute(&page, struct {
		*view
		StylePath string
	}{v, StylePath})
	return page.Bytes(), err
}

var (
	codeText   = regexp.MustCompile("`([^`]+)`")
	strongText = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose is a description of the document in HTML: paragraphs with code and
// strong words, which is all of Markdown that the document uses.
func prose(text string) template.HTML {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		html := template.HTMLEscapeString(paragraph)
		html = codeText.ReplaceAllString(html, "<code>$1</code>")
		html = strongText.ReplaceAllString(html, "<strong>$1</strong>")
		b.WriteString("<p>" + html + "</p>")
	}
	return template.HTML(b.String())
}

// anchor is the id of a heading on the page.
func anchor(text string) string { return strings.ReplaceAll(strings.ToLower(text), " ", "-") }
