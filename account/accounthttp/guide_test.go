package accounthttp_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestGuideShowsTheExample: the Go code of docs/guides/admin.md is that of the
// example, and its table has every route.
func TestGuideShowsTheExample(t *testing.T) {
	guide, err := os.ReadFile("../../docs/guides/admin.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_admin_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllStringSubmatch(string(guide), -1)
	if len(blocks) < 3 {
		t.Errorf("the guide has %d blocks of Go", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(string(example), block[1]) {
			t.Errorf("the example does not have this code of the guide:\n%s", block[1])
		}
	}
	for _, route := range adminRoutes {
		path := strings.Replace(strings.TrimPrefix(route.path, "/api"), "ID", "{id}", 1)
		if !strings.Contains(string(guide), "| `"+route.method+" "+path+"` |") {
			t.Errorf("the guide's table does not have %s %s", route.method, path)
		}
	}
}
