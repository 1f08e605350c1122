package flaskjwt

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// vectorDir is a folder of recorded cases, in the format of its README.
var vectorDir = flag.String("vectors", "", "folder of recorded Flask-JWT-Extended cases; defaults to $LATCHKEY_VECTORS/flask")

// object of JSON, numbers as json.Number.
type members = map[string]any

// vector is one recorded case: what was done, and what came of it.
type vector struct {
	Name, Kind string
	Config     Settings
	Loaders    map[string]members
	Route      members
	Request    members
	Call       members
	Properties []string
	Now        json.Number
	Tags       []string

	recorded members // what came of it
}

// outcomes are the members of a case that say what came of it.
var outcomes = []string{"response", "header", "claims", "error", "then_decode", "set_cookies", "result", "values"}

// loadVectors reads all cases of the folder.
func loadVectors(t *testing.T) []vector {
	t.Helper()
	dir := *vectorDir
	if dir == "" && os.Getenv("LATCHKEY_VECTORS") != "" {
		dir = filepath.Join(os.Getenv("LATCHKEY_VECTORS"), "flask")
	}
	if dir == "" {
		const how = "NOT TESTED against recorded cases: set LATCHKEY_VECTORS or give -vectors DIR"
		if os.Getenv("CI") == "true" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	if _, err := os.Stat(dir); err != nil && !filepath.IsAbs(dir) {
		dir = filepath.Join("..", dir) // go test changed the directory
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded cases in %s (%v)", dir, err)
	}
	var all []vector
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []json.RawMessage
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, raw := range cases {
			all = append(all, readVector(t, raw))
		}
	}
	return all
}

func readVector(t *testing.T, raw []byte) vector {
	t.Helper()
	var v vector
	var whole members
	for _, into := range []any{&v, &whole} {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(into); err != nil {
			t.Fatalf("%.100s: %v", raw, err)
		}
	}
	from := whole
	if newest := newestVariant(whole); newest != nil {
		from = newest
	}
	v.recorded = members{}
	for _, name := range outcomes {
		if value, has := from[name]; has {
			v.recorded[name] = value
		}
	}
	return v
}

var pyjwtVersion = regexp.MustCompile(`pyjwt(\d+)\.(\d+)\.(\d+)`)

// recordedWith is the PyJWT of the main answers.
const recordedWith = "pyjwt2.10.1"

// newestVariant is the answer of the newest stack, if it is a variant.
func newestVariant(whole members) members {
	var newest members
	best := versionOf(recordedWith)
	variants, _ := whole["variants"].(members)
	for name, answer := range variants {
		if version := versionOf(name); slices.Compare(version, best) > 0 {
			newest, best = answer.(members), version
		}
	}
	return newest
}

func versionOf(stack string) []int {
	var version []int
	for _, part := range pyjwtVersion.FindStringSubmatch(stack)[1:] {
		n, _ := json.Number(part).Int64()
		version = append(version, int(n))
	}
	return version
}

// tagged says whether a case has a tag.
func (v *vector) tagged(tag string) bool { return slices.Contains(v.Tags, tag) }

// text is a member that is a string, or "".
func text(m members, name string) string {
	s, _ := m[name].(string)
	return s
}

// latin1 turns the characters of a recorded header into its bytes.
func latin1(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
	}
	return b.String()
}
