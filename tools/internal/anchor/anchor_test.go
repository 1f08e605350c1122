package anchor

import "testing"

func TestNames(t *testing.T) {
	var n Names
	for _, tt := range [][2]string{
		{"Start here", "start-here"},
		{"Twice", "twice"},
		{"Twice", "twice-1"},
		{"Twice", "twice-2"},
		{"latchkey.Config", "latchkeyconfig"},
		{"Who, what & when?", "who-what--when"},
		{"Über snake_case", "über-snake_case"},
	} {
		if got := n.Next(tt[0]); got != tt[1] {
			t.Errorf("%q: %q, want %q", tt[0], got, tt[1])
		}
	}
}
