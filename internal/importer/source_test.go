package importer

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lines writes what a source gives: a row as its columns and values, an error of
// a row as its text, and the error that ends it.
func lines(s Source) []string {
	var all []string
	for {
		r, err := s.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if _, ok := errors.AsType[*RowError](err); ok {
			all = append(all, err.Error())
			continue
		}
		if err != nil {
			return append(all, "END "+err.Error())
		}
		var text strings.Builder
		fmt.Fprint(&text, r.Line)
		for _, name := range slices.Sorted(maps.Keys(r.values)) {
			fmt.Fprintf(&text, " %s=%q", name, r.values[name])
		}
		all = append(all, text.String())
	}
}

func TestFiles(t *testing.T) {
	long := strings.Repeat("x", maxRecord)
	for name, c := range map[string]struct {
		format Format
		text   string
		want   []string
	}{
		"CSV":         {Detect, "a,b\n1,2\n", []string{`2 a="1" b="2"`}},
		"null":        {Detect, "a,b\n1,\n", []string{`2 a="1"`}},
		"CRLF":        {Detect, "a,b\r\n1,2\r\n", []string{`2 a="1" b="2"`}},
		"no last end": {Detect, "a,b\n1,2", []string{`2 a="1" b="2"`}},
		"BOM":         {Detect, "\xef\xbb\xbfa,b\n1,2\n", []string{`2 a="1" b="2"`}},
		"semicolons":  {Detect, "a;b\n1;2,3\n", []string{`2 a="1" b="2,3"`}},
		"tabs":        {Detect, "a\tb\n1\t2\n", []string{`2 a="1" b="2"`}},
		"quoted": {Detect, "a,b\n\"1,\"\"x\"\"\",\"two\nlines\"\n3,4\n",
			[]string{`2 a="1,\"x\"" b="two\nlines"`, `4 a="3" b="4"`}},
		"rows that do not fit": {Detect, "a,b\n1\n1,2,3\n4,5\n",
			[]string{"line 2: it has not 2 fields, as the first line has", "line 3: it has not 2 fields, as the first line has", `4 a="4" b="5"`}},
		"a stray quotation mark": {Detect, "a,b\n1,x\"y\n4,5\n",
			[]string{"line 2: its quotation marks do not fit: a field with one in it is put in quotation marks, and the mark doubled", `3 a="4" b="5"`}},
		"a quotation that does not end": {Detect, "a,b\n0,0\n1,\"x\n4,5\n6,7\n",
			[]string{`2 a="0" b="0"`, "END line 3: a quotation begins there and does not end where it should; mend it and run this again"}},
		"a quotation that swallows": {Detect, "a,b\n1,\"" + long + long,
			[]string{"END a row is longer than 4 MiB: a quotation begins in it and does not end; mend it and run this again"}},
		"Latin-1": {Detect, "a,b\n1,M\xfcller\n4,5\n",
			[]string{"line 2: " + reasonNotUTF8, `3 a="4" b="5"`}},
		"JSON lines": {Detect, `{"a":"1","b":2,"c":null,"d":[1, 2],"e":true}` + "\n\n" + `{"a":"é\u00e9"}`,
			[]string{`1 a="1" b="2" d="[1, 2]" e="true"`, `3 a="éé"`}},
		"JSON that is none": {JSONL, "{\"a\":1}\nx\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":\"M\xfcller\"}\nnull\n{\"a\":2}\n",
			[]string{`1 a="1"`, jsonRefused(2), jsonRefused(3), jsonRefused(4), jsonRefused(5), jsonRefused(6), `7 a="2"`}},
		"a long line": {JSONL, `{"a":"` + long + `"}` + "\n" + `{"a":1}` + "\n" + `{"a":"` + long,
			[]string{"line 1: it is longer than 4 MiB", `2 a="1"`, "line 3: it is longer than 4 MiB"}},
	} {
		s, err := Read(strings.NewReader(c.text), int64(len(c.text)), c.format)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := lines(s); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
		}
		if done, total := s.Progress(); done == 0 || total != int64(len(c.text)) {
			t.Errorf("%s: %d of %d were read", name, done, total)
		}
	}
}

func jsonRefused(line int) string {
	return fmt.Sprintf("line %d: it is not a JSON object in UTF-8 with each name once", line)
}

func TestFilesRefused(t *testing.T) {
	for name, c := range map[string]struct {
		format Format
		text   string
		want   string
	}{
		"empty":              {Detect, "", "is empty"},
		"BOM alone":          {Detect, "\xef\xbb\xbf", "is empty"},
		"UTF-16":             {Detect, "\xff\xfea\x00", "iconv -f utf-16 -t utf-8"},
		"an array":           {JSONL, `[{"a":1}]`, "jq -c '.[]'"},
		"SQLite from a pipe": {SQLite, "x", "give its file"},
		"no name":            {CSV, "a,,b\n", "column 2 has no good name"},
		"a name twice":       {CSV, "a,a\n", "column 2 has no good name"},
		"no names":           {CSV, "\n\n", "first line"},
	} {
		_, err := Read(strings.NewReader(c.text), 0, c.format)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", name, err, c.want)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "none"), Detect, ""); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	broken := filepath.Join(t.TempDir(), "broken.db")
	if err := os.WriteFile(broken, []byte("SQLite format 3\x00 and then nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), broken, Detect, "users"); err == nil || !strings.Contains(err.Error(), "cannot read the SQLite database") {
		t.Errorf("a broken database: %v", err)
	}
}
