package jwt

import (
	"math"
	"strings"
)

// How many bits describe a text? literalBits is the answer if nothing is known
// but its alphabet. describedBits is the shortest description made of
// characters, words, runs of letters that look like English, sequences and
// repetitions of what came before: the path of least cost through the text.

// alphabets that generators of secrets draw from, from small to large.
var alphabets = []string{
	digits, digits + "abcdef", digits + "ABCDEF", lowers, uppers, digits + lowers, digits + uppers,
	lowers + uppers, digits + lowers + uppers, digits + lowers + uppers + "+/=", digits + lowers + uppers + "-_=",
}

const (
	digits = "0123456789"
	lowers = "abcdefghijklmnopqrstuvwxyz"
	uppers = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// literalCost is what one character of text costs in bits.
func literalCost(text string) float64 {
	for _, alphabet := range alphabets {
		if strings.Trim(text, alphabet) == "" {
			return math.Log2(float64(len(strings.TrimRight(alphabet, "="))))
		}
	}
	return math.Log2(95) // printable ASCII
}

func literalBits(text string) float64 { return literalCost(text) * float64(len(text)) }

// Costs in bits. Each choice costs what its share is worth, so that the
// descriptions of all texts together stay decodable; then no random text gets a
// short one but by chance.
const (
	costStay     = 0.2 // going on as before
	costSwitch   = 4   // beginning something else
	costWord     = 11  // which word, in what case
	costSign     = 3   // a separator between words
	costDigit    = 5   // a digit between words
	costOther    = 7   // any other character between words
	costStart    = 6.6 // the first character of a sequence
	costCase     = 2   // a capital where none is due
	costDisguise = 2   // a letter written as a digit or sign
	minRun       = 4   // the shortest sequence or repetition worth a mention
)

// describer finds the cheapest description. A path is in one of two states: in
// the midst of single characters, or in text.
type describer struct {
	text    string
	lower   string // text in small letters
	plain   string // and without disguises
	literal float64
	single  []float64 // least cost of text[:i], ending in single characters
	inText  []float64 // least cost of text[:i], ending in text
}

func describedBits(text string) float64 {
	d := describer{text: text, lower: strings.ToLower(text), plain: undisguised(text), literal: literalCost(text)}
	d.single = make([]float64, len(text)+1)
	d.inText = make([]float64, len(text)+1)
	for i := range d.single {
		d.single[i], d.inText[i] = math.Inf(1), math.Inf(1)
	}
	d.single[0] = 0
	for i := range len(text) {
		d.step(i)
	}
	return min(d.single[len(text)], d.inText[len(text)])
}

// step goes on from text[:i] in every way there is.
func (d *describer) step(i int) {
	relax(d.single, i+1, d.single[i]+costStay+d.literal)
	relax(d.single, i+1, d.inText[i]+costSwitch+d.literal)
	relax(d.inText, i+1, d.inText[i]+costStay+letterCost(d.text, i))
	relax(d.inText, i+1, d.single[i]+costSwitch+letterCost(d.text[i:], 0))

	begin := min(d.single[i], d.inText[i]) + costSwitch
	d.words(i, d.lower, begin+costWord)
	if d.plain != d.lower {
		d.words(i, d.plain, begin+costWord)
	}
	for stride := range 3 {
		if n := sequenceAt(d.text[i:], stride+1); n >= minRun*(stride+1) {
			relax(d.inText, i+n, begin+costStart*float64(stride+1)+2*math.Log2(float64(n)))
		}
	}
	if n := walkAt(d.lower[i:]); n >= minRun {
		relax(d.inText, i+n, begin+costStart+2*math.Log2(float64(n)))
	}
	if n := repeatAt(d.lower, i); n >= minRun {
		relax(d.inText, i+n, begin+math.Log2(float64(i))+2*math.Log2(float64(n)))
	}
}

func relax(costs []float64, i int, cost float64) { costs[i] = min(costs[i], cost) }

// letterCost is what text[i] costs after text[i-1] in a run of English.
func letterCost(text string, i int) float64 {
	before := byte(boundary)
	if i > 0 {
		before = letter(text[i-1])
	}
	c := letter(text[i])
	switch {
	case c == boundary && strings.IndexByte(" -_.,:", text[i]) >= 0:
		return pairCost(before, boundary) + costSign
	case c == boundary && isDigit(text[i]):
		return pairCost(before, boundary) + costDigit
	case c == boundary:
		return pairCost(before, boundary) + costOther
	case i > 0 && isUpper(text[i]) && isLower(text[i-1]): // camelCase
		return pairCost(before, boundary) + pairCost(boundary, c)
	case isUpper(text[i]) && i > 0 && !isUpper(text[i-1]) && before != boundary:
		return pairCost(before, c) + costCase
	}
	return pairCost(before, c) + disguiseCost(text[i:i+1])
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }

// boundary stands for the start and the end of a word.
const boundary = '`' // just before 'a'

// letter returns the small letter that c is, or boundary.
func letter(c byte) byte {
	switch {
	case isLower(c):
		return c
	case isUpper(c):
		return c - 'A' + 'a'
	}
	return boundary
}

// pairCost is the cost in bits of letter b after a, in English words.
func pairCost(a, b byte) float64 {
	return float64(letterPairs[a-boundary][b-boundary]-'a') / 2
}

// letterPairs has a row for the letter before and a column for the letter
// after, each beginning with the boundary. 'a' is 0 bits, and each further
// letter half a bit more.
var letterPairs = [27]string{
	"zijhjjjkliqpjikkiqigiklkqsr",
	"lukiitokvkwngkgxjugifmmqont",
	"ihmmpgnpxhltfrqhpqkimhqqtir",
	"igqlqgrphkyijmseoskmhkqtvoz",
	"dkpnjfoqtgrvlppjprljpkpqpov",
	"fjqihmlmrpvtkkhqlnggjrnokqu",
	"hismohhqvfurinogovjkiiwsslv",
	"dlrmrgqmjjwvlojhptijmkqszsr",
	"gfsrqetsvgyunnqhqvkmjltsyos",
	"nkmikkkkyuurjjehmvkihwkxozl",
	"ggprleorrlrprmnhlrpgpfrrprr",
	"ejooneplrguponkonsphplsowou",
	"ghrnkfpqsgvrgrrgqtpkkkoqwit",
	"hfkqofruthzqnkpggyskojruvsy",
	"gjrihhmgsjunnomjpuqhgmmrxpt",
	"jlmjjplmumwnjiekjzgjjijkrux",
	"hgrmofqqmjzphqshjsgjijtqunx",
	"froilppprpttloprormjpctqttl",
	"ghqllenmshunmllhptkijlnpwly",
	"dlqkpgprjiyompqkksojfjupulv",
	"fiqmqfprigzvmorjnuiilluprkt",
	"mjjjnillzjzwhjfojwhhhvvvpzr",
	"jfmnlcornhxunnpkknomoqnkput",
	"ggpkngpphgwtlpjhprhjoorosuq",
	"ejojphqrohvvnmokfvoofqqslmv",
	"cppmslruslxumjkngumijrtpxsp",
	"ghropcttrhttmrpkqtlotptnnnk",
}

// disguises are what people write instead of letters.
var disguises = map[byte]byte{
	'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', '$': 's', '!': 'i',
}

// undisguised returns text in small letters without disguises.
func undisguised(text string) string {
	b := []byte(strings.ToLower(text))
	for i, c := range b {
		if plain, ok := disguises[c]; ok {
			b[i] = plain
		}
	}
	return string(b)
}

func disguiseCost(text string) float64 {
	cost := 0.0
	for i := range len(text) {
		if _, ok := disguises[text[i]]; ok {
			cost += costDisguise
		}
	}
	return cost
}

// wordSet has the words by their first two letters.
var wordSet = func() map[string][]string {
	set := map[string][]string{}
	for _, w := range secretWords {
		set[w[:2]] = append(set[w[:2]], w)
	}
	return set
}()

// words takes each word that form, a form of the text, has at i.
func (d *describer) words(i int, form string, cost float64) {
	if i+2 > len(form) {
		return
	}
	for _, w := range wordSet[form[i:i+2]] {
		if strings.HasPrefix(form[i:], w) {
			relax(d.inText, i+len(w), cost+disguiseCost(d.text[i:i+len(w)]))
		}
	}
}

// keyboardRows are rows and columns of keys that fingers walk along, and the
// hex digits in order.
var keyboardRows = []string{
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq", "lkjhgfdsa", "mnbvcxz", "1234567890", "0987654321",
	"qazwsxedcrfvtgbyhnujmikolp", "zaqxswcdevfrbgtnhymjukilop", "zaq12wsxcde34rfvbgt56yhnmju78ik,lo90p",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "!@#$%^&*()", "0123456789abcdef", "fedcba9876543210",
}

// sequenceAt returns how long a sequence text begins with in which each
// character is equal to the one stride places before, or the next or the last
// one in order: "aaaa", "1234", "a1b2c3d4".
func sequenceAt(text string, stride int) int {
	best := 0
	for _, delta := range []int{-1, 0, 1} {
		n := min(stride, len(text))
		for n < len(text) && int(text[n])-int(text[n-stride]) == delta {
			n++
		}
		best = max(best, n)
	}
	return best
}

// walkAt returns how far text, in small letters, walks along a keyboard row.
func walkAt(text string) int {
	best := 0
	for _, row := range keyboardRows {
		at := strings.IndexByte(row, text[0])
		if at < 0 {
			continue
		}
		n := 0
		for n < len(text) && text[n] == row[(at+n)%len(row)] {
			n++
		}
		best = max(best, n)
	}
	return best
}

// repeatAt returns the length of the longest part of text at i that began
// before i too.
func repeatAt(text string, i int) int {
	best := 0
	for j := range i {
		n := 0
		for i+n < len(text) && text[j+n] == text[i+n] {
			n++
		}
		best = max(best, n)
	}
	return best
}
