package account

import (
	"errors"
	"strings"
	"testing"
)

func TestPolicy(t *testing.T) {
	const short, long, text, guess = "too short", "too long", "not text", "first to be guessed"
	varied := "Zebra kiln 7 orchid basalt tandem plywood; mitten, gravel & thicket under quartz lantern by dusk. "
	for name, tt := range map[string]struct {
		policy   Policy
		password string
		want     string
	}{
		"empty":                    {Policy{}, "", short},
		"14":                       {Policy{}, varied[:14], short},
		"15":                       {Policy{}, varied[:15], ""},
		"64":                       {Policy{}, varied[:64], ""},
		"1024 bytes":               {Policy{}, strings.Repeat(varied, 11)[:1024], ""},
		"1025 bytes":               {Policy{}, strings.Repeat(varied, 11)[:1025], long},
		"14 emoji":                 {Policy{}, "🐢🦆🪁🧲🪗🧃🥨🛶🪐🧿🦔🪴🎷🧭", short},
		"15 emoji":                 {Policy{}, "🐢🦆🪁🧲🪗🧃🥨🛶🪐🧿🦔🪴🎷🧭🪀", ""},
		"combining marks":          {Policy{}, "zeb\u0301r kl\u030an 7 o\u0301", short},
		"one sign that becomes 18": {Policy{}, "\ufdfa", short},
		"only lower case":          {Policy{}, "zebrakilnorchidbasalt", ""},
		"spaces around":            {Policy{}, " zebra kiln 7 ", short},
		"space at the end counts":  {Policy{}, "zebra kiln 7 ab ", ""},
		"zero byte":                {Policy{}, "zebra\x00kiln 7 abc", ""},
		"bytes":                    {Policy{}, "zebra kiln 7 abc\xff", text},
		"common":                   {Policy{}, "passwordpassword", guess},
		"name of the service":      {Policy{ServiceNames: []string{"Acme Corp"}}, "AcmeCorp12345678", guess},
		"own name":                 {Policy{}, "ada.lovelace.ada", guess},
		"min 20":                   {Policy{MinLength: 20}, varied[:19], short},
		"min 20, 20":               {Policy{MinLength: 20}, varied[:20], ""},
		"insecure 8, 7":            {Policy{InsecureMinLength: 8}, "vK9#mQz", short},
		"insecure 8":               {Policy{InsecureMinLength: 8}, "vK9#mQz2", ""},
		"insecure 8, common":       {Policy{InsecureMinLength: 8}, "sunshine1", guess},
		"hook":                     {Policy{Refuse: func(p string) string { return "It was in a breach." }}, varied, "breach"},
	} {
		err := tt.policy.Check(tt.password, "ada.lovelace", "Ada")
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var v *ValidationError
		if !errors.As(err, &v) || len(v.Fields) != 1 || v.Fields[0].Field != "password" || !strings.Contains(v.Fields[0].Message, tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestMinimumLength(t *testing.T) {
	for want, p := range map[int]Policy{15: {}, 20: {MinLength: 20}, 8: {InsecureMinLength: 8}} {
		if got := p.MinimumLength(); got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
}

// TestRefuseGetsNormalizedText: a corpus on disk is in one normal form.
func TestRefuseGetsNormalizedText(t *testing.T) {
	var got string
	p := Policy{Refuse: func(p string) string { got = p; return "" }}
	if err := p.Check("cre\u0300me with ｗｉｄｅ letters"); err != nil {
		t.Fatal(err)
	}
	if want := "crème with wide letters"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
