package jwt

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// Seeds are in testdata/fuzz; those that are needed whole are also added here.

// fuzzKey is always the same, so that a token that failed fails again.
var fuzzKey = func() *Key {
	secret := make([]byte, 32)
	for i := range secret {
		secret[i] = byte(i*i + 7*i + 11)
	}
	return must(must(InsecureHMACKey(HS256, secret)).WithID("fuzz"))
}()

// FuzzParseToken reads a token as it is, and one that is signed over header and
// payload. What is accepted is canonical, and means the same to another parser.
func FuzzParseToken(f *testing.F) {
	f.Add(forge(f, fuzzKey, plainHeader(fuzzKey), goodClaims), `{"alg":"HS256","kid":"fuzz"}`, goodClaims)
	f.Fuzz(func(t *testing.T, token, head, payload string) {
		set := must(NewKeySet(fuzzKey))
		if got, err := set.Verify(token, Expect{Now: epoch}); (got == nil) == (err == nil) {
			t.Fatalf("got %v and %v", got, err)
		}
		if len(head)+len(payload) > MaxTokenLength/2 {
			return
		}
		signed := forge(t, fuzzKey, head, payload)
		for range 2 { // with the header unknown, then known
			got, err := set.Verify(signed, Expect{Now: epoch, InsecureAllowMissingExpiry: true, SkipExpiry: true})
			if err != nil {
				if got != nil {
					t.Fatal("a token and an error")
				}
				if errors.Is(err, ErrSignature) {
					t.Fatalf("header %q is not the one that is signed", head)
				}
				continue
			}
			checkAccepted(t, signed, got)
		}
	})
}

// checkAccepted compares an accepted token with what encoding/json reads.
func checkAccepted(t *testing.T, token string, got *Token) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for _, part := range parts {
		b, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil || base64.RawURLEncoding.EncodeToString(b) != part {
			t.Fatalf("part %q is not canonical", part)
		}
	}
	head, body := must(base64.RawURLEncoding.DecodeString(parts[0])), must(base64.RawURLEncoding.DecodeString(parts[1]))
	h, c := independent(t, head), independent(t, body)
	if h["alg"] != string(got.Algorithm) || text(h["kid"]) != got.KeyID || text(h["typ"]) != got.Type || h["crit"] != nil {
		t.Fatalf("header %q is read as %+v", head, got)
	}
	if text(c["sub"]) != got.Claims.Subject || text(c["iss"]) != got.Claims.Issuer || text(c["jti"]) != got.Claims.ID {
		t.Fatalf("claims %q are read as %+v", body, got.Claims)
	}
	for name := range c {
		raw, ok := got.Claims.Raw(name)
		var value any
		if !ok || json.Unmarshal(raw, &value) != nil {
			t.Fatalf("claims %q: member %q is %q", body, name, raw)
		}
	}
	if string(got.Claims.Payload()) != string(body) {
		t.Fatalf("payload %q is %q", body, got.Claims.Payload())
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// independent reads an object with encoding/json, and demands of it, in other
// code, what strict JSON is: UTF-8, nothing after it, no name twice.
func independent(t *testing.T, data []byte) map[string]any {
	t.Helper()
	if !utf8.Valid(data) {
		t.Fatalf("%q is not UTF-8", data)
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil || object == nil {
		t.Fatalf("%q: %v", data, err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	unique(t, dec)
	if _, err := dec.Token(); err != io.EOF {
		t.Fatalf("%q has something after it", data)
	}
	return object
}

// unique walks over one value and fails at a name that comes twice.
func unique(t *testing.T, dec *json.Decoder) {
	t.Helper()
	token, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return
	}
	seen := map[string]bool{}
	for dec.More() {
		if delim == '{' {
			name := must(dec.Token()).(string)
			if seen[name] {
				t.Fatalf("name %q comes twice", name)
			}
			seen[name] = true
		}
		unique(t, dec)
	}
	must(dec.Token())
}

// FuzzFastSlowAgree: what the scanner calls done, the strict decoder accepts,
// with the same claims; and a token is judged the same whether its header is
// known or not.
func FuzzFastSlowAgree(f *testing.F) {
	f.Add(goodClaims)
	f.Add(benchClaims)
	f.Fuzz(func(t *testing.T, payload string) {
		if len(payload) > MaxTokenLength/2 {
			return
		}
		fast, slow := new(Claims), new(Claims)
		done := scanClaims(fast, payload)
		err := claimRules{}.parseStrictly(slow, payload)
		if done && err != nil {
			t.Fatalf("%q: the scanner is done, the strict decoder says %v", payload, err)
		}
		if done {
			sameClaims(t, fast, slow)
		}
		if err == nil {
			both := new(Claims)
			if err := (claimRules{}.parse(both, payload)); err != nil {
				t.Fatal(err)
			}
			sameClaims(t, both, slow)
		}
		verifyBothWays(t, fuzzKey, forge(t, fuzzKey, plainHeader(fuzzKey), payload), Expect{Now: epoch})
	})
}

func sameClaims(t *testing.T, a, b *Claims) {
	t.Helper()
	if a.Issuer != b.Issuer || a.Subject != b.Subject || a.ID != b.ID ||
		!a.ExpiresAt.Equal(b.ExpiresAt) || !a.NotBefore.Equal(b.NotBefore) || !a.IssuedAt.Equal(b.IssuedAt) ||
		a.ExpiresAt.IsZero() != b.ExpiresAt.IsZero() || a.raw != b.raw ||
		strings.Join(a.Audience, "\x00") != strings.Join(b.Audience, "\x00") || len(a.Audience) != len(b.Audience) ||
		!reflect.DeepEqual(append([]member{}, a.members...), append([]member{}, b.members...)) {
		t.Fatalf("%q is read as\n%+v and\n%+v", a.raw, a, b)
	}
}

// FuzzJWK: a key that is accepted is what its text says, and is written and
// read again as the same.
func FuzzJWK(f *testing.F) {
	for _, alg := range []Algorithm{HS256, ES256, ES384, ES512, EdDSA} {
		f.Add([]byte(must(testKey(f, alg).fileJWK())))
	}
	f.Add([]byte(rfc7515KeyA2))
	f.Fuzz(func(t *testing.T, data []byte) {
		ParseJWKS(data)
		k, err := ParseJWK(data)
		if err != nil {
			if k != nil || !errors.Is(err, ErrKey) {
				t.Fatalf("got %v and %v", k, err)
			}
			return
		}
		members := independent(t, data)
		if members["alg"] != nil && members["alg"] != string(k.Algorithm()) || members["kid"] != nil && members["kid"] != k.ID() ||
			members["use"] != nil && members["use"] != "sig" {
			t.Fatalf("%q is read as %v", data, k)
		}
		again, err := ParseJWK(must(k.fileJWK()))
		if err != nil || again.ID() != k.ID() || again.material() != k.material() || again.Algorithm() != k.Algorithm() {
			t.Fatalf("%v is written and read as %v, %v", k, again, err)
		}
		if k.CanSign() && k.CanVerify() {
			token := must(must(NewKeySet(k)).Sign(Header{}, []byte(goodClaims)))
			if _, err := again.KeySet().Verify(token, Expect{Now: epoch}); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzSecret: no secret makes the rules fail in another way than by saying no.
func FuzzSecret(f *testing.F) {
	f.Add([]byte("correct horse battery staple correct pony"))
	f.Add(bytes.Repeat([]byte{0}, 64))
	f.Fuzz(func(t *testing.T, secret []byte) {
		k, err := NewHMACKey(HS256, secret)
		if (k == nil) != (err != nil) || err != nil && !errors.Is(err, ErrWeakSecret) {
			t.Fatalf("got %v and %v", k, err)
		}
		if len(secret) < 32 && err == nil {
			t.Fatal("a short secret is accepted")
		}
		if err != nil && len(secret) > 12 && strings.Contains(err.Error(), string(secret)) {
			t.Fatalf("the message holds the secret: %v", err)
		}
	})
}
