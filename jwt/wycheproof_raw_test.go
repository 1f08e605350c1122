package jwt

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"testing"
)

// The Wycheproof files of bare primitives, run through the keys of this
// package.

type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

type rawFile struct {
	NumberOfTests int
	TestGroups    []struct {
		KeySize, TagSize int
		PublicKeyPem     string
		Tests            []rawCase
	}
}

type rawCase struct {
	TcID          int
	Result        string
	Key, Msg, Sig hexBytes
	Tag           hexBytes
}

// testWycheproofPrimitives is the part of TestWycheproof that needs no tokens.
func testWycheproofPrimitives(t *testing.T) {
	for file, alg := range map[string]Algorithm{
		"ed25519_test.json":                      EdDSA,
		"ecdsa_secp256r1_sha256_p1363_test.json": ES256,
		"ecdsa_secp384r1_sha384_p1363_test.json": ES384,
		"ecdsa_secp521r1_sha512_p1363_test.json": ES512,
		"rsa_signature_2048_sha256_test.json":    RS256,
		"rsa_pss_2048_sha256_mgf1_32_test.json":  PS256,
	} {
		t.Run(file, func(t *testing.T) { testWycheproofSignatures(t, file, alg) })
	}
	for file, alg := range map[string]Algorithm{
		"hmac_sha256_test.json": HS256,
		"hmac_sha384_test.json": HS384,
		"hmac_sha512_test.json": HS512,
	} {
		t.Run(file, func(t *testing.T) { testWycheproofMACs(t, file, alg) })
	}
}

func testWycheproofSignatures(t *testing.T, name string, alg Algorithm) {
	var file rawFile
	readVector(t, &file, "wycheproof", name)
	count := 0
	for _, group := range file.TestGroups {
		k, err := ParsePEM(alg, []byte(group.PublicKeyPem))
		for _, c := range group.Tests {
			count++
			t.Run(strconv.Itoa(c.TcID), func(t *testing.T) {
				if err != nil {
					if c.Result != "invalid" || !errors.Is(err, ErrKey) {
						t.Errorf("key refused: %v", err)
					}
					return
				}
				// "acceptable" marks PKCS #1 signatures that leave out the NULL
				// of the hash's parameters: RFC 8017 allows to refuse them.
				want := c.Result == "valid"
				if got := k.verifyBytes(c.Msg, c.Sig); got != want {
					t.Errorf("valid = %v, want %v", got, want)
				}
				text := base64.RawURLEncoding.EncodeToString(c.Sig)
				if got := k.verifySignature(string(c.Msg), text); got != want {
					t.Errorf("encoded: valid = %v, want %v", got, want)
				}
			})
		}
	}
	if count != file.NumberOfTests {
		t.Errorf("%d cases, want %d", count, file.NumberOfTests)
	}
}

func testWycheproofMACs(t *testing.T, name string, alg Algorithm) {
	var file rawFile
	readVector(t, &file, "wycheproof", name)
	count := 0
	for _, group := range file.TestGroups {
		for _, c := range group.Tests {
			count++
			t.Run(strconv.Itoa(c.TcID), func(t *testing.T) {
				k, err := InsecureHMACKey(alg, c.Key) // some are short on purpose
				if err != nil {
					t.Fatal(err)
				}
				// A tag cut short is valid in the file, but not in a token.
				whole := group.TagSize == 8*alg.parameters().hash.Size()
				want := c.Result == "valid" && whole
				if got := k.verifyBytes(c.Msg, c.Tag); got != want {
					t.Errorf("valid = %v, want %v", got, want)
				}
				made := k.macs.appendSignature(bytes.Clone(c.Msg))
				if want && !bytes.HasSuffix(made, base64.RawURLEncoding.AppendEncode([]byte("."), c.Tag)) {
					t.Error("the MAC made is another")
				}
			})
		}
	}
	if count != file.NumberOfTests {
		t.Errorf("%d cases, want %d", count, file.NumberOfTests)
	}
}
