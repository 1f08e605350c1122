package account

import (
	"strings"
	"testing"
)

func TestGuessable(t *testing.T) {
	person := []string{"ada.lovelace@example.org", "Ada Lovelace"}
	service := []string{"Latchkey"}
	many := []string{"ada.king.noel.gordon.byron@lovelace.example"}
	for _, tt := range []struct {
		password string
		kind     int
	}{
		{"aaaaaaaaaaaaaaaaaaaa", pieceRepeat},
		{"abababbabaabbabaababab", pieceRepeat},
		{"x7#kx7#kx7#kx7#k", pieceRepeat},
		{"ab12ab12ab12ab1", pieceRepeat},
		{"passwordpassword", pieceWord},
		{"passwordpassword1", pieceWord},
		{"P4ssw0rd_P@$$w0rd", pieceWord},
		{"iloveyouiloveyou!", pieceWord},
		{"Iloveyou1234567", pieceWord},
		{"adminadminadminadmin1", pieceWord},
		{"letmein letmein letmein", pieceWord},
		{"qwertyuiop12345", piecePattern},
		{"qwertyuiopasdfgh", piecePattern},
		{"123456789012345", piecePattern},
		{"1234567890qwertyuiop", piecePattern},
		{"987654321987654321", piecePattern},
		{"1q2w3e4r5t6y7u8i", piecePattern},
		{"1qaz2wsx3edc4rfv", piecePattern},
		{"zaq1xsw2cde3vfr4", piecePattern},
		{"!@#$%^&*()_+!@#", piecePattern},
		{"abcdefghijklmnop", piecePattern},
		{"11223344556677889900", piecePattern},
		{"314159265358979", piecePattern},
		{"sunshine dragon 2024", pieceWord},
		{"Welcome2024Summer!", pieceWord},
		{"correct horse battery staple", -1},
		{"correcthorsebatterystaple", pieceWord},
		{"thisismypassword", pieceWord},
		{"Manchester1878united", pieceWord},
		{"ada.lovelace@example.org", piecePerson},
		{"lovelace12345678", piecePerson},
		{"AdaLovelace2024", piecePerson},
		{"L0vel4ce L0vel4ce ada", piecePerson},
		{"latchkey123456789", pieceService},
		{"Latchkey-latchkey!", pieceService},
		{"latchkeypassword", pieceService},
		{"abcabcabcabcabcabcd", pieceRepeat},
		{"abcdeabcdeabcde", pieceRepeat},
		{"    password      ", pieceWord},
		{"ννννννννννννννννννν", pieceRepeat},

		{"tr0ub4dor&3 zebra kiln", -1},
		{"vK9#mQ2$xL5@pR8!", -1},
		{"lantern gravel mitten thicket", -1},
		{"my dog eats seven purple biscuits", -1},
		{"Καλημέρα στον κόσμο", -1},
		{"правильная лошадь батарея", -1},
		{"正しい馬の電池のホッチキスと犬と猫です", -1},
		{"839201748392013746", -1},
		{"}#;~[)(*&^%$£\"!|", -1},
		{"🐢🦆🪁🧲🪗🧃🥨🛶🪐🧿🦔🪴🎷🧭🪀", -1},
	} {
		got, want := guessable(tt.password, person, service), ""
		if tt.kind >= 0 {
			want = reasons[tt.kind]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", tt.password, got, want)
		}
	}
	for _, password := range []string{many[0], "AdaKingNoelGordonByronLovelaceExample"} {
		if got := guessable(password, many, service); got != reasons[piecePerson] {
			t.Errorf("%q: %q", password, got)
		}
	}
}

// TestGuessableCorpus makes passwords of at least 15 characters by the rules
// that people follow, more than the 3,000 that a blocklist should have.
func TestGuessableCorpus(t *testing.T) {
	endings := []string{"1", "123", "1234", "!", "2023", "2024!", "12345678", "qwerty", "@123"}
	words, _ := commonWords()
	n := 0
	for word := range words {
		twice := word + strings.ToUpper(word[:1]) + word[1:]
		for _, candidate := range []string{twice, word + "password", "my" + word + "is"} {
			for _, ending := range endings {
				password := candidate + ending
				if len(password) < defaultMinPassword {
					continue
				}
				n++
				if guessable(password, nil, nil) == "" {
					t.Errorf("%q is not found", password)
				}
			}
		}
	}
	if n < 3000 {
		t.Errorf("only %d candidates", n)
	}
}

// TestGuessableEdges: the longest and the emptiest input.
func TestGuessableEdges(t *testing.T) {
	long := strings.Repeat("qwertzuiop0123456789abcdefghijk", 40)[:maxPasswordBytes-1] + "#"
	if why := guessable(long, []string{long}, nil); why != "" {
		t.Errorf("1 KiB is refused: %s", why)
	}
	if why := guessable("", nil, nil); why == "" {
		t.Error("nothing at all is a good password")
	}
}

func FuzzGuessable(f *testing.F) {
	f.Add("passwordpassword", "ada")
	f.Add("ﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁﬁ", "ß\u0130")
	f.Add("a\x00b", "")
	f.Fuzz(func(t *testing.T, password, name string) {
		pw := normalize(password)
		problem := Policy{}.problem(pw, []string{name})
		if problem != "" {
			return
		}
		// What is accepted cannot have become acceptable by cutting.
		if n := len([]rune(password)); n < defaultMinPassword {
			t.Errorf("%q of %d characters is accepted", password, n)
		}
		if NormalizeUsername(name) == NormalizeUsername(password) && len(name) <= longestName {
			t.Errorf("%q is accepted though it is the user's name", password)
		}
	})
}
