package webtest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"strings"
	"testing"
)

// Claims are those of a token, of which nothing is verified.
func Claims(t testing.TB, token string) map[string]any {
	t.Helper()
	part := strings.Split(token, ".")
	if len(part) != 3 {
		t.Fatalf("no token: %q", token)
	}
	text, err := base64.RawURLEncoding.DecodeString(part[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(text, &claims) != nil {
		t.Fatalf("no token: %q", token)
	}
	return claims
}

// Sign makes a token by hand, so that it may be one that no library makes.
func Sign(t testing.TB, secret string, header, claims map[string]any) string {
	t.Helper()
	segment := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	input := segment(header) + "." + segment(claims)
	digest := map[any]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}[header["alg"]]
	if digest == nil {
		return input + "."
	}
	mac := hmac.New(digest, []byte(secret))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// HS256 is the header of a good token.
var HS256 = map[string]any{"alg": "HS256", "typ": "JWT"}

// UUID is a random one.
func UUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
