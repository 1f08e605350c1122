package doctor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestReference: every check is in the reference, and the tests break what it
// looks at.
func TestReference(t *testing.T) {
	names := checks(t)
	if len(names) < 25 {
		t.Fatalf("found only %q in the sources", names)
	}
	_, tables, _ := strings.Cut(read(t, "../../docs/reference/doctor.md"), "\n## Settings\n")
	var described []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(tables, -1) {
		described = append(described, row[1])
	}
	if slices.Sort(described); !slices.Equal(described, names) {
		t.Errorf("docs/reference/doctor.md describes\n%q\nand there are\n%q", described, names)
	}
	tests := read(t, "doctor_test.go")
	for _, name := range names {
		// A row of a table with a level that is not OK, or with a broken server.
		if broken := regexp.MustCompile(`"` + name + `"(, (Note|Warning|Problem)|: +\{)`); !broken.MatchString(tests) {
			t.Errorf("no test breaks what %s looks at", name)
		}
	}
}

// checks are the names of all checks, in order: the strings that findings begin
// with.
func checks(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	must(t, err)
	names := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		must(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			if literal, ok := n.(*ast.CompositeLit); ok && len(literal.Elts) > 0 {
				if first, ok := literal.Elts[0].(*ast.BasicLit); ok && first.Kind == token.STRING {
					name, err := strconv.Unquote(first.Value)
					must(t, err)
					names[name] = true
				}
			}
			return true
		})
	}
	return slices.Sorted(maps.Keys(names))
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	must(t, err)
	return string(text)
}
