package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// check checks a block by itself, where its language has rules that need no more.
func (b *block) check() error {
	if b.skip {
		return nil
	}
	switch b.lang {
	case "sh":
		return checkShell("sh", b.code)
	case "bash", "shell":
		return checkShell("bash", b.code)
	case "json":
		if !json.Valid([]byte(b.code)) {
			return errors.New("this is not JSON")
		}
	case "toml":
		if err := toml.Unmarshal([]byte(b.code), &map[string]any{}); err != nil {
			return fmt.Errorf("this is not TOML: %s", firstLine(err.Error()))
		}
	case "yaml":
		var anything any
		if err := yaml.Unmarshal([]byte(b.code), &anything); err != nil {
			return fmt.Errorf("this is not YAML: %s", firstLine(err.Error()))
		}
	}
	return nil
}

// checkShell lets a shell read commands without running them.
func checkShell(shell, code string) error {
	cmd := exec.Command(shell, "-n")
	cmd.Stdin = strings.NewReader(code)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s cannot read this: %s", shell, bytes.TrimSpace(out))
	}
	return nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
