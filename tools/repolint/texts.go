package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// maxLines is how long a file of code may be: what one sitting can take in.
const maxLines = 500

// codeTypes are the files that maxLines is for.
var codeTypes = map[string]bool{
	".go": true, ".ts": true, ".tsx": true, ".js": true, ".mjs": true,
	".css": true, ".html": true, ".sql": true, ".sh": true,
}

// A textRule is a pattern that must not occur in a line.
type textRule struct {
	name    string
	pattern *regexp.Regexp
	files   func(name string) bool
	text    string
}

// The patterns are written so that they do not match themselves.
var textRules = []textRule{
	{
		name:    "unfinished",
		pattern: regexp.MustCompile(`\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b`),
		files:   everyFile,
		text:    "unfinished business: do it, or put it into an issue",
	},
	{
		name:    "machine-path",
		pattern: regexp.MustCompile(`(^|[^\w.~])/(wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/`),
		files:   everyFile,
		text:    "a path of one machine",
	},
	{
		name:    "left-out",
		pattern: regexp.MustCompile(`\b(it|test|describe)(\.\w+)*\.(only|skip|fixme|todo)\(`),
		files:   func(name string) bool { return strings.HasPrefix(name, "web/") },
		text:    "a test that is left out, or that leaves all others out",
	},
	{
		name:    "conflict",
		pattern: regexp.MustCompile(`^(<{7} |>{7} |={7}$)`),
		files:   everyFile,
		text:    "a merge conflict",
	},
}

func everyFile(string) bool { return true }

// checkTexts runs the rules that need no more than the text of each file.
func checkTexts(root string) ([]finding, error) {
	names, err := repositoryFiles(root)
	if err != nil {
		return nil, err
	}
	var found []finding
	for _, name := range names {
		if isGenerated(name) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			return nil, err
		}
		if !bytes.ContainsRune(data, 0) {
			found = append(found, checkText(name, string(data))...)
		}
	}
	return found, nil
}

func checkText(name, text string) []finding {
	var found []finding
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if codeTypes[path.Ext(name)] && len(lines) > maxLines {
		found = append(found, finding{"long-file", name, fmt.Sprintf("%d lines, more than %d: split it by concept", len(lines), maxLines)})
	}
	for i, line := range lines {
		for _, rule := range textRules {
			if rule.files(name) && rule.pattern.MatchString(line) {
				found = append(found, finding{rule.name, name, fmt.Sprintf("line %d: %s", i+1, rule.text)})
			}
		}
	}
	return found
}

// isGenerated says whether a tool writes the file, so that nobody can mend it.
func isGenerated(name string) bool {
	base := path.Base(name)
	return base == "package-lock.json" || base == "go.sum" || base == "go.work.sum" ||
		strings.HasPrefix(name, "dist/") || strings.Contains(name, "/dist/")
}

// repositoryFiles lists the files that git knows or would add.
func repositoryFiles(root string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files in %s: %w", root, err)
	}
	var names []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}
