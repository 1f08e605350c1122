package jwt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// lookSlowly is look, a byte at a time.
func lookSlowly(text string) (unusual, wide bool) {
	for i := range len(text) {
		unusual = unusual || text[i] < ' ' || text[i] == '\\'
		wide = wide || text[i] >= utf8.RuneSelf
	}
	return unusual, wide
}

func looksAlike(t *testing.T, text string) {
	t.Helper()
	unusual, wide := look(text)
	if slowUnusual, slowWide := lookSlowly(text); unusual != slowUnusual || wide != slowWide {
		t.Fatalf("%q is unusual %v, wide %v; want %v, %v", text, unusual, wide, slowUnusual, slowWide)
	}
}

// Every byte there is, at every place of up to two words and the rest, among
// others that are just on either side of what is unusual.
func TestLook(t *testing.T) {
	for length := range 18 {
		for _, others := range []byte{' ', '!', '[', ']', 'a', 0x7f, 0x80, 0x9f, 0xa0, 0xdb, 0xdc, 0xdd, 0xff, 0x1f, '\\', 0} {
			text := []byte(strings.Repeat(string([]byte{others}), length))
			for at := range text {
				for c := range 256 {
					text[at] = byte(c)
					looksAlike(t, string(text))
				}
				text[at] = others
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text := make([]byte, random.IntN(40))
		for i := range text {
			text[i] = byte(random.Uint32())
			if random.IntN(8) > 0 { // mostly usual, so that one byte decides
				text[i] = ' ' + text[i]%60
			}
		}
		looksAlike(t, string(text))
	}
}

// readsAlike holds the scanner to the strict decoder and says whether it was
// done.
func readsAlike(t *testing.T, text string) bool {
	t.Helper()
	fast, slow := new(Claims), new(Claims)
	done := scanClaims(fast, text)
	if !done {
		return false
	}
	if err := (claimRules{}).parseStrictly(slow, text); err != nil {
		t.Fatalf("the scanner is done with %q, but: %v", text, err)
	}
	sameClaims(t, fast, slow)
	if fast.names != slow.names {
		t.Fatalf("%q: the names are %x and %x", text, fast.names, slow.names)
	}
	return true
}

// All texts that differ from usual claims by one byte changed, left out or put in
// before another.
func TestScannerReadsNothingElse(t *testing.T) {
	const signs = "\"\\,:{}[]-+.eE0123456789 \t\n\x00\x7fxtfnuaA\xc5\xbf\xff"
	for _, claims := range []string{
		goodClaims,
		`{"sub":"ſé€😀","exp":1,"ok":true,"no":false,"nil":null,"i":[-1,0,"a",null],"n":-10,"e":[],"iat":2,"nbf":0,"aud":"x","jti":"","":""}`,
	} {
		if !readsAlike(t, claims) {
			t.Errorf("not for the scanner: %s", claims)
		}
		for at := range len(claims) {
			before, after := claims[:at], claims[at+1:]
			readsAlike(t, before)
			readsAlike(t, before+after)
			for i := range len(signs) {
				readsAlike(t, before+signs[i:i+1]+after)
				readsAlike(t, before+signs[i:i+1]+claims[at:])
			}
		}
	}
}

// Names that a careless reader takes for others are for the strict decoder, which
// refuses them.
func TestScannerLeavesCaseVariants(t *testing.T) {
	for _, name := range []string{"Sub", "suB", "ſub", "\u212aid", "Z", "é"} {
		if readsAlike(t, `{"`+name+`":"x"}`) || readsAlike(t, `{"exp":1,"`+name+`":"x","iat":1}`) {
			t.Errorf("%s is the scanner's", name)
		}
	}
}

// So many members are the scanner's, and no more; what is read is the same.
func TestScannerMembers(t *testing.T) {
	most := len(Claims{}.inline)
	for n := range most + 3 {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprintf(`"m%d":%d`, i, i))
		}
		text := "{" + strings.Join(members, ",") + "}"
		if done := readsAlike(t, text); done != (n <= most) {
			t.Errorf("with %d members, done is %v", n, done)
		}
		c := new(Claims)
		if err := (claimRules{}).parse(c, text); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if got, ok := c.Int(fmt.Sprint("m", i)); !ok || got != int64(i) {
				t.Errorf("of %d members, m%d is %d, %v", n, i, got, ok)
			}
		}
		if c.Has(fmt.Sprint("m", n)) {
			t.Errorf("with %d members, one more is said to be there", n)
		}
		if n > 0 && readsAlike(t, "{"+strings.Join(append(members[:n:n], members[0]), ",")+"}") {
			t.Errorf("the scanner is done with a name that comes twice, after %d", n)
		}
	}
}

// Names that look the same to a nameSet are told apart, by either decoder.
func TestNamesThatMeet(t *testing.T) {
	first := "name"
	var second string
	for i := 0; second == ""; i++ {
		if other := fmt.Sprint("n", i, "e"); bitOf(other) == bitOf(first) {
			second = other
		}
	}
	if !readsAlike(t, `{"name":1,"`+second+`":2}`) || readsAlike(t, `{"name":1,"`+second+`":2,"name":3}`) {
		t.Error("the scanner takes one for the other")
	}
	for _, text := range []string{
		`{"name":1,"` + second + `":2}`,
		`{"name":1,"` + second + `":2,"o":{}}`, // not for the scanner
		`{"n\u0061me":1,"` + second + `":2}`,
	} {
		c := new(Claims)
		if err := (claimRules{}).parse(c, text); err != nil {
			t.Fatal(err)
		}
		one, _ := c.Int(first)
		two, _ := c.Int(second)
		if one != 1 || two != 2 {
			t.Errorf("%s is read as %d and %d", text, one, two)
		}
	}
	for _, text := range []string{`{"name":1}`, `{"name":1,"o":{}}`, `{}`} {
		c := new(Claims)
		if err := (claimRules{}).parse(c, text); err != nil || c.Has(second) {
			t.Errorf("%s has %s, %v", text, second, err)
		}
	}
	if new(Claims).Has("") {
		t.Error("no claims have a member without a name")
	}
}

// Positions in claims as long as a token may be fit, and in longer ones the
// scanner does not look.
func TestScannerAtFullLength(t *testing.T) {
	const head, tail = `{"sub":"`, `","exp":4102444800,"last":"end"}`
	fill := strings.Repeat("s", MaxTokenLength-len(head)-len(tail))
	full := head + fill + tail
	if !readsAlike(t, full) {
		t.Error("the longest claims are not the scanner's")
	}
	c := new(Claims)
	if err := (claimRules{}).parse(c, full); err != nil {
		t.Fatal(err)
	}
	if last, _ := c.String("last"); last != "end" || c.Subject != fill || c.ExpiresAt.Unix() != 4102444800 {
		t.Errorf("read are %q, %v and %d bytes", last, c.ExpiresAt, len(c.Subject))
	}
	if scanClaims(c, head+fill+"s"+tail) {
		t.Error("longer claims are the scanner's")
	}
}
