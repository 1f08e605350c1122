package main

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// isShell says whether the block is commands for a shell.
func (b *block) isShell() bool { return !b.skip && (b.lang == "sh" || b.lang == "bash") }

// A call is one command of a block.
type call struct {
	line  int // of the Markdown
	words []string
}

// calls reads a block as its shell would, without running anything: sh as POSIX
// has it. It returns all commands, those within others included.
func (b *block) calls() ([]call, error) {
	dialect := syntax.LangPOSIX
	if b.lang == "bash" {
		dialect = syntax.LangBash
	}
	file, err := syntax.NewParser(syntax.Variant(dialect)).Parse(strings.NewReader(b.code), "")
	if err != nil {
		return nil, err
	}
	var all []call
	syntax.Walk(file, func(n syntax.Node) bool {
		if expr, ok := n.(*syntax.CallExpr); ok && len(expr.Args) > 0 {
			c := call{line: b.line + int(expr.Pos().Line())}
			for _, word := range expr.Args {
				c.words = append(c.words, textOf(word.Parts))
			}
			all = append(all, c)
		}
		return true
	})
	return all, nil
}

// textOf is what a shell makes of a word. What only running would tell is a 1,
// which can be a name, a number and a file.
func textOf(parts []syntax.WordPart) string {
	var text strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			text.WriteString(strings.ReplaceAll(part.Value, `\`, ""))
		case *syntax.SglQuoted:
			text.WriteString(part.Value)
		case *syntax.DblQuoted:
			text.WriteString(textOf(part.Parts))
		default:
			text.WriteString("1")
		}
	}
	return text.String()
}
