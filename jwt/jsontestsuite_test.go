package jwt

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestJSONTestSuite runs the parsing cases of nst/JSONTestSuite (MIT): n_ must
// be refused, y_ accepted, i_ may be either but must not do harm.
func TestJSONTestSuite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectorFolder(t), "JSONTestSuite", "test_parsing", "*.json"))
	if err != nil || len(files) != 318 {
		t.Fatalf("%d files, %v; want 318", len(files), err)
	}
	counts := map[byte]int{}
	for _, file := range files {
		name := filepath.Base(file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		counts[name[0]]++
		t.Run(name, func(t *testing.T) { checkJSONCase(t, name, string(data)) })
	}
	if counts['n'] != 188 || counts['y'] != 95 || counts['i'] != 35 {
		t.Errorf("n, y, i: %v, want 188, 95, 35", counts)
	}
}

func checkJSONCase(t *testing.T, name, text string) {
	// RFC 8259, section 4, lets duplicate names pass; RFC 7519, section 4,
	// lets us refuse them.
	duplicate := name == "y_object_duplicated_key.json" || name == "y_object_duplicated_key_and_value.json"
	err := checkJSON(text)
	switch {
	case name[0] == 'n' && err == nil:
		t.Error("checkJSON accepts it")
	case name[0] == 'y' && (err == nil) == duplicate:
		t.Errorf("checkJSON: %v", err)
	}

	// The same text as claims and as a header of a token that is signed well.
	k := testKey(t, HS256)
	if len(text) < MaxTokenLength/2 {
		_, err := verifyBothWays(t, k, forge(t, k, plainHeader(k), text), Expect{Now: epoch, InsecureAllowMissingExpiry: true})
		if name[0] == 'n' && !errors.Is(err, ErrClaims) {
			t.Errorf("as claims: got %v, want ErrClaims", err)
		}
		if name[0] == 'y' && err == nil && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			t.Error("claims that are no object pass")
		}
		if _, err := k.KeySet().Verify(forge(t, k, text, goodClaims), Expect{Now: epoch}); err == nil {
			t.Error("passes as a header without alg")
		}
	}
	inside := `{"alg":"HS256","x":` + text + `}`
	if len(inside) < MaxTokenLength/2 && name[0] == 'n' {
		if _, err := k.KeySet().Verify(forge(t, k, inside, goodClaims), Expect{Now: epoch}); !errors.Is(err, ErrMalformed) {
			t.Errorf("as a header parameter: got %v, want ErrMalformed", err)
		}
	}
}
