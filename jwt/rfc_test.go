package jwt

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Examples printed in the RFCs.

const (
	rfc7515KeyA1 = `{"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`
	rfc7515KeyA2 = `{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}`
	rfc7515KeyA3 = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`
	rfc7515KeyA4 = `{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}`

	rfc7515Payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)

func TestRFC7515(t *testing.T) {
	for name, c := range map[string]struct{ key, token, payload string }{
		"A.1 HS256": {rfc7515KeyA1, "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + rfc7515Payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", ""},
		"A.2 RS256": {rfc7515KeyA2, "eyJhbGciOiJSUzI1NiJ9." + rfc7515Payload + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw", ""},
		"A.3 ES256": {rfc7515KeyA3, "eyJhbGciOiJFUzI1NiJ9." + rfc7515Payload + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q", ""},
		"A.4 ES512": {rfc7515KeyA4, "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn", "Payload"},
	} {
		t.Run(name, func(t *testing.T) {
			set := must(ParseJWK([]byte(c.key))).KeySet()
			_, payload, err := set.VerifyJWS(c.token)
			if err != nil {
				t.Fatal(err)
			}
			if c.payload != "" {
				if string(payload) != c.payload {
					t.Errorf("payload %q", payload)
				}
				return
			}
			token, err := set.Verify(c.token, Expect{Now: time.Unix(1300819379, 0), Issuer: "joe"})
			if err != nil {
				t.Fatal(err)
			}
			if root, ok := token.Claims.Bool("http://example.com/is_root"); !root || !ok {
				t.Error("the private claim is not true")
			}
			if _, err := set.Verify(c.token, Expect{Now: time.Unix(1300819380, 0)}); !errors.Is(err, ErrExpired) {
				t.Errorf("at exp: %v", err)
			}
		})
	}
	t.Run("A.5 none", func(t *testing.T) {
		set := must(ParseJWK([]byte(rfc7515KeyA1))).KeySet()
		for _, token := range []string{
			"eyJhbGciOiJub25lIn0." + rfc7515Payload + ".", // also RFC 7519, section 6.1
			"eyJhbGciOiJub25lIn0." + rfc7515Payload,
		} {
			if _, err := set.Verify(token, Expect{Now: time.Unix(1300819379, 0)}); !errors.Is(err, ErrMalformed) {
				t.Errorf("got %v, want ErrMalformed", err)
			}
		}
	})
	t.Run("Appendix E crit", func(t *testing.T) {
		k := testKey(t, HS256)
		header := `{"alg":"HS256","crit":["http://example.invalid/UNDEFINED"],"http://example.invalid/UNDEFINED":true}`
		if _, _, err := k.KeySet().VerifyJWS(forge(t, k, header, "FAIL")); !errors.Is(err, ErrMalformed) {
			t.Errorf("got %v, want ErrMalformed", err)
		}
	})
}

func TestRFC7519(t *testing.T) {
	// Section 3.1 is the token of RFC 7515, A.1.
	set := must(ParseJWK([]byte(rfc7515KeyA1))).KeySet()
	token := "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + rfc7515Payload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	got, err := set.Verify(token, Expect{Now: time.Unix(1300819379, 0), Types: []string{"jwt"}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Type != "JWT" || got.Claims.Issuer != "joe" || !got.Claims.ExpiresAt.Equal(time.Unix(1300819380, 0)) {
		t.Errorf("got %+v", got)
	}
}

// TestRFC7638 has the thumbprints of RFC 7638, section 3.1, and RFC 8037, A.3.
func TestRFC7638(t *testing.T) {
	for key, want := range map[string]string{
		`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256"}`: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
	} {
		if got := must(ParseJWK([]byte(key))).ID(); got != want {
			t.Errorf("thumbprint %s, want %s", got, want)
		}
	}
}

// TestRFC6979 has the ECDSA signature of RFC 6979, A.2.5, over "sample".
func TestRFC6979(t *testing.T) {
	point := func(h string) string {
		return base64.RawURLEncoding.EncodeToString(must(hex.DecodeString(h)))
	}
	k := must(ParseJWK([]byte(`{"kty":"EC","crv":"P-256","x":"` +
		point("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6") + `","y":"` +
		point("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299") + `"}`)))
	r := "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
	s := "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
	sig := must(hex.DecodeString(r + s))
	if !k.verifyBytes([]byte("sample"), sig) {
		t.Error("the RFC's signature is refused")
	}
	// The twin with n−s is a signature as well, in another text: what is
	// revoked is a token's jti, never its text.
	n := k.params.curve.Params().N
	twin := new(big.Int).Sub(n, new(big.Int).SetBytes(sig[32:]))
	if !k.verifyBytes([]byte("sample"), append(sig[:32:32], twin.FillBytes(make([]byte, 32))...)) {
		t.Error("the twin is refused")
	}
}

// cookbookFile is an example of RFC 7520 in JSON.
type cookbookFile struct {
	Input struct {
		Payload string
		Key     json.RawMessage
		Alg     json.RawMessage
	}
	Output struct {
		Compact string
		JSON    json.RawMessage
		Flat    json.RawMessage `json:"json_flat"`
	}
}

func TestRFC7520(t *testing.T) {
	t.Run("keys", func(t *testing.T) {
		for file, ok := range map[string]bool{
			"3_1.ec_public_key.json": true, "3_2.ec_private_key.json": true,
			"3_3.rsa_public_key.json": true, "3_4.rsa_private_key.json": true,
			"3_5.symmetric_key_mac_computation.json": true,
			"3_6.symmetric_key_encryption.json":      false, // use is enc
		} {
			data, err := os.ReadFile(filepath.Join(vectorFolder(t), "rfc7520-cookbook", "jwk", file))
			if err != nil {
				t.Fatal(err)
			}
			k, err := ParseJWK(data)
			if (err == nil) != ok {
				t.Errorf("%s: %v", file, err)
			}
			if ok && k.CanSign() != !strings.Contains(file, "public") {
				t.Errorf("%s: CanSign = %v", file, k.CanSign())
			}
		}
	})
	for file, want := range map[string]error{
		"4_1.rsa_v15_signature.json":               nil,
		"4_2.rsa-pss_signature.json":               nil,
		"4_3.ecdsa_signature.json":                 nil,
		"4_4.hmac-sha2_integrity_protection.json":  nil,
		"4_5.signature_with_detached_content.json": ErrSignature, // the payload is elsewhere
	} {
		t.Run(file, func(t *testing.T) {
			var c cookbookFile
			readVector(t, &c, "rfc7520-cookbook", "jws", file)
			set := cookbookKey(t, c).KeySet()
			_, payload, err := set.VerifyJWS(c.Output.Compact)
			if !errors.Is(err, want) || want == nil && string(payload) != c.Input.Payload {
				t.Errorf("got %q, %v", payload, err)
			}
			refuseJSON(t, set, c)
		})
	}
	for _, file := range []string{
		"4_6.protecting_specific_header_fields.json", "4_7.protecting_content_only.json", "4_8.multiple_signatures.json",
	} {
		t.Run(file, func(t *testing.T) {
			var c cookbookFile
			readVector(t, &c, "rfc7520-cookbook", "jws", file)
			refuseJSON(t, must(ParseJWK([]byte(rfc7515KeyA1))).KeySet(), c)
		})
	}
}

// cookbookKey is the example's key with the example's algorithm, which the RFC
// gives apart from it.
func cookbookKey(t *testing.T, c cookbookFile) *Key {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal(c.Input.Key, &members); err != nil {
		t.Fatal(err)
	}
	members["alg"] = c.Input.Alg
	k, err := ParseJWK(must(json.Marshal(members)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// refuseJSON demands that the JSON serializations of an example are refused.
func refuseJSON(t *testing.T, set *KeySet, c cookbookFile) {
	t.Helper()
	for _, text := range []json.RawMessage{c.Output.JSON, c.Output.Flat} {
		if text == nil {
			continue
		}
		if _, _, err := set.VerifyJWS(string(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("JSON serialization: got %v, want ErrMalformed", err)
		}
	}
}

// TestRFC7797 has the examples of payloads that are not base64url, which need
// crit and are refused.
func TestRFC7797(t *testing.T) {
	for _, file := range []string{"4.2.hmac-sha2_b64_false.json", "hmac-sha2_b64_false.json"} {
		t.Run(file, func(t *testing.T) {
			var c cookbookFile
			readVector(t, &c, "rfc7520-cookbook", "rfc7797", file)
			set := cookbookKey(t, c).KeySet()
			refuseJSON(t, set, c)
			if c.Output.Compact == "" {
				return
			}
			if _, _, err := set.VerifyJWS(c.Output.Compact); !errors.Is(err, ErrMalformed) {
				t.Errorf("got %v, want ErrMalformed", err)
			}
		})
	}
	k := testKey(t, HS256)
	for _, header := range []string{
		`{"alg":"HS256","b64":false,"crit":["b64"]}`, `{"alg":"HS256","b64":false}`, `{"alg":"HS256","b64":true,"crit":["b64"]}`,
	} {
		if _, err := k.KeySet().Verify(forge(t, k, header, goodClaims), Expect{Now: epoch}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", header, err)
		}
	}
}

func TestRFC8037(t *testing.T) {
	var c cookbookFile
	readVector(t, &c, "rfc7520-cookbook", "curve25519", "jws.json")
	k := cookbookKey(t, c)
	_, payload, err := k.KeySet().VerifyJWS(c.Output.Compact)
	if err != nil || string(payload) != c.Input.Payload {
		t.Errorf("got %q, %v", payload, err)
	}
	refuseJSON(t, k.KeySet(), c)
	// Ed25519 is deterministic, so the same token comes out.
	if made := forge(t, k, `{"alg":"EdDSA"}`, c.Input.Payload); made != c.Output.Compact {
		t.Errorf("made %s", made)
	}
}
