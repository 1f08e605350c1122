package main

import (
	"errors"
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
)

// A checker goes through pages, and leaves to the end what compilers check: they
// get all of it at once.
type checker struct {
	root     string
	links    linkChecker
	tests    testFinder
	symbols  symbolFinder
	commands *commandChecker
	code     goChecker
	scripts  []block
	problems []string
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
	docs, err := readPages(root, names)
	if err != nil {
		return nil, err
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
	c := &checker{
		root:     root,
		links:    linkChecker{root: root, docs: docs},
		tests:    testFinder{root: root, texts: map[string]string{}},
		commands: commands,
		code:     goChecker{root: root, known: sources, modules: map[string][]source{}, packages: map[string]map[string]string{}},
	}
	c.symbols = symbolFinder{root: root, packages: c.code.packagesIn, files: map[string][]*ast.File{}}
	for _, name := range names {
		if doc := docs[name]; doc != nil {
			if err := c.page(doc); err != nil {
				return nil, err
			}
		}
	}
	return c.compile()
}

// readPages reads the files that are there.
func readPages(root string, names []string) (map[string]*document, error) {
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
	return docs, nil
}

// page checks all of a page but its code for compilers.
func (c *checker) page(doc *document) error {
	c.problems = append(c.problems, c.links.check(doc)...)
	missing, err := c.tests.check(doc)
	if err != nil {
		return err
	}
	c.problems = append(c.problems, missing...)
	unknown, err := c.symbols.check(doc)
	if err != nil {
		return err
	}
	c.problems = append(c.problems, unknown...)
	for _, b := range doc.commands {
		c.problems = append(c.problems, c.commands.check(b)...)
	}
	for _, t := range doc.tables {
		wrong, err := t.check(c.root, doc.name)
		if err != nil {
			return err
		}
		c.problems = append(c.problems, wrong...)
	}
	for _, b := range doc.blocks {
		if !b.skip {
			c.block(b)
		}
	}
	if doc.run {
		wrong, err := c.commands.runPage(doc)
		if err != nil {
			return err
		}
		c.problems = append(c.problems, wrong...)
	}
	return c.code.add(doc)
}

// block checks a block by the rules of its language.
func (c *checker) block(b block) {
	switch {
	case b.lang == "go": // see page
	case b.isScript():
		c.scripts = append(c.scripts, b)
	case b.isShell():
		c.problems = append(c.problems, c.commands.check(b)...)
	default:
		err := b.check(c.root)
		if err == nil && b.lang == "toml" {
			err = c.commands.settings(b)
		}
		if err != nil {
			c.problems = append(c.problems, fmt.Sprintf("%s:%d: %v", b.file, b.line, err))
		}
	}
}

// compile runs two compilers, each with a core to itself where there are two, and
// returns all problems.
func (c *checker) compile() ([]string, error) {
	var wrong []string
	var scriptsFailed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		wrong, scriptsFailed = checkScripts(c.root, c.scripts)
	}()
	broken, err := c.code.compile()
	<-done
	return slices.Concat(c.problems, broken, wrong), errors.Join(err, scriptsFailed)
}
