package account

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormalizeUsername(t *testing.T) {
	for _, same := range [][]string{
		{"ada", "Ada", "ADA", " ada\n", "Ａｄａ", "ａｄａ"},
		{"ada@example.org", "Ada@Example.ORG"},
		{"café", "CAFÉ", "cafe\u0301", "CAFE\u0301"},
		{"kelvin", "\u212aelvin"},
		{"σοφός", "ΣΟΦΌΣ", "σοφόσ"},
		{"straße", "STRAẞE"},
		{"finn", "ﬁnn"},
		{"миша", "МИША"},
		{"sam", "ſam"},
	} {
		for _, name := range same {
			if got, want := NormalizeUsername(name), NormalizeUsername(same[0]); got != want {
				t.Errorf("%q: %q, want %q", name, got, want)
			}
		}
	}
	for _, pair := range [][2]string{
		{"ada", "ada1"}, {"cafe", "café"}, {"a.b", "ab"}, {"paypal", "pаypal"}, {"strasse", "straße"},
	} {
		if NormalizeUsername(pair[0]) == NormalizeUsername(pair[1]) {
			t.Errorf("%q and %q are one name", pair[0], pair[1])
		}
	}
	if got := NormalizeUsername("Ada.Lovelace+Mail@Example.org"); got != "ada.lovelace+mail@example.org" {
		t.Error(got)
	}
}

func TestCheckUsername(t *testing.T) {
	const length, signs, alphabets = "3 to 64", "letters, digits", "alphabets"
	for username, want := range map[string]string{
		"ada":                            "",
		"ada.lovelace+x@example.org":     "",
		"O'Brien":                        "",
		"李小龙":                            "",
		"さくら子":                           "",
		"サクラ-ada":                        "",
		"김철수":                            "",
		"миша_42":                        "",
		"हिन्दी":                         "",
		strings.Repeat("é", 64):          "",
		"":                               length,
		"ab":                             length,
		" ab ":                           length,
		strings.Repeat("a", 65):          length,
		strings.Repeat("é", 65):          length,
		strings.Repeat("\ufdfa", 10):     length,
		strings.Repeat("a", 1000):        length,
		strings.Repeat(" ", 600) + "ada": length,
		"ada\xff":                        length,
		"ada lovelace":                   signs,
		"ada\u00a0lovelace":              signs,
		"ada\u3000lovelace":              signs,
		"ada\x00":                        signs,
		"ada\r\nadmin":                   signs,
		"ada\u200blovelace":              signs,
		"ada\u202eadmin":                 signs,
		"ada\u00adlovelace":              signs,
		"ada/../root":                    signs,
		"<script>":                       signs,
		"ada\"":                          signs,
		"ada%00":                         signs,
		"ada\\bob":                       signs,
		"🐢🐢🐢":                            signs,
		"pаypal" /* Cyrillic а */ :       alphabets,
		"αdmin" /* Greek α */ :           alphabets,
		"миша-misha":                     alphabets,
		"ada-שלום":                       alphabets,
		"ada@еxample.org" /* е */ :       alphabets,
	} {
		key, problem := checkUsername(username)
		if want == "" && (problem != "" || key != NormalizeUsername(username)) || !strings.Contains(problem, want) || want != "" && problem == "" {
			t.Errorf("%q: %q, %q; want %q", username, key, problem, want)
		}
	}
}

func TestReservedUsernames(t *testing.T) {
	f := newFixture(t, Config{Policy: Policy{ReservedUsernames: []string{"Ops"}}})
	for _, name := range []string{"admin", "Postmaster", "ＡＤＭＩＮ", "OPS"} {
		_, err := f.SignUp(t.Context(), SignUp{Username: name, Password: goodPassword})
		var v *ValidationError
		if !errors.As(err, &v) || len(v.Fields) != 1 || v.Fields[0].Field != "username" {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := f.AddUser(t.Context(), NewUser{Username: name}); name == "admin" && err != nil {
			t.Errorf("%s by an operator: %v", name, err)
		}
	}
}

func FuzzNormalizeUsername(f *testing.F) {
	for _, s := range []string{"ada", "İstanbul", "ǰ\u0345", "ﬃ", "\u1e9e", "ᾳ\u0313", "Ａ\u0301", "\xff", "Ꭰꭰ", " a "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := NormalizeUsername(s)
		if again := NormalizeUsername(key); again != key {
			t.Errorf("%q becomes %q and then %q", s, key, again)
		}
		if NormalizeUsername(strings.ToUpper(key)) != key && isASCII(key) {
			t.Errorf("%q and its upper case are two names", key)
		}
		if got, problem := checkUsername(s); problem == "" {
			if n := utf8.RuneCountInString(got); n < minUsername || n > maxUsername || strings.ContainsAny(got, " \t\r\n\x00<>\"/\\") {
				t.Errorf("%q is accepted as %q", s, got)
			}
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
