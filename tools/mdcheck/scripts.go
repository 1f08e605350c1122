package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed types.mjs
var typesScript string

// isScript says whether the block is JavaScript, TypeScript or CSS.
func (b *block) isScript() bool {
	switch b.lang {
	case "js", "mjs", "jsx", "ts", "tsx", "css":
		return !b.skip
	}
	return false
}

// checkScripts lets the compilers of web/node_modules read blocks, and returns a
// line for each mistake: in their form, and in their types. Those of a page that
// have names can import each other. Without Node.js or TypeScript it says so,
// which is a mistake in CI alone.
func checkScripts(root string, scripts []block) ([]string, error) {
	if len(scripts) == 0 {
		return nil, nil
	}
	web, err := filepath.Abs(filepath.Join(root, "web"))
	if err != nil {
		return nil, err
	}
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(web, "node_modules", "typescript"))
	}
	if err != nil {
		if err := missing("Node.js or web/node_modules", "blocks of JavaScript, TypeScript and CSS are"); err != nil {
			return []string{err.Error()}, nil
		}
		return nil, nil
	}
	type script struct {
		Kind   string `json:"kind"`
		Folder string `json:"folder"` // of the page's blocks
		Name   string `json:"name"`
		Before string `json:"before"`
		Code   string `json:"code"`
	}
	var request struct {
		Web     string   `json:"web"`
		Scripts []script `json:"scripts"`
	}
	request.Web = web
	for _, b := range scripts {
		folder := strings.NewReplacer("/", "-", ".", "-").Replace(b.file)
		request.Scripts = append(request.Scripts, script{b.lang, folder, b.name, b.before, b.code})
	}
	input, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(node, "--input-type=module", "--eval", typesScript)
	cmd.Dir = web // where imports of the script are looked up
	cmd.Stdin = bytes.NewReader(input)
	var told bytes.Buffer
	cmd.Stderr = &told
	output, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("checking TypeScript: %w: %s", err, told.String())
	}
	var mistakes []struct {
		Script, Line int
		Text         string
	}
	if err := json.Unmarshal(output, &mistakes); err != nil {
		return nil, err
	}
	var problems []string
	for _, m := range mistakes {
		b := scripts[m.Script]
		problems = append(problems, fmt.Sprintf("%s:%d: %s", b.file, b.line+m.Line, firstLine(m.Text)))
	}
	return problems, nil
}
