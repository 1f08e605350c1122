package jwt

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// The Wycheproof files (C2SP/wycheproof, Apache-2.0). Every case is a subtest
// named by its file and tcId.

func TestWycheproof(t *testing.T) {
	t.Run("json_web_signature_test.json", testWycheproofJWS)
	t.Run("json_web_key_test.json", testWycheproofJWK)
	t.Run("json_web_encryption_test.json", testWycheproofJWE)
	testWycheproofPrimitives(t)
}

type joseFile struct {
	NumberOfTests int
	TestGroups    []struct {
		Comment         string
		Private, Public json.RawMessage
		Tests           []joseCase
	}
}

type joseCase struct {
	TcID     int
	Result   string
	JWS, JWE any // a string, or an object where the JSON serialization is tested
}

func (c joseCase) text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return string(must(json.Marshal(v)))
}

// override says why this package answers a case otherwise than the file.
type override struct {
	valid  bool
	reason string
}

var jwsOverrides = map[int]override{
	346: {false, "the key says alg PS256, the token is PS384: a key has one algorithm (RFC 8725, section 3.1)"},
	350: {false, "as 346"},
	347: {false, "the key says alg ES521, which is no registered name; with ES512 it is valid, see below"},
	351: {false, "as 347"},
	372: {false, "there is a ? in the header segment, which no base64url text has"},
	373: {false, "there is a ? in the payload segment, which no base64url text has"},
	367: {true, "the token is the same, byte for byte, as that of case 357, which the file says is valid"},
	370: {true, "as 367"},
}

func testWycheproofJWS(t *testing.T) {
	var file joseFile
	readVector(t, &file, "wycheproof", "json_web_signature_test.json")
	count := 0
	for _, group := range file.TestGroups {
		jwk := group.Public // what a verifier has
		if jwk == nil {
			jwk = group.Private
		}
		for _, c := range group.Tests {
			count++
			t.Run(strconv.Itoa(c.TcID), func(t *testing.T) {
				want := c.Result == "valid"
				if o, ok := jwsOverrides[c.TcID]; ok {
					t.Logf("override: %s", o.reason)
					want = o.valid
				}
				checkJWS(t, jwk, group.Comment, c.text(c.JWS), want)
				if c.TcID == 347 || c.TcID == 351 {
					renamed := strings.Replace(string(group.Public), `"ES521"`, `"ES512"`, 1)
					checkJWS(t, json.RawMessage(renamed), group.Comment, c.text(c.JWS), true)
				}
			})
		}
	}
	if count != 401 || count != file.NumberOfTests {
		t.Errorf("%d cases, want 401", count)
	}
}

// checkJWS verifies at the JWS layer, since most payloads are no claims, with a
// set that has never seen the header and with one that has.
func checkJWS(t *testing.T, jwk json.RawMessage, group, token string, want bool) {
	t.Helper()
	k, err := wycheproofKey(jwk, group)
	if err != nil {
		if !errors.Is(err, ErrKey) {
			t.Errorf("key refused with %v, want an ErrKey", err)
		}
		if want {
			t.Errorf("key refused: %v", err)
		}
		return
	}
	set := k.KeySet()
	for range 2 {
		_, payload, err := set.VerifyJWS(token)
		if (err == nil) != want {
			t.Errorf("VerifyJWS: %v, want valid = %v", err, want)
		}
		if _, err := set.Verify(token, Expect{Now: epoch}); err == nil {
			t.Errorf("payload %.20q passed as claims", payload)
		}
	}
}

func wycheproofKey(jwk json.RawMessage, group string) (*Key, error) {
	if group == "base64" {
		// The secret of this group is 32 zero bytes. It is refused, as it
		// should be, so the cases are run with the check turned off.
		if _, err := ParseJWK(jwk); !errors.Is(err, ErrWeakSecret) {
			return nil, fmt.Errorf("a secret of zeros: %w", err)
		}
		k, err := InsecureHMACKey(HS256, make([]byte, 32))
		if err != nil {
			return nil, err
		}
		return k.WithID("hs256-key")
	}
	return ParseJWK(jwk)
}

func testWycheproofJWK(t *testing.T) {
	var file joseFile
	readVector(t, &file, "wycheproof", "json_web_key_test.json")
	count := 0
	for _, group := range file.TestGroups {
		for _, jwks := range []json.RawMessage{group.Private, group.Public} {
			if jwks == nil {
				continue
			}
			for _, c := range group.Tests {
				name := strconv.Itoa(c.TcID)
				t.Run(name, func(t *testing.T) {
					// 1 and 4 are marked Ambiguous; the stricter reading, which
					// the file takes too, is ours: no mixed sets, no two keys of
					// one id.
					want := c.Result == "valid"
					set, err := ParseJWKS(jwks)
					if err == nil {
						_, _, err = set.VerifyJWS(c.text(c.JWS))
					}
					if (err == nil) != want {
						t.Errorf("got %v, want valid = %v", err, want)
					}
				})
			}
		}
		count += len(group.Tests)
	}
	if count != 26 || count != file.NumberOfTests {
		t.Errorf("%d cases, want 26", count)
	}
}

// testWycheproofJWE feeds encrypted tokens, all of which are refused before
// any key is used.
func testWycheproofJWE(t *testing.T) {
	var file joseFile
	readVector(t, &file, "wycheproof", "json_web_encryption_test.json")
	sets := []*KeySet{testKey(t, HS256).KeySet(), testKey(t, EdDSA).KeySet()}
	count := 0
	for _, group := range file.TestGroups {
		for _, c := range group.Tests {
			count++
			t.Run(strconv.Itoa(c.TcID), func(t *testing.T) {
				for _, set := range sets {
					if _, _, err := set.VerifyJWS(c.text(c.JWE)); !errors.Is(err, ErrMalformed) {
						t.Errorf("got %v, want ErrMalformed", err)
					}
				}
			})
		}
	}
	if count != file.NumberOfTests {
		t.Errorf("%d cases, want %d", count, file.NumberOfTests)
	}
}
