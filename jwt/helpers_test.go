package jwt

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// vectorFolder returns the folder of third-party vectors that LATCHKEY_VECTORS
// names. Without it the test is skipped, but not where CI is "true": there the
// vectors must be.
func vectorFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("LATCHKEY_VECTORS")
	if folder == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("LATCHKEY_VECTORS is not set: it must name the folder of third-party vectors")
		}
		t.Skip("NOT TESTED: LATCHKEY_VECTORS does not name the folder of third-party vectors")
	}
	return folder
}

// readVector decodes a JSON file of the vector folder.
func readVector(t testing.TB, into any, path ...string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{vectorFolder(t)}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// must returns v; it is for things that cannot fail in a test that is right.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// testKeys are one key per algorithm, made once. Those for RSA are two keys of
// 2048 bits in turn: larger and more of them would take most of the time that
// the tests need.
var testKeys = sync.OnceValue(func() map[Algorithm]*Key {
	keys := map[Algorithm]*Key{}
	pairs := []*rsa.PrivateKey{must(rsa.GenerateKey(rand.Reader, 2048)), must(rsa.GenerateKey(rand.Reader, 2048))}
	for i, alg := range Algorithms() {
		switch alg.parameters().family {
		case familyRSA, familyPSS:
			keys[alg] = must(NewSigningKey(alg, pairs[i%2]))
		default:
			keys[alg] = must(GenerateKey(alg))
		}
	}
	return keys
})

func testKey(t testing.TB, alg Algorithm) *Key {
	t.Helper()
	return testKeys()[alg]
}

// epoch is the time that tests live in.
var epoch = time.Unix(1_800_000_000, 0)

// forge signs any header and payload with k, right or wrong.
func forge(t testing.TB, k *Key, header, payload string) string {
	t.Helper()
	token, err := k.signText(base64.RawURLEncoding.EncodeToString([]byte(header)), []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// plainHeader is the least header for k.
func plainHeader(k *Key) string {
	return `{"alg":"` + string(k.alg) + `"}`
}

// goodClaims passes Expect{Now: epoch}.
const goodClaims = `{"sub":"alice","exp":1800000900,"iat":1800000000}`

// verifyBothWays verifies with a set that has seen nothing and then with one
// that knows the header, and demands that they agree.
func verifyBothWays(t testing.TB, k *Key, token string, e Expect) (*Token, error) {
	t.Helper()
	fresh, err := must(NewKeySet(nil, k)).Verify(token, e)
	trained := must(NewKeySet(nil, k))
	if parts, ok := split(token); ok {
		if h, err := parseHeader(parts.header); err == nil {
			keys, _ := trained.candidates(h, false)
			trained.seen.learn(knownHeader{parts.header, h, keys})
		}
	}
	if _, again := trained.Verify(token, e); !sameError(err, again) {
		t.Fatalf("an unknown header gives %v, a known one %v", err, again)
	}
	return fresh, err
}

// sameError reports whether two errors are of the same kind.
func sameError(a, b error) bool {
	if (a == nil) != (b == nil) {
		return false
	}
	for _, kind := range []error{
		ErrMalformed, ErrAlgorithm, ErrUnknownKey, ErrSignature, ErrClaims, ErrMissingClaim, ErrType,
		ErrIssuer, ErrAudience, ErrNotYetValid, ErrLifetime, ErrExpired, ErrExpect,
	} {
		if errors.Is(a, kind) != errors.Is(b, kind) {
			return false
		}
	}
	return true
}

// mustRSA1024 is an RSA key that is too small.
func mustRSA1024(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	return must(rsa.GenerateKey(rand.Reader, 1024))
}
