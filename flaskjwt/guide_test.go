package flaskjwt

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var writeGuide = flag.Bool("write-guide", false, "write the table of differences into the guide")

const (
	guide      = "../docs/guides/migrating-from-flask-jwt-extended.md"
	tableBegin = "<!-- differences: written by go test ./flaskjwt -run TestGuide -write-guide -->\n"
	tableEnd   = "<!-- end of differences -->\n"
)

// differences is the table of the rules.
func differences() string {
	var b strings.Builder
	b.WriteString("\n| What | Our answer | Why |\n|---|---|---|\n")
	for _, r := range rules {
		b.WriteString("| " + r.name + " | " + r.answer + " | " + r.reason + " |\n")
	}
	return b.String() + "\n"
}

// TestGuide keeps the guide true: its table of differences is that of the rules
// which the recorded cases are checked against, and it speaks of every setting.
func TestGuide(t *testing.T) {
	data, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	before, rest, found := strings.Cut(text, tableBegin)
	table, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatal("the guide has lost the marks around its table")
	}
	if *writeGuide {
		text = before + tableBegin + differences() + tableEnd + after
		if err := os.WriteFile(guide, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if table != differences() {
		t.Error("the table of differences is not that of the rules: go test ./flaskjwt -run TestGuide -write-guide")
	}
	for _, key := range settingNames {
		if !strings.Contains(text, "`"+key+"`") {
			t.Errorf("the guide does not speak of %s", key)
		}
	}
}
