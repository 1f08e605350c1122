package main

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/latchkey-go/latchkey/tools/internal/anchor"
)

// markdown reads what forges read. HTML in Markdown is left out, and tables use
// no style attributes: the policy of the pages allows neither.
var markdown = goldmark.New(
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough, extension.Linkify,
	),
	goldmark.WithRendererOptions(
		html.WithXHTML(),
		renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100)),
	),
)

// render turns the text of a page into HTML and finds its title.
func (s *site) render(p *page) error {
	doc := markdown.Parser().Parse(text.NewReader(p.text))
	var names anchor.Names
	var comments []ast.Node
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			title := plain(n, p.text)
			n.SetAttributeString("id", []byte(names.Next(title)))
			if n.Level == 1 && p.title == "" {
				p.title = title
			}
		case *ast.Link:
			n.Destination = []byte(s.target(p, string(n.Destination)))
		case *ast.Image:
			n.Destination = []byte(s.target(p, string(n.Destination)))
		case *ast.HTMLBlock:
			if !strings.HasPrefix(strings.TrimSpace(lines(n, p.text)), "<!--") {
				return ast.WalkStop, fmt.Errorf("there is HTML in it, which is not shown: %.60s", lines(n, p.text))
			}
			comments = append(comments, n)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return err
	}
	for _, n := range comments {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	var b bytes.Buffer
	if err := markdown.Renderer().Render(&b, p.text, doc); err != nil {
		return err
	}
	// A head without words is none. Nothing else can make these tags: goldmark
	// escapes what it does not make itself.
	p.body = template.HTML(strings.ReplaceAll(b.String(), "<th></th>", "<td></td>"))
	return nil
}

// readMenu reads the headings of the index and the links that begin their lists.
func (s *site) readMenu(index *page) []menuGroup {
	doc := markdown.Parser().Parse(text.NewReader(index.text))
	var menu []menuGroup
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function never fails
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if n.Level == 2 {
				menu = append(menu, menuGroup{Title: plain(n, index.text)})
			}
		case *ast.ListItem:
			link, ok := n.FirstChild().FirstChild().(*ast.Link)
			if !ok || len(menu) == 0 {
				break
			}
			for _, p := range s.pages {
				if relative(index.path, p.path) == s.target(index, string(link.Destination)) {
					group := &menu[len(menu)-1]
					group.Entries = append(group.Entries, menuEntry{Title: plain(link, index.text), page: p})
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return menu
}

// plain is the text of a node without its form.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the function never fails
		if entering {
			switch n := n.(type) {
			case *ast.Text:
				b.Write(n.Segment.Value(source))
			case *ast.String:
				b.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// lines is the text of a block.
func lines(n ast.Node, source []byte) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(source))
	}
	return b.String()
}

// blocks renders blocks of code, diagrams among them, and tables.
type blocks struct{}

func (blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		language, code := string(n.(*ast.FencedCodeBlock).Language(source)), lines(n, source)
		_, err := w.WriteString(block(language, code))
		return ast.WalkSkipChildren, err
	})
	// A wide table scrolls by itself, also with the keyboard.
	r.Register(tables.KindTable, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		tag := "</table></div>\n"
		if entering {
			tag = "<div class=\"table\" tabindex=\"0\"><table>\n"
		}
		_, err := w.WriteString(tag)
		return ast.WalkContinue, err
	})
}

// block is a block of code as HTML. A diagram is drawn; one of a kind that
// cannot be drawn here is shown as it is written.
func block(language, code string) string {
	if language == "mermaid" {
		if svg, ok := draw(code); ok {
			return "<figure class=\"diagram\" tabindex=\"0\">" + svg + "</figure>\n"
		}
		return "<figure><pre tabindex=\"0\"><code>" + template.HTMLEscapeString(code) +
			"</code></pre><figcaption>A diagram in the language Mermaid</figcaption></figure>\n"
	}
	class := ""
	if language != "" {
		class = " class=\"language-" + template.HTMLEscapeString(language) + "\""
	}
	return "<pre tabindex=\"0\"><code" + class + ">" + template.HTMLEscapeString(code) + "</code></pre>\n"
}
