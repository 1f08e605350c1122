// Command mdcheck checks the Markdown of the repository: that every link leads
// somewhere, that every code block is right, and that every test that is named is
// there.
//
//	mdcheck [-root DIR] [FILE.md …]
//
// Links: files and folders exist, headings exist, addresses are well formed and
// use https; packages of the repository have what links to pkg.go.dev name. No
// page is fetched.
//
// Code, by the language of the block; one without a rule here is a mistake:
//
//	go          a block with a package clause is a file of the repository, word for
//	            word, or compiles. All others of a page are one package that
//	            compiles: declarations as they are, statements as the inside of a
//	            function. Packages are imported by their names.
//	sh, bash    the shell can read it; the command latchkey, built for this, takes
//	            the commands and flags; targets of make, scripts of npm and
//	            programs for go run are there, where they are this repository's
//	toml        it is a configuration that latchkey config check accepts
//	ts, tsx     the types are right, with the sources of web/client; blocks of a page
//	            import each other by the names that the lines before them give
//	js, jsx     the same, as far as types follow
//	json, http  valid; codes of errors are those of docs/reference/errors.md
//	html        a template of html/template
//	yaml, css, python   valid
//	mermaid     left to tools/docsite, which draws it
//	text        not checked: what programs print, and files of other programs
//
// A comment on the line before a block changes that:
//
//	<!-- mdcheck: module examples -->   the block compiles in that module
//	<!-- mdcheck: before CODE -->       the block, of js or ts, follows on this code
//	<!-- mdcheck: skip REASON -->       the block is not checked
//
// One in any place has the commands of the page run in one shell, against a server
// of their own, and compares what they print with the block after them:
//
//	<!-- mdcheck: run -->
//
// And one in any place declares variables for the Go fragments of the page: what the
// text speaks of without showing it.
//
//	<!-- mdcheck: given mux *http.ServeMux; ctx context.Context -->
//
// Tests: `jwt.TestTimes` is that function in the folder jwt, `latchkey.TestX` one
// in the root, and `web/e2e/forms.spec.ts: "title"` a test in a browser.
//
// Tables: a comment demands that the next one has exactly the rows that the code
// has, each beginning with the name as code:
//
//	<!-- mdcheck: rows codes DIR -->          codes of errors, then their statuses
//	<!-- mdcheck: rows fields DIR.TYPE -->    exported fields of a struct
//	<!-- mdcheck: rows values DIR.TYPE -->    constants of a type of strings
//	<!-- mdcheck: rows flags COMMAND -->      flags of a command, then their defaults
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	root := flag.String("root", ".", "the repository's root `directory`")
	flag.Parse()
	problems, err := check(*root, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "mdcheck:", err)
		os.Exit(2)
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

// check returns one line for each problem of the files, which are named
// relative to root; none named means all that git knows or would add.
func check(root string, names []string) ([]string, error) {
	if len(names) == 0 {
		var err error
		if names, err = markdownFiles(root); err != nil {
			return nil, err
		}
	}
	docs := map[string]*document{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			return nil, err
		}
		docs[name] = parse(name, string(data))
	}
	sources, err := goFiles(root)
	if err != nil {
		return nil, err
	}
	commands, err := newCommandChecker(root)
	if err != nil {
		return nil, err
	}
	defer commands.close()
	links := linkChecker{root: root, docs: docs}
	tests := testFinder{root: root, texts: map[string]string{}}
	var problems []string
	code := goChecker{root: root, known: sources, modules: map[string][]source{}, packages: map[string]map[string]string{}}
	var scripts []block
	for _, name := range names {
		doc := docs[name]
		if doc == nil {
			continue
		}
		problems = append(problems, links.check(doc)...)
		missing, err := tests.check(doc)
		if err != nil {
			return nil, err
		}
		problems = append(problems, missing...)
		if doc.run {
			wrong, err := commands.runPage(doc)
			if err != nil {
				return nil, err
			}
			problems = append(problems, wrong...)
		}
		for _, t := range doc.tables {
			wrong, err := t.check(root, name)
			if err != nil {
				return nil, err
			}
			problems = append(problems, wrong...)
		}
		if err := code.add(doc); err != nil {
			return nil, err
		}
		for _, b := range doc.blocks {
			switch {
			case b.skip || b.lang == "go":
			case b.isScript():
				scripts = append(scripts, b)
			case b.isShell():
				problems = append(problems, commands.check(b)...)
			default:
				err := b.check(root)
				if err == nil && b.lang == "toml" {
					err = commands.settings(b)
				}
				if err != nil {
					problems = append(problems, fmt.Sprintf("%s:%d: %v", b.file, b.line, err))
				}
			}
		}
	}
	// Two compilers, each with a core to itself where there are two.
	var wrong []string
	var scriptsFailed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		wrong, scriptsFailed = checkScripts(root, scripts)
	}()
	broken, err := code.compile()
	<-done
	return slices.Concat(problems, broken, wrong), errors.Join(err, scriptsFailed)
}

// markdownFiles lists the Markdown files that git knows or would add, without
// those that the build of the front end writes.
func markdownFiles(root string) ([]string, error) {
	names, err := gitFiles(root, "*.md")
	return slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "dist/") || strings.Contains(name, "/dist/")
	}), err
}

// goFiles returns the texts of all Go files, which their own modules compile.
func goFiles(root string) (map[string]bool, error) {
	names, err := gitFiles(root, "*.go")
	if err != nil {
		return nil, err
	}
	texts := map[string]bool{}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		texts[strings.TrimSpace(string(data))] = true
	}
	return texts, nil
}

// gitFiles lists the files of a pattern that git knows or would add.
func gitFiles(root, pattern string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files in %s: %w", root, err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}
