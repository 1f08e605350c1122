package webapp

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPostmanCollections: each request of a collection stands in the README of
// its app too.
func TestPostmanCollections(t *testing.T) {
	for _, name := range []string{"spa", "profile", "store", "pages"} {
		dir := filepath.Join("..", "..", name)
		text, err := os.ReadFile(filepath.Join(dir, "postman_collection.json"))
		if err != nil {
			t.Fatal(err)
		}
		readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			Info struct{ Schema string }
			Item []struct{ Request struct{ Method, URL string } }
		}
		if err := json.Unmarshal(text, &c); err != nil || !strings.Contains(c.Info.Schema, "v2.1.0") || len(c.Item) < 3 {
			t.Errorf("%s: %v, %d requests", name, err, len(c.Item))
		}
		for _, i := range c.Item {
			if path := strings.TrimPrefix(i.Request.URL, "{{base}}"); !strings.Contains(string(readme), "$base"+path) {
				t.Errorf("%s: %s %s is not in the README", name, i.Request.Method, path)
			}
		}
	}
}
