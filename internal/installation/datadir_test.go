package installation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenDataDir(t *testing.T) {
	parent := t.TempDir()
	file := filepath.Join(parent, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wide := filepath.Join(parent, "wide")
	if err := os.Mkdir(wide, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(wide, 0o750); err != nil { // not subject to the umask
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		filepath.Join(parent, "new"):        "",
		filepath.Join(parent, "new", "too"): "",
		file:                                "not a directory",
		filepath.Join(file, "below"):        "not a directory",
		wide:                                "chmod 700 " + wide,
		"/proc/latchkey":                    "--data",
	} {
		err := openDataDir(dir)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s is refused: %v", dir, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: got %v, want %q in it", dir, err, want)
		}
	}
	made, err := os.Stat(filepath.Join(parent, "new"))
	if err != nil || made.Mode().Perm() != 0o700 {
		t.Errorf("the directory was made with mode %v, %v", made.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Join(parent, "new", "too")); err != nil || len(left) > 0 {
		t.Errorf("the check leaves %v, %v", left, err)
	}
}
