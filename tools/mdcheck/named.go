package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A mention is a test that a document names, such as `jwt.TestTimes` or
// `web/e2e/forms.spec.ts: "the title of a test"`.
type mention struct {
	line int
	file string // a file, or the folder of a package; "latchkey" is the root
	name string // a function, or the title of a test in a browser
}

var (
	goTest      = regexp.MustCompile("`([a-z][\\w./-]*)\\.((?:Test|Fuzz)[A-Z]\\w*)`")
	browserTest = regexp.MustCompile("`([\\w./-]+\\.(?:spec|test)\\.tsx?): \"([^`]+)\"`")
)

// mentions returns the tests that a line names.
func mentions(number int, text string) []mention {
	var found []mention
	for _, pattern := range []*regexp.Regexp{goTest, browserTest} {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			found = append(found, mention{number, m[1], m[2]})
		}
	}
	return found
}

// A testFinder knows the tests of the repository, a file or folder at a time.
type testFinder struct {
	root  string
	texts map[string]string
}

// check returns one line for each test that the document names and nobody has.
func (f *testFinder) check(doc *document) ([]string, error) {
	var problems []string
	for _, m := range doc.mentions {
		found, err := f.has(m)
		if err != nil {
			return nil, err
		}
		if !found {
			problems = append(problems, fmt.Sprintf("%s:%d: there is no test %s in %s", doc.name, m.line, m.name, m.file))
		}
	}
	return problems, nil
}

func (f *testFinder) has(m mention) (bool, error) {
	text, err := f.read(m.file)
	if err != nil {
		return false, err
	}
	if strings.HasSuffix(m.file, ".ts") || strings.HasSuffix(m.file, ".tsx") {
		return strings.Contains(text, "'"+m.name+"'"), nil
	}
	return strings.Contains(text, "\nfunc "+m.name+"("), nil
}

// read returns a file, or the tests of a folder.
func (f *testFinder) read(name string) (string, error) {
	if text, ok := f.texts[name]; ok {
		return text, nil
	}
	files := []string{filepath.Join(f.root, name)}
	if !strings.Contains(filepath.Base(name), ".") {
		folder := name
		if name == "latchkey" {
			folder = "."
		}
		var err error
		if files, err = filepath.Glob(filepath.Join(f.root, folder, "*_test.go")); err != nil {
			return "", err
		}
	}
	var all strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) {
			return "", err
		}
		all.Write(data)
		all.WriteByte('\n')
	}
	f.texts[name] = all.String()
	return f.texts[name], nil
}
