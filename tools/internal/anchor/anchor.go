// Package anchor names headings as forges do, so that a link to one works there
// and on the site.
package anchor

import (
	"strconv"
	"strings"
	"unicode"
)

// Names are the anchors of one document. The zero value is ready.
type Names struct {
	seen map[string]int
}

// Next returns the anchor of a heading, given as plain text. Of headings that
// are alike, all but the first are numbered.
func (n *Names) Next(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	name := b.String()
	if n.seen == nil {
		n.seen = map[string]int{}
	}
	count := n.seen[name]
	n.seen[name]++
	if count > 0 {
		name += "-" + strconv.Itoa(count)
	}
	return name
}
