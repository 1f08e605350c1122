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
// of their own, and compares what they print with the block after them. The server
// is latchkey serve, or the program that the page shows, which "go run ." starts.
//
//	<!-- mdcheck: run -->
//
// And one in any place declares variables for the Go fragments of the page: what the
// text speaks of without showing it.
//
//	<!-- mdcheck: given mux *http.ServeMux; ctx context.Context -->
//
// Names in the text, written as code: commands of latchkey are such as it takes,
// and names of Go such as `jwt.Parse` or `latchkey.Config.Issuer` are exported by
// the package, if it is one of ours.
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
	"flag"
	"fmt"
	"os"
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
