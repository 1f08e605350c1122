package jwt

import (
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// TestOneSpelling changes an accepted token in every way one byte can be
// changed, left out or put in: none is accepted.
func TestOneSpelling(t *testing.T) {
	for _, alg := range []Algorithm{HS256, ES256, EdDSA} {
		t.Run(string(alg), func(t *testing.T) {
			k := testKey(t, alg)
			set := k.KeySet()
			token := forge(t, k, plainHeader(k), goodClaims)
			accepts := func(text string) bool {
				_, _, err := set.VerifyJWS(text)
				return err == nil
			}
			if !accepts(token) {
				t.Fatal("the token itself is refused")
			}
			alphabet := "ABab01-_.=+/ \t\r\n?\x00\xff\u00e9"
			for i := range len(token) + 1 {
				for j := range len(alphabet) {
					if text := token[:i] + alphabet[j:j+1] + token[i:]; accepts(text) {
						t.Fatalf("accepted with %q put in at %d", alphabet[j], i)
					}
				}
				if i == len(token) {
					break
				}
				if text := token[:i] + token[i+1:]; accepts(text) {
					t.Fatalf("accepted without byte %d", i)
				}
				for _, c := range replacements(alg, token, i) {
					if text := token[:i] + string(c) + token[i+1:]; accepts(text) {
						t.Fatalf("accepted with byte %d changed to %q", i, c)
					}
				}
			}
		})
	}
}

// replacements are the bytes to try in place of token[i]: for HMAC all of
// them; for the others, which take their time, neighbours of the last
// characters of each part, where unused bits are, and a few elsewhere.
func replacements(alg Algorithm, token string, i int) []byte {
	last := i+1 == len(token) || token[i+1] == '.'
	var list []byte
	for c := range 256 {
		if byte(c) != token[i] && (alg == HS256 || last || c%64 == int(token[i])%64) {
			list = append(list, byte(c))
		}
	}
	return list
}

func TestMalformedTokens(t *testing.T) {
	k := testKey(t, HS256)
	good := forge(t, k, plainHeader(k), goodClaims)
	parts := strings.Split(good, ".")
	head, body, mac := parts[0], parts[1], parts[2]
	for name, token := range map[string]string{
		"empty":               "",
		"dot":                 ".",
		"two dots":            "..",
		"three dots":          "...",
		"one part":            head,
		"two parts":           head + "." + body,
		"no signature":        head + "." + body + ".",
		"no header":           "." + body + "." + mac,
		"four parts":          good + ".",
		"five parts":          good + ".a.b",
		"space before":        " " + good,
		"newline before":      "\n" + good,
		"Bearer":              "Bearer " + good,
		"quotes":              `"` + good + `"`,
		"header padded":       head + "=." + body + "." + mac,
		"header not base64":   "%%%." + body + "." + mac,
		"header not JSON":     "AAAA." + body + "." + mac,
		"header of one digit": "e." + body + "." + mac,
		"too long":            good + strings.Repeat("A", MaxTokenLength),
		"dots":                strings.Repeat(".", 1_000_000),
		"NULs":                strings.Repeat("\x00", 100) + good,
	} {
		if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", name, err)
		}
	}
	for name, token := range map[string]string{
		"space after":            good + " ",
		"newline after":          good + "\n",
		"CR LF in the signature": head + "." + body + "." + mac[:20] + "\r\n" + mac[20:],
		"signature padded":       good + "=",
		"signature cut":          good[:len(good)-1],
		"no payload":             head + ".." + mac,
		"payload padded":         head + "." + body + "=." + mac,
		"all zeros":              head + "." + body + "." + strings.Repeat("A", len(mac)),
	} {
		if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: got %v, want ErrSignature", name, err)
		}
	}
}

// TestSignedButNotCanonical: what is wrong is wrong even if it is signed.
func TestSignedButNotCanonical(t *testing.T) {
	k := testKey(t, HS256)
	encode := base64.RawURLEncoding.EncodeToString
	head, body := encode([]byte(plainHeader(k))), encode([]byte(goodClaims+" "))
	for name, input := range map[string]string{
		"payload with unused bits":   head + "." + body[:len(body)-1] + "B",
		"payload padded":             head + "." + body + "==",
		"payload in plain base64":    head + "." + "ey+/",
		"payload with a newline":     head + "." + body[:8] + "\n" + body[8:],
		"payload of one digit":       head + "." + "e",
		"header with unused bits":    encode([]byte(plainHeader(k)+"  ")) + "B." + body,
		"header padded":              encode([]byte(plainHeader(k)+" ")) + "==." + body,
		"payload empty":              head + ".",
		"payload that is not base64": head + ".%",
	} {
		token := string(k.macs.appendSignature([]byte(input)))
		if got, err := verifyBothWays(t, k, token, Expect{Now: epoch, InsecureAllowMissingExpiry: true}); err == nil {
			t.Errorf("%s: accepted as %+v", name, got.Claims)
		}
	}
}

func TestMalformedHeaders(t *testing.T) {
	k := testKey(t, HS256)
	for name, header := range map[string]string{
		"crit":                        `{"alg":"HS256","crit":["x"],"x":1}`,
		"crit alg":                    `{"alg":"HS256","crit":["alg"]}`,
		"crit exp":                    `{"alg":"HS256","crit":["exp"],"exp":1}`,
		"crit empty":                  `{"alg":"HS256","crit":[]}`,
		"crit string":                 `{"alg":"HS256","crit":"x"}`,
		"crit null":                   `{"alg":"HS256","crit":null}`,
		"crit twice":                  `{"alg":"HS256","crit":["b64","b64"],"b64":true}`,
		"b64":                         `{"alg":"HS256","b64":true}`,
		"CRIT":                        `{"alg":"HS256","CRIT":["x"]}`,
		"enc":                         `{"alg":"HS256","enc":"A256GCM"}`,
		"zip":                         `{"alg":"HS256","zip":"DEF"}`,
		"p2c":                         `{"alg":"HS256","p2c":2147483647}`,
		"duplicate alg":               `{"alg":"none","alg":"HS256"}`,
		"duplicate alg, escaped":      `{"alg":"HS256","\u0061lg":"none"}`,
		"duplicate kid":               `{"alg":"HS256","kid":"a","kid":"b"}`,
		"duplicate in jwk":            `{"alg":"HS256","jwk":{"k":1,"k":2}}`,
		"ALG":                         `{"alg":"HS256","ALG":"none"}`,
		"Kid":                         `{"alg":"HS256","Kid":"x"}`,
		"Kelvin sign in kid":          "{\"alg\":\"HS256\",\"\u212aid\":\"x\"}",
		"kid number":                  `{"alg":"HS256","kid":1}`,
		"kid null":                    `{"alg":"HS256","kid":null}`,
		"kid array":                   `{"alg":"HS256","kid":["a"]}`,
		"kid empty":                   `{"alg":"HS256","kid":""}`,
		"kid with NUL":                `{"alg":"HS256","kid":"a\u0000b"}`,
		"kid with a quote":            `{"alg":"HS256","kid":"a\"b"}`,
		"kid not ASCII":               `{"alg":"HS256","kid":"schlüssel"}`,
		"kid too long":                `{"alg":"HS256","kid":"` + strings.Repeat("a", MaxKeyIDLength+1) + `"}`,
		"nested too deep":             `{"alg":"HS256","x":` + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth) + `}`,
		"trailing data":               `{"alg":"HS256"}{}`,
		"array":                       `["HS256"]`,
		"string":                      `"HS256"`,
		"invalid UTF-8":               "{\"alg\":\"HS256\",\"x\":\"\xff\"}",
		"trailing comma":              `{"alg":"HS256",}`,
		"byte order mark":             "\ufeff" + `{"alg":"HS256"}`,
		"alg followed by a NUL":       `{"alg":"HS256\u0000"}`,
		"unfinished":                  `{"alg":"HS256"`,
		"NUL in a parameter's object": `{"alg":"HS256","x":{"y":"\u0000"}}`,
	} {
		token := forge(t, k, header, goodClaims)
		if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", name, err)
		}
	}
	// What is not understood and changes nothing is ignored (RFC 7515, section 4).
	for _, header := range []string{
		`{"alg":"HS256","x":{"y":[1,2,{"z":null}]}}`, `{"alg":"HS256","cty":"json"}`, `{"alg":"HS256","x5t":"abc"}`,
		` { "typ" : "JWT" , "alg" : "HS256" } `, `{"\u0061lg":"HS256"}`,
	} {
		token := forge(t, k, header, goodClaims)
		if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); err != nil {
			t.Errorf("%s: %v", header, err)
		}
	}
}

// TestKeyChoice: kid chooses the key; without it all keys of the algorithm are
// tried; a kid that is not known is not replaced by another key.
func TestKeyChoice(t *testing.T) {
	a, b := must(GenerateKey(HS256)), must(GenerateKey(HS256))
	c := must(GenerateKey(HS512))
	set := must(NewKeySet(a, b, c))
	stranger := must(GenerateKey(HS256))
	withKid := func(k *Key, kid string) string {
		return forge(t, k, fmt.Sprintf(`{"alg":%q,"kid":%q}`, k.alg, kid), goodClaims)
	}
	for _, x := range []struct {
		name  string
		token string
		want  error
	}{
		{"first", withKid(a, a.id), nil},
		{"second", withKid(b, b.id), nil},
		{"third, of another algorithm", withKid(c, c.id), nil},
		{"first without kid", forge(t, a, plainHeader(a), goodClaims), nil},
		{"second without kid", forge(t, b, plainHeader(b), goodClaims), nil},
		{"the other's kid", withKid(a, b.id), ErrSignature},
		{"unknown kid", withKid(a, "unknown"), ErrUnknownKey},
		{"kid of another algorithm's key", withKid(a, c.id), ErrAlgorithm},
		{"stranger without kid", forge(t, stranger, plainHeader(stranger), goodClaims), ErrSignature},
		{"algorithm of no key", forge(t, a, `{"alg":"HS384"}`, goodClaims), ErrAlgorithm},
		{"unknown kid and algorithm", forge(t, a, `{"alg":"none","kid":"x"}`, goodClaims), ErrAlgorithm},
	} {
		for range 2 {
			if _, err := set.Verify(x.token, Expect{Now: epoch}); !errors.Is(err, x.want) || x.want == nil && err != nil {
				t.Errorf("%s: got %v, want %v", x.name, err, x.want)
			}
		}
	}
	ignoring := Expect{Now: epoch, IgnoreKeyID: true}
	if _, err := set.Verify(withKid(b, "unknown"), ignoring); err != nil {
		t.Errorf("IgnoreKeyID: %v", err)
	}
	if _, err := set.Verify(withKid(stranger, a.id), ignoring); !errors.Is(err, ErrSignature) {
		t.Errorf("IgnoreKeyID, stranger: got %v, want ErrSignature", err)
	}
}

// TestNothingLearnedFromForgeries: only good tokens get their header
// remembered, and no more than there is room for.
func TestNothingLearnedFromForgeries(t *testing.T) {
	k := testKey(t, HS256)
	set := must(NewKeySet(nil, k))
	forged := forge(t, must(GenerateKey(HS256)), plainHeader(k), goodClaims)
	if _, err := set.Verify(forged, Expect{Now: epoch}); !errors.Is(err, ErrSignature) {
		t.Fatal(err)
	}
	if set.seen.list.Load() != nil {
		t.Error("the header of a forged token was learned")
	}
	for i := range 2 * maxKnownHeaders {
		token := forge(t, k, fmt.Sprintf(`{"alg":"HS256","n":%d}`, i), goodClaims)
		if _, err := set.Verify(token, Expect{Now: epoch}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(*set.seen.list.Load()); n != maxKnownHeaders {
		t.Errorf("%d headers known, want %d", n, maxKnownHeaders)
	}
}

// TestForeignHeaderIsNotSignedWith: a header that was verified, with parameters
// of its own, does not become the header of tokens made here.
func TestForeignHeaderIsNotSignedWith(t *testing.T) {
	k := testKey(t, HS256)
	set := must(NewKeySet(k))
	foreign := forge(t, k, `{"alg":"HS256","kid":"`+k.id+`","jku":"https://evil.example/"}`, goodClaims)
	if _, err := set.Verify(foreign, Expect{Now: epoch}); err != nil {
		t.Fatal(err)
	}
	made := must(set.Sign(Header{}, []byte(goodClaims)))
	if head := string(must(base64.RawURLEncoding.DecodeString(strings.Split(made, ".")[0]))); strings.Contains(head, "jku") {
		t.Errorf("header %s", head)
	}
}

// TestRefusalsAreCheap bounds what an attacker without a key can make us
// allocate.
func TestRefusalsAreCheap(t *testing.T) {
	k := testKey(t, HS256)
	set := k.KeySet()
	deep := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","x":` + strings.Repeat("[", 12_000)))
	for name, token := range map[string]string{
		"dots":        strings.Repeat(".", 1_000_000),
		"long":        strings.Repeat("A", 1_000_000) + ".e30.AA",
		"deep header": deep + ".e30.AA",
		"forged":      forge(t, must(GenerateKey(HS256)), plainHeader(k), goodClaims),
	} {
		if bytes := allocatedBytes(func() { refuse(t, set, token) }); bytes > 64<<10 {
			t.Errorf("%s: %d bytes allocated, want at most 64 KiB", name, bytes)
		}
	}
}

// allocatedBytes is what one call of f allocates, on average over some.
func allocatedBytes(f func()) uint64 {
	const runs = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / runs
}

// TestErrorsTellNothing: no error text holds any of the token.
func TestErrorsTellNothing(t *testing.T) {
	k := testKey(t, HS256)
	const canary = "canary0123"
	for _, token := range []string{
		forge(t, k, `{"alg":"`+canary+`"}`, goodClaims),
		forge(t, k, `{"alg":"HS256","kid":"`+canary+`"}`, goodClaims),
		forge(t, k, `{"alg":"HS256","`+canary+`":01}`, goodClaims),
		forge(t, k, `{"alg":"HS256","typ":"`+canary+`"}`, goodClaims),
		forge(t, k, plainHeader(k), `{"`+canary+`":1,"`+canary+`":2}`),
		forge(t, k, plainHeader(k), `{"exp":"`+canary+`"}`),
		forge(t, k, plainHeader(k), `{"iss":"`+canary+`","exp":1}`),
		forge(t, k, plainHeader(k), canary),
		canary, canary + "." + canary + "." + canary,
	} {
		_, err := k.KeySet().Verify(token, Expect{Now: epoch, Types: []string{"at+jwt"}, Issuer: "i"})
		if err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("error %v", err)
		}
	}
}
