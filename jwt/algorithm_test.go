package jwt

import (
	"errors"
	"strings"
	"testing"
)

// TestAlgorithmMatrix is every spelling of alg against every key (RFC 8725,
// section 3.1): exactly the diagonal passes.
func TestAlgorithmMatrix(t *testing.T) {
	var headers []string
	for _, alg := range Algorithms() {
		headers = append(headers, `"`+string(alg)+`"`, `"`+strings.ToLower(string(alg))+`"`)
	}
	for _, alg := range []string{
		"none", "None", "nOnE", "NONE", "", "ES256K", "Ed25519", "HS1", "RS1", "RSA-OAEP", "dir", "A256GCM", "PBES2-HS256+A128KW", "HS256 ", "hs-256", "ES521",
	} {
		headers = append(headers, `"`+alg+`"`)
	}
	headers = append(headers, `null`, `256`, `true`, `["HS256"]`, `{"alg":"HS256"}`)

	for _, alg := range Algorithms() {
		k := testKey(t, alg)
		for _, h := range headers {
			token := forge(t, k, `{"alg":`+h+`}`, goodClaims)
			_, err := verifyBothWays(t, k, token, Expect{Now: epoch})
			switch {
			case h == `"`+string(alg)+`"`:
				if err != nil {
					t.Errorf("%s key, alg %s: %v", alg, h, err)
				}
			case !errors.Is(err, ErrAlgorithm) && !errors.Is(err, ErrMalformed):
				t.Errorf("%s key, alg %s: got %v, want ErrAlgorithm or ErrMalformed", alg, h, err)
			}
		}
		token := forge(t, k, `{"typ":"JWT"}`, goodClaims)
		if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%s key, no alg: got %v, want ErrAlgorithm", alg, err)
		}
	}
}

// TestOneKeyOneAlgorithm: the material of a key under another algorithm does
// not make its tokens good, although the primitive would verify.
func TestOneKeyOneAlgorithm(t *testing.T) {
	secret := testKey(t, HS512).secret()
	hs256 := must(NewHMACKey(HS256, secret))
	hs384 := must(NewHMACKey(HS384, secret))
	rs := testKey(t, RS256)
	ps := must(NewSigningKey(PS256, rs.signer()))
	for _, pair := range [][2]*Key{{hs256, hs384}, {hs384, hs256}, {rs, ps}, {ps, rs}} {
		token := forge(t, pair[0], plainHeader(pair[0]), goodClaims)
		if _, err := verifyBothWays(t, pair[1], token, Expect{Now: epoch}); !errors.Is(err, ErrAlgorithm) {
			t.Errorf("%s token, %s key: got %v, want ErrAlgorithm", pair[0].alg, pair[1].alg, err)
		}
		if _, err := NewKeySet(pair[0], pair[1]); !errors.Is(err, ErrKey) {
			t.Errorf("one key under %s and %s in a set: %v", pair[0].alg, pair[1].alg, err)
		}
	}
}

func TestSymmetric(t *testing.T) {
	for _, alg := range Algorithms() {
		if alg.Symmetric() != strings.HasPrefix(string(alg), "HS") {
			t.Errorf("%s: Symmetric = %v", alg, alg.Symmetric())
		}
	}
	if Algorithm("none").Symmetric() || Algorithm("HS1").Symmetric() {
		t.Error("an unknown algorithm is symmetric")
	}
}
