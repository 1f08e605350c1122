package account

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Passwords of 15 characters that are guessed early are not single words: they
// are a few common words and patterns in a row, such as "passwordpassword",
// "Iloveyou1234567" or "qwertyuiop12345". A list of whole passwords knows only
// those that have leaked; so a password is cut into the pieces that such lists
// are made of, and one that takes few pieces is refused.

const (
	// guessableCost is the cost up to which a password is refused: four common
	// words, or fewer with some other characters. A random password costs about
	// one for each of its characters.
	guessableCost = 4
	// fewDistinct characters make a password that is short in truth.
	fewDistinct = 4
	// shortUnit is the length up to which a text repeated throughout is as bad
	// as the text alone.
	shortUnit = 7
)

//go:embed common.txt
var commonText string

// commonWords is the set of words in common.txt and the length of the longest.
var commonWords = sync.OnceValues(func() (map[string]bool, int) {
	words, longest := make(map[string]bool), 0
	for line := range strings.Lines(commonText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			words[word] = true
			longest = max(longest, len(word))
		}
	}
	return words, longest
})

// patterns are walks that fingers and tongues know. Each is also known
// backwards.
var patterns = func() []string {
	forward := []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "aabbccddeeffgghhiijj", "00112233445566778899",
		"qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiopu", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
		"!@#$%^&*()_+", "!\"§$%&/()=", "`1234567890-=",
		"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "1qazxsw23edcvfr45tgbnhy67ujm", "qazwsxedcrfvtgbyhnujmikolp",
		"!qaz@wsx#edc$rfv%tgb", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
		"a1s2d3f4g5h6j7k8l9", "147258369", "159357", "13579", "24680", "2468101214161820",
		"3141592653589793238462643383279", "2718281828459045", "11235813213455891442333776109871597",
	}
	var all []string
	for _, p := range forward {
		all = append(all, p, reverse(p))
	}
	return all
}()

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

// Kinds of pieces, in the order in which they make the better reason.
const (
	pieceOther = iota
	pieceRepeat
	piecePattern
	pieceWord
	pieceService
	piecePerson
)

// reasons complete "This password …".
var reasons = [...]string{
	pieceOther:   "is very simple",
	pieceRepeat:  "repeats the same few characters",
	piecePattern: "follows the keys of the keyboard or counts up or down",
	pieceWord:    "is made of a few very common words and patterns",
	pieceService: "is little else than the name of this service",
	piecePerson:  "is little else than your own name",
}

// guessable says why a password is among the first to be guessed; empty if it
// is not. person and service are texts about the one who chooses it and about
// the service.
func guessable(password string, person, service []string) string {
	s := strings.Map(foldRune, password)
	distinct := make(map[rune]bool)
	for _, r := range s {
		distinct[r] = true
	}
	if len(distinct) <= fewDistinct {
		return reasons[pieceRepeat]
	}
	if unit := period(s); unit < len(s) {
		s = s[:unit]
		if utf8.RuneCountInString(s) <= shortUnit {
			return reasons[pieceRepeat]
		}
	}
	c := newCutter(s, person, service)
	cost, kind := c.cut()
	if cost > guessableCost {
		return ""
	}
	return reasons[kind]
}

// period is the length of the shortest text that s repeats at least twice, the
// last time perhaps in part; len(s) if there is none.
func period(s string) int {
	// fail[i] is the length of the longest proper prefix of s[:i+1] that is
	// also its suffix (Knuth, Morris, Pratt).
	fail := make([]int, len(s))
	for i, k := 1, 0; i < len(s); i++ {
		for k > 0 && s[i] != s[k] {
			k = fail[k-1]
		}
		if s[i] == s[k] {
			k++
		}
		fail[i] = k
	}
	if n := len(s); n > 0 {
		if p := n - fail[n-1]; 2*p <= n {
			return p
		}
	}
	return len(s)
}

// cutter finds the cheapest way to cut a text into known pieces.
type cutter struct {
	text string
	// spellings are text with the digits and signs that stand for letters
	// replaced; all have the same length.
	spellings []string
	names     []nameWord
}

// nameWord is a word of the names that the one who chooses goes by.
type nameWord struct {
	text string
	kind int // piecePerson or pieceService
}

// longestName is the length in bytes up to which a text is taken for a name,
// so that a long one does not make the search slow.
const longestName = 512

var leet = []*strings.Replacer{
	strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i"),
	strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "l"),
}

func newCutter(s string, person, service []string) *cutter {
	c := &cutter{text: s, spellings: []string{s}}
	for _, l := range leet {
		c.spellings = append(c.spellings, l.Replace(s))
	}
	c.name(service, pieceService)
	c.name(person, piecePerson)
	return c
}

// name adds texts, and the words in them, to the names.
func (c *cutter) name(texts []string, kind int) {
	for _, text := range texts {
		if len(text) > longestName {
			continue
		}
		text = NormalizeUsername(text)
		words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		for _, w := range append(words, text, strings.Join(words, "")) {
			if utf8.RuneCountInString(w) >= 3 {
				c.names = append(c.names, nameWord{w, kind})
			}
		}
	}
}

// way is the cheapest way found to cut the text up to some place.
type way struct {
	cost int
	kind int    // the highest kind of its pieces
	last string // its last piece
}

// cut returns the least cost and the kind of piece that tells most.
func (c *cutter) cut() (cost, kind int) {
	ways := make([]*way, len(c.text)+1)
	ways[0] = &way{}
	for i := 0; i < len(c.text); i++ {
		if ways[i] == nil {
			continue // inside of a rune
		}
		c.pieces(i, ways[i].last, func(length, cost, kind int) {
			from, piece := ways[i], c.text[i:i+length]
			if piece == from.last {
				cost = 0 // said again
			}
			next := &way{cost: from.cost + cost, kind: max(from.kind, kind), last: piece}
			if old := ways[i+length]; old == nil || next.cost < old.cost || next.cost == old.cost && next.kind > old.kind {
				ways[i+length] = next
			}
		})
	}
	last := ways[len(c.text)]
	return last.cost, last.kind
}

// pieces yields every piece that begins at i, after the piece last.
func (c *cutter) pieces(i int, last string, yield func(length, cost, kind int)) {
	rest := c.text[i:]
	first, size := utf8.DecodeRuneInString(rest)
	yield(size, 1, pieceOther)
	if n := len(rest) - len(strings.TrimLeft(rest, string(first))); n >= 3*size {
		yield(n, 1, pieceRepeat)
	}
	if end, _ := utf8.DecodeLastRuneInString(last); isSign(first) && !isSign(end) {
		// A sign between words adds nothing, even if it is typed repeatedly.
		yield(len(rest)-len(strings.TrimLeft(rest, string(first))), 0, pieceOther)
	}
	for _, p := range patterns {
		for n := commonPrefix(rest, p, size); n >= 3; n-- {
			if n == len(rest) || utf8.RuneStart(rest[n]) {
				yield(n, 1, piecePattern)
			}
		}
	}
	if digits := len(rest) - len(strings.TrimLeft(rest, "0123456789")); digits > 0 {
		c.digits(rest[:min(digits, 4)], yield)
	}
	words, longest := commonWords()
	for _, s := range c.spellings {
		for n := 1; n <= min(longest, len(rest)); n++ {
			if words[s[i:i+n]] {
				yield(n, 1, pieceWord)
			}
		}
		for _, name := range c.names {
			if strings.HasPrefix(s[i:], name.text) {
				yield(len(name.text), 1, name.kind)
			}
		}
	}
}

// isSign says whether r separates words.
func isSign(r rune) bool {
	return r != utf8.RuneError && !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// digits yields up to four digits: a year counts as one thing, other digits as
// one for each two.
func (c *cutter) digits(d string, yield func(length, cost, kind int)) {
	for n := 2; n <= len(d); n++ {
		cost := (n + 1) / 2
		if n == 4 && (d[:2] == "19" || d[:2] == "20") {
			cost = 1
		}
		yield(n, cost, pieceOther)
	}
}

// commonPrefix is the length of the longest prefix of s that is somewhere in
// p. size is that of the first rune of s.
func commonPrefix(s, p string, size int) int {
	best := 0
	for at := 0; at < len(p); at++ {
		next := strings.Index(p[at:], s[:size])
		if next < 0 {
			break
		}
		at += next
		n := 0
		for n < len(s) && at+n < len(p) && s[n] == p[at+n] {
			n++
		}
		best = max(best, n)
	}
	return best
}
