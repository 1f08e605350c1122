package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// check checks a block by itself, where its language has rules that need no more.
func (b *block) check(root string) error {
	switch b.lang {
	case "json":
		if !json.Valid([]byte(b.code)) {
			return errors.New("this is not JSON")
		}
		return checkRefusal(root, []byte(b.code), "")
	case "http":
		return checkAnswer(root, b.code)
	case "toml":
		if err := toml.Unmarshal([]byte(b.code), &map[string]any{}); err != nil {
			return fmt.Errorf("this is not TOML: %s", firstLine(err.Error()))
		}
	case "yaml":
		var anything any
		if err := yaml.Unmarshal([]byte(b.code), &anything); err != nil {
			return fmt.Errorf("this is not YAML: %s", firstLine(err.Error()))
		}
	case "html":
		if _, err := template.New("").Parse(b.code); err != nil {
			return fmt.Errorf("this is no template: %s", firstLine(err.Error()))
		}
	case "python":
		return checkPython(b.code)
	case "mermaid": // tools/docsite draws it
	case "text": // what programs print, and files of other programs
	default:
		return fmt.Errorf("nothing checks blocks of %q; text is for what is not code", b.lang)
	}
	return nil
}

// checkAnswer reads an answer as an HTTP client would.
func checkAnswer(root, text string) error {
	answer, body, err := readAnswer(text)
	if err != nil {
		return fmt.Errorf("this is no answer of HTTP: %w", err)
	}
	if !json.Valid([]byte(body)) {
		return errors.New("the body is not JSON")
	}
	return checkRefusal(root, []byte(body), answer.Header.Get("Latchkey-Code"))
}

// checkRefusal: the code of an error is one of the reference, and the header,
// where there is one, says the same.
func checkRefusal(root string, body []byte, header string) error {
	var refusal struct{ Msg, Code string }
	if json.Unmarshal(body, &refusal) != nil || refusal.Msg == "" || refusal.Code == "" {
		return nil // something else
	}
	if header != "" && header != refusal.Code {
		return fmt.Errorf("the code is %s in the body and %s in the header", refusal.Code, header)
	}
	errorsPage, err := os.ReadFile(filepath.Join(root, "docs", "reference", "errors.md"))
	if os.IsNotExist(err) {
		return nil
	}
	if err == nil && !bytes.Contains(errorsPage, []byte("\n| `"+refusal.Code+"` |")) {
		return fmt.Errorf("docs/reference/errors.md has no code %s", refusal.Code)
	}
	return err
}

// checkPython lets Python read a program without running it. Where there is no
// Python it says so, which is a mistake in CI alone.
func checkPython(code string) error {
	python, err := exec.LookPath("python3")
	if err != nil {
		return missing("python3", "blocks of Python are")
	}
	cmd := exec.Command(python, "-c", "import ast, sys; ast.parse(sys.stdin.read())")
	cmd.Stdin = strings.NewReader(code)
	if out, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return fmt.Errorf("this is not Python: %s", lines[len(lines)-1])
	}
	return nil
}

// missing is an error in CI, and elsewhere words on standard error.
func missing(tool, unchecked string) error {
	err := fmt.Errorf("%s not checked: %s is missing", unchecked, tool)
	if os.Getenv("CI") == "true" {
		return err
	}
	fmt.Fprintln(os.Stderr, "mdcheck:", err)
	return nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
