// Command repolint checks what no compiler does: that no unfinished business, no
// machine's paths and no overlong file is in the tree, that packages import only
// what is below them, and that the public face stays small.
//
//	repolint [-root DIR]
//
// It looks at every file that git knows or would add. Exceptions are in
// allow.txt beside this file, each with its reason; one that is no longer
// needed is a finding too.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// A finding is one line of the report.
type finding struct {
	rule string // the word that allow.txt uses
	path string // of the file or the package
	text string
}

func (f finding) String() string { return fmt.Sprintf("%s: %s (%s)", f.path, f.text, f.rule) }

func main() {
	root := flag.String("root", ".", "the repository's root `directory`")
	flag.Parse()
	found, err := check(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "repolint:", err)
		os.Exit(2)
	}
	for _, f := range found {
		fmt.Println(f)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

// check runs every rule over the repository at root.
func check(root string) ([]finding, error) {
	rules := []func(root string) ([]finding, error){
		checkTexts, checkImports, checkBudget, checkWeight, checkLibc,
	}
	var found []finding
	for _, rule := range rules {
		more, err := rule(root)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	exceptions, err := readExceptions(filepath.Join(root, exceptionsFile))
	if err != nil {
		return nil, err
	}
	found = exceptions.apply(found)
	slices.SortFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.text, b.text))
	})
	return found, nil
}
