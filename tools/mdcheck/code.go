package main

import (
	"encoding/json"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// isProgram says whether the block is a whole Go file.
func (b *block) isProgram() bool {
	return b.lang == "go" && !b.skip && hasPackageClause(b.code)
}

func hasPackageClause(code string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "", code, parser.PackageClauseOnly)
	return err == nil
}

// A source is a file that a block becomes.
type source struct {
	block    block
	pkg      string // its folder
	text     string
	fragment bool
}

// A goChecker collects the Go code of all pages, module by module.
type goChecker struct {
	root     string
	known    map[string]bool // files of the repository
	modules  map[string][]source
	packages map[string]map[string]string // by module, for fragments
	count    int                          // of packages, so far
	problems []string
}

// add takes the Go blocks of a page. A whole file that the repository does not
// have is a package; all fragments of a page for one module are one together.
func (c *goChecker) add(doc *document) error {
	modules := map[string][]*fragment{}
	for _, b := range doc.blocks {
		switch {
		case b.lang != "go" || b.skip:
		case !b.isProgram():
			if f := c.fragment(b); f != nil {
				modules[b.module] = append(modules[b.module], f)
			}
		case !c.known[strings.TrimSpace(b.code)]:
			if formatted, err := format.Source([]byte(b.code)); err == nil && string(formatted) != b.code {
				c.problem(b.file, b.line, "not formatted by gofmt")
			}
			c.modules[b.module] = append(c.modules[b.module], source{block: b, pkg: c.folder(), text: b.code})
		}
	}
	given := c.given(doc, slices.Concat(slices.Collect(maps.Values(modules))...))
	for _, module := range slices.Sorted(maps.Keys(modules)) {
		if err := c.addPackage(module, append(modules[module], given...)); err != nil {
			return err
		}
	}
	return nil
}

// fragment reads a block, and returns nil for one that is a problem.
func (c *goChecker) fragment(b block) *fragment {
	f, err := parseFragment(b)
	if err != nil {
		line, text := syntaxError(err)
		c.problem(b.file, b.line+line, "neither declarations nor statements: %s", text)
		return nil
	}
	if !b.given && !f.isFormatted() {
		c.problem(b.file, b.line, "not formatted by gofmt")
	}
	return f
}

// given reads the declarations that the page gives its fragments, each of which
// has to need it.
func (c *goChecker) given(doc *document, fragments []*fragment) []*fragment {
	used := map[string]bool{}
	for _, f := range fragments {
		for _, name := range f.unresolved() {
			used[name] = true
		}
	}
	var all []*fragment
	for _, b := range doc.given {
		f := c.fragment(b)
		if f == nil {
			continue
		}
		all = append(all, f)
		for _, name := range f.declares() {
			if !used[name] {
				c.problem(b.file, b.line+1, "no code of this page uses %s", name)
			}
		}
	}
	return all
}

// addPackage makes a package of fragments.
func (c *goChecker) addPackage(module string, fragments []*fragment) error {
	packages, err := c.packagesIn(module)
	if err != nil {
		return err
	}
	declared := map[string]bool{}
	for _, f := range fragments {
		for _, name := range f.declares() {
			declared[name] = true
		}
	}
	folder := c.folder()
	for _, f := range fragments {
		text := f.source(folder, declared, packages)
		c.modules[module] = append(c.modules[module], source{block: f.block, pkg: folder, text: text, fragment: true})
	}
	return nil
}

// packagesIn returns the packages that fragments may use in a module.
func (c *goChecker) packagesIn(module string) (map[string]string, error) {
	if c.packages[module] == nil {
		packages, err := packagesOf(filepath.Join(c.root, module))
		if err != nil {
			return nil, err
		}
		c.packages[module] = packages
	}
	return c.packages[module], nil
}

// folder is where the next package seems to lie within its module.
func (c *goChecker) folder() string {
	c.count++
	return fmt.Sprintf("mdcheck%d", c.count)
}

func (c *goChecker) problem(file string, line int, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("%s:%d: ", file, line)+fmt.Sprintf(format, args...))
}

// compile compiles what was added and returns a line for each problem.
func (c *goChecker) compile() ([]string, error) {
	problems := c.problems
	for _, module := range slices.Sorted(maps.Keys(c.modules)) {
		broken, err := compileIn(filepath.Join(c.root, module), c.modules[module])
		if err != nil {
			return nil, err
		}
		problems = append(problems, broken...)
	}
	return problems, nil
}

// compileIn compiles all sources of a module at once. The files lie elsewhere:
// the go command is told of them by an overlay.
func compileIn(module string, sources []source) ([]string, error) {
	module, err := filepath.Abs(module)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "mdcheck")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)

	replace := map[string]string{}
	var folders []string
	for i, s := range sources {
		name := fmt.Sprintf("%d.go", i)
		real := filepath.Join(temp, name)
		if err := os.WriteFile(real, []byte(s.text), 0o600); err != nil {
			return nil, err
		}
		replace[filepath.Join(module, s.pkg, name)] = real
		folders = append(folders, "./"+s.pkg)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	list := filepath.Join(temp, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return nil, err
	}
	// -e tells all mistakes; without it the compiler stops after ten.
	args := append([]string{"build", "-overlay", list, "-gcflags=-e", "-o", os.DevNull}, slices.Compact(folders)...)
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = module, append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil, nil
	}
	return translate(string(out), sources), nil
}

var position = regexp.MustCompile(`(?:mdcheck\d+/|^|/)(\d+)\.go:(\d+):(?:\d+:)?`)

// translate turns the positions of the compiler into those of the Markdown. A
// fragment need not use its variables: what follows does, in the reader's program.
func translate(out string, sources []source) []string {
	var problems []string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		m := position.FindStringSubmatchIndex(line)
		if m == nil {
			if line != "" && !strings.HasPrefix(line, "#") {
				problems = append(problems, line)
			}
			continue
		}
		i, _ := strconv.Atoi(line[m[2]:m[3]])
		at, _ := strconv.Atoi(line[m[4]:m[5]])
		if i >= len(sources) {
			problems = append(problems, line)
			continue
		}
		text := strings.TrimSpace(line[m[1]:])
		if sources[i].fragment && strings.HasPrefix(text, "declared and not used: ") {
			continue
		}
		b := sources[i].block
		problems = append(problems, fmt.Sprintf("%s:%d: %s", b.file, b.line+at, text))
	}
	return problems
}
