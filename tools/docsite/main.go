// Command docsite makes a static site of the documentation: pages without
// scripts and without anything from elsewhere, to be read offline or put onto any
// web server.
//
//	docsite [-root DIR] [-out DIR]
//
// It fails when a link or an anchor leads nowhere, or when docs/README.md, which is
// the index and the menu, leaves a page out.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "the repository's root `directory`")
	out := flag.String("out", "", "the `directory` to write; bin/site in the root unless set")
	flag.Parse()
	if *out == "" {
		*out = filepath.Join(*root, "bin", "site")
	}
	problems, err := run(*root, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "docsite:", err)
		os.Exit(2)
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
	fmt.Println(filepath.Join(*out, "index.html"))
}

// run writes the site and returns what is wrong with it.
func run(root, out string) ([]string, error) {
	s, err := load(root)
	if err != nil {
		return nil, err
	}
	if err := s.write(out); err != nil {
		return nil, err
	}
	problems, err := verify(out)
	return append(s.lost(), problems...), err
}
