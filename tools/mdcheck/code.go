package main

import (
	"encoding/json"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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

// checkFragment accepts declarations, or statements, or imports with either.
func checkFragment(code string) error {
	_, err := format.Source([]byte(code))
	if err != nil {
		return fmt.Errorf("neither declarations nor statements: %w", err)
	}
	return nil
}

// compile type-checks whole programs, each as a package of the module it names,
// and returns a line for each that does not compile or is not formatted. The
// files lie elsewhere: go list is told of them by an overlay.
func compile(root string, programs []block) ([]string, error) {
	var problems []string
	modules := map[string][]block{}
	for _, b := range programs {
		if formatted, err := format.Source([]byte(b.code)); err == nil && string(formatted) != b.code {
			problems = append(problems, fmt.Sprintf("%s:%d: not formatted by gofmt", b.file, b.line))
		}
		modules[b.module] = append(modules[b.module], b)
	}
	for module, blocks := range modules {
		broken, err := compileIn(filepath.Join(root, module), blocks)
		if err != nil {
			return nil, err
		}
		problems = append(problems, broken...)
	}
	return problems, nil
}

func compileIn(module string, blocks []block) ([]string, error) {
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
	args := []string{"build", "-overlay", filepath.Join(temp, "overlay.json"), "-o", os.DevNull}
	for i, b := range blocks {
		real := filepath.Join(temp, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(real, []byte(b.code), 0o600); err != nil {
			return nil, err
		}
		replace[filepath.Join(module, folder(i), "main.go")] = real
		args = append(args, "./"+folder(i))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(temp, "overlay.json"), overlay, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil, nil
	}
	return translate(string(out), blocks), nil
}

// folder is where the i-th block seems to lie within its module.
func folder(i int) string { return fmt.Sprintf("mdcheck%d", i) }

var position = regexp.MustCompile(`(?:mdcheck)?(\d+)(?:/main)?\.go:(\d+):(?:\d+:)?`)

// translate turns the positions of the compiler into those of the Markdown.
func translate(out string, blocks []block) []string {
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
		if i >= len(blocks) {
			problems = append(problems, line)
			continue
		}
		problems = append(problems, fmt.Sprintf("%s:%d: %s", blocks[i].file, blocks[i].line+at, strings.TrimSpace(line[m[1]:])))
	}
	return problems
}
