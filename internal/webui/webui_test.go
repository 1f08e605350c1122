package webui_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/webui"
)

func TestIndexRefersToFilesThatAreThere(t *testing.T) {
	index, err := fs.ReadFile(webui.FS(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	refs := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllSubmatch(index, -1)
	if len(refs) < 3 {
		t.Fatalf("index.html refers to %d files, want a script, a style sheet and an icon", len(refs))
	}
	for _, ref := range refs {
		name, local := strings.CutPrefix(string(ref[1]), "/")
		if !local || strings.HasPrefix(name, "/") {
			t.Errorf("index.html refers to %q, which is not on this server", ref[1])
			continue
		}
		if info, err := fs.Stat(webui.FS(), name); err != nil || info.Size() == 0 {
			t.Errorf("index.html refers to %q: %v", name, err)
		}
	}
}

// The server's Content-Security-Policy allows neither inline scripts nor inline
// styles, and no exception for them.
func TestIndexHasNothingInline(t *testing.T) {
	index, err := fs.ReadFile(webui.FS(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{`<style`, `style="`, `onload=`, `onclick=`, `javascript:`} {
		if strings.Contains(string(index), forbidden) {
			t.Errorf("index.html contains %s", forbidden)
		}
	}
	for _, script := range regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`).FindAllSubmatch(index, -1) {
		if len(script[1]) != 0 {
			t.Errorf("index.html has an inline script: %.80s", script[1])
		}
	}
}

func TestNothingButTheAppIsEmbedded(t *testing.T) {
	err := fs.WalkDir(webui.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".map") {
			t.Errorf("%s: source maps do not belong into the binary", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
