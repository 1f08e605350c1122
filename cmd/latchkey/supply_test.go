package main

import (
	goversion "go/version"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// TestGoRelease: the release of Go that builds this has the patches that
// go.mod asks for, also where GOTOOLCHAIN=local lets an older one build it.
func TestGoRelease(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	least := regexp.MustCompile(`(?m)^toolchain (go1\.\d+\.\d+)$`).FindSubmatch(text)
	if least == nil {
		t.Fatal("go.mod has no line toolchain with a release and its patch")
	}
	release, _, _ := strings.Cut(runtime.Version(), " ") // " X:…" names experiments
	if strings.HasPrefix(release, "devel") {
		return // newer than any release
	}
	if goversion.Compare(release, string(least[1])) < 0 {
		t.Errorf("%s builds this, which has known holes; update Go to %s or later", release, least[1])
	}
}

// TestModulesArePinned: every module in the binary has a sum in go.sum, and none
// is replaced by something else.
func TestModulesArePinned(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the binary does not say what it is made of")
	}
	sums, err := os.ReadFile(filepath.Join("..", "..", "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Deps) < 10 {
		t.Errorf("only %d modules", len(info.Deps))
	}
	for _, module := range info.Deps {
		if module.Replace != nil {
			t.Errorf("%s is replaced by %s", module.Path, module.Replace.Path)
		}
		if line := module.Path + " " + module.Version + " " + module.Sum; module.Sum == "" || !strings.Contains(string(sums), line) {
			t.Errorf("go.sum has no line %q", line)
		}
	}
}
