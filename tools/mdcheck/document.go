package main

import (
	"regexp"
	"strings"

	"github.com/latchkey-go/latchkey/tools/internal/anchor"
)

// A document is what mdcheck needs of a Markdown file.
type document struct {
	name    string
	anchors map[string]bool
	links   []link
	blocks  []block
	run     bool    // its commands are run
	given   []block // declarations that fragments of Go may use

	mentions []mention
	symbols  []symbol
	commands []block // that the text speaks of
	tables   []*table
}

// A link is a target and where it stands.
type link struct {
	line   int
	target string
}

// A block is a fenced block of code.
type block struct {
	file   string
	line   int    // of the opening fence
	lang   string // the first word after the fence, in lower case
	code   string
	module string // folder of the module that it compiles in; "" is the root
	name   string // of the file that it is, where the page says so
	before string // code that the block follows on, in TypeScript
	skip   bool
	prose  bool // a command within a sentence, perhaps the first half of one
	given  bool // from a comment, for the compiler alone
}

var (
	fence       = regexp.MustCompile("^(\\s*)(`{3,}|~{3,})\\s*([\\w+-]*)")
	heading     = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`)
	inline      = regexp.MustCompile(`!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)`)
	reference   = regexp.MustCompile(`^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?`)
	attribute   = regexp.MustCompile(`<(?:a|img|source)\s[^>]*?(?:href|src|srcset)="([^"]+)"`)
	byHand      = regexp.MustCompile(`<a\s[^>]*?(?:id|name)="([^"]+)"`)
	codeSpan    = regexp.MustCompile("`+[^`]*`+")
	directive   = regexp.MustCompile(`^\s*<!--\s*mdcheck:\s*(\w+)\s*(.*?)\s*-->`)
	commandSpan = regexp.MustCompile("`(latchkey [a-z][^`]*)`")
	fileName    = regexp.MustCompile("^`([\\w./-]+\\.\\w+)`:$")
)

// parse reads a Markdown file.
func parse(name, text string) *document {
	p := reader{doc: &document{name: name, anchors: map[string]bool{}}}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if m := fence.FindStringSubmatch(lines[i]); m != nil {
			i = p.block(lines, i, m)
			continue
		}
		p.line(i+1, lines[i])
	}
	return p.doc
}

type reader struct {
	doc   *document
	names anchor.Names
	next  block  // settings for the next block
	table *table // the one that is being read
}

// block reads a fenced block that opens at lines[start] and returns the index
// of its last line.
func (p *reader) block(lines []string, start int, m []string) int {
	b := p.next
	p.next = block{}
	b.file, b.line, b.lang = p.doc.name, start+1, strings.ToLower(m[3])
	indent, mark := m[1], m[2]
	var code strings.Builder
	i := start + 1
	for ; i < len(lines); i++ {
		trimmed := strings.TrimSpace(lines[i])
		if strings.HasPrefix(trimmed, mark) && strings.Trim(trimmed, mark[:1]) == "" {
			break
		}
		code.WriteString(strings.TrimPrefix(lines[i], indent) + "\n")
	}
	b.code = code.String()
	p.doc.blocks = append(p.doc.blocks, b)
	return i
}

// line reads a line outside of blocks.
func (p *reader) line(number int, text string) {
	if m := directive.FindStringSubmatch(text); m != nil {
		p.direct(number, m[1], m[2])
		return
	}
	if p.table != nil && !p.table.add(text) {
		p.table = nil
	}
	if strings.TrimSpace(text) != "" {
		p.next = block{}
	}
	if m := fileName.FindStringSubmatch(text); m != nil {
		p.next.name = m[1]
	}
	if m := heading.FindStringSubmatch(text); m != nil {
		p.doc.anchors[p.anchorOf(m[1])] = true
	}
	for _, m := range byHand.FindAllStringSubmatch(text, -1) {
		p.doc.anchors[m[1]] = true
	}
	p.doc.mentions = append(p.doc.mentions, mentions(number, text)...)
	p.doc.symbols = append(p.doc.symbols, symbols(number, text)...)
	for _, m := range commandSpan.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(text, "Usage: ") {
			break // it has words that stand for others
		}
		p.doc.commands = append(p.doc.commands, block{file: p.doc.name, line: number - 1, lang: "sh", code: m[1], prose: true})
	}
	text = codeSpan.ReplaceAllString(text, "code")
	p.links(number, text)
}

// direct follows a comment for mdcheck.
func (p *reader) direct(number int, what, argument string) {
	p.next = block{name: p.next.name}
	switch what {
	case "skip":
		p.next.skip = true
	case "module":
		p.next.module = argument
	case "run":
		p.doc.run = true
	case "before":
		p.next.before = argument + "; "
	case "given":
		code := "var " + strings.ReplaceAll(argument, ";", "; var ") + "\n"
		p.doc.given = append(p.doc.given, block{file: p.doc.name, line: number - 1, lang: "go", code: code, given: true})
	case "rows":
		p.table = &table{line: number, source: argument, rows: map[string]string{}}
		p.doc.tables = append(p.doc.tables, p.table)
	}
}

// links collects the links of a line, and those within the words of a link: a
// picture that leads somewhere.
func (p *reader) links(number int, text string) {
	for _, m := range inline.FindAllStringSubmatch(text, -1) {
		p.doc.links = append(p.doc.links, link{number, m[2]})
		p.links(number, m[1])
	}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		p.doc.links = append(p.doc.links, link{number, m[1]})
	}
	if m := reference.FindStringSubmatch(text); m != nil {
		p.doc.links = append(p.doc.links, link{number, m[1]})
	}
}

// anchorOf returns the anchor that forges make of a heading.
func (p *reader) anchorOf(title string) string {
	return p.names.Next(inline.ReplaceAllString(title, "$1"))
}
