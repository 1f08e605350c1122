package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"strings"
	"testing"
)

func TestKeys(t *testing.T) {
	for _, alg := range Algorithms() {
		t.Run(string(alg), func(t *testing.T) {
			k := testKey(t, alg)
			if !k.CanSign() || !k.CanVerify() || k.Algorithm() != alg || k.ID() == "" {
				t.Errorf("%v: CanSign %v, CanVerify %v", k, k.CanSign(), k.CanVerify())
			}
			if (k.Public() == nil) != alg.Symmetric() {
				t.Errorf("Public: %v", k.Public())
			}
			if first, second := k.KeySet(), k.KeySet(); first != second {
				t.Error("KeySet is another each time")
			}
			if set := k.KeySet(); set.SigningKey() != k || len(set.Keys()) != 1 {
				t.Error("the key's set does not sign with it")
			}
			for range 2 {
				token := must(k.KeySet().Sign(Header{Type: "at+jwt"}, []byte(goodClaims)))
				got, err := verifyBothWays(t, k, token, Expect{Now: epoch, Types: []string{"at+jwt"}})
				if err != nil || got.KeyID != k.ID() || got.Algorithm != alg || got.Claims.Subject != "alice" {
					t.Errorf("%+v, %v", got, err)
				}
			}
			if alg.Symmetric() {
				return
			}
			public := must(NewVerificationKey(alg, k.Public()))
			if public.CanSign() || public.ID() != k.ID() || public.KeySet().SigningKey() != nil {
				t.Errorf("public half: %v, CanSign %v", public, public.CanSign())
			}
			if _, err := public.KeySet().Sign(Header{}, []byte(goodClaims)); !errors.Is(err, ErrKey) {
				t.Errorf("signing without a private key: %v", err)
			}
		})
	}
}

func TestGenerateKey(t *testing.T) {
	for _, alg := range Algorithms() {
		if f := alg.parameters().family; f == familyPSS || f == familyRSA && alg != RS256 {
			continue // as RS256
		}
		a, b := must(GenerateKey(alg)), must(GenerateKey(alg))
		if a.material() == b.material() || !a.CanSign() || !a.CanVerify() {
			t.Errorf("%s: %v, %v", alg, a, b)
		}
		if pub, ok := a.Public().(*rsa.PublicKey); ok && pub.N.BitLen() != 3072 {
			t.Errorf("%s: %d bits", alg, pub.N.BitLen())
		}
		if alg.Symmetric() && len(a.secret()) != alg.parameters().hash.Size() {
			t.Errorf("%s: %d bytes", alg, len(a.secret()))
		}
	}
}

func TestKeysRefused(t *testing.T) {
	rsaKey := testKey(t, RS256).signer().(*rsa.PrivateKey)
	withE := func(e int) *rsa.PublicKey { return &rsa.PublicKey{N: rsaKey.N, E: e} }
	p256 := testKey(t, ES256).public.(*ecdsa.PublicKey)
	broken := *rsaKey
	broken.D = new(big.Int).Add(rsaKey.D, big.NewInt(2))
	var nilRSA *rsa.PublicKey
	for name, err := range map[string]error{
		"nil":               second(NewVerificationKey(RS256, nil)),
		"nil pointer":       second(NewVerificationKey(RS256, nilRSA)),
		"no modulus":        second(NewVerificationKey(RS256, &rsa.PublicKey{E: 3})),
		"exponent 1":        second(NewVerificationKey(RS256, withE(1))),
		"exponent 0":        second(NewVerificationKey(RS256, withE(0))),
		"exponent negative": second(NewVerificationKey(RS256, withE(-3))),
		"exponent even":     second(NewVerificationKey(RS256, withE(65536))),
		"exponent large":    second(NewVerificationKey(RS256, withE(1<<32+1))),
		"even modulus":      second(NewVerificationKey(RS256, &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 3})),
		"modulus too large": second(NewVerificationKey(RS256, &rsa.PublicKey{N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), maxRSABits), big.NewInt(1)), E: 3})),
		"1024 bits":         second(NewVerificationKey(PS256, &mustRSA1024(t).PublicKey)),
		"private exponent":  second(NewSigningKey(RS256, &broken)),
		"other curve":       second(NewVerificationKey(ES384, p256)),
		"no curve":          second(NewVerificationKey(ES256, &ecdsa.PublicKey{})),
		"P-224":             second(NewSigningKey(ES256, must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)))),
		"key as a value":    second(NewVerificationKey(ES256, *p256)),
		"Ed25519 short":     second(NewVerificationKey(EdDSA, ed25519.PublicKey(make([]byte, 31)))),
		"no signer":         second(NewSigningKey(EdDSA, nil)),
		"secret for RS256":  second(NewHMACKey(RS256, make([]byte, 64))),
		"key for HS256":     second(NewVerificationKey(HS256, p256)),
		"unknown algorithm": second(NewVerificationKey("none", p256)),
		"generate none":     second(GenerateKey("none")),
	} {
		if !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", name, err)
		}
	}
}

func second(_ *Key, err error) error { return err }

// TestPointsOffTheCurve moves a point of each curve.
func TestPointsOffTheCurve(t *testing.T) {
	for _, alg := range []Algorithm{ES256, ES384, ES512} {
		jwk := string(testKey(t, alg).publicJWK())
		var members map[string]string
		if err := json.Unmarshal([]byte(jwk), &members); err != nil {
			t.Fatal(err)
		}
		members["x"], members["y"] = members["y"], members["x"]
		if _, err := ParseJWK(must(json.Marshal(members))); !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", alg, err)
		}
	}
	for name, encoding := range map[string]string{
		"y = 2, no point":             "0200000000000000000000000000000000000000000000000000000000000000",
		"y = p, not reduced":          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"y = p+1, not reduced":        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"the neutral element":         "0100000000000000000000000000000000000000000000000000000000000000",
		"neutral, with a sign":        "0100000000000000000000000000000000000000000000000000000000000080",
		"y = -1, order 2":             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"y = 0, order 4":              "0000000000000000000000000000000000000000000000000000000000000000",
		"y = 0, order 4, other sign":  "0000000000000000000000000000000000000000000000000000000000000080",
		"order 8":                     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"order 8, other sign":         "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"order 8, other y":            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"order 8, other y, with sign": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	} {
		if _, err := NewVerificationKey(EdDSA, ed25519.PublicKey(must(hex.DecodeString(encoding)))); !errors.Is(err, ErrKey) {
			t.Errorf("Ed25519, %s: got %v, want ErrKey", name, err)
		}
	}
	for range 50 {
		if _, err := GenerateKey(EdDSA); err != nil {
			t.Errorf("a good Ed25519 key: %v", err)
		}
	}
}

// TestROCA makes a modulus as the broken generator does.
func TestROCA(t *testing.T) {
	product := big.NewInt(1)
	for _, p := range rocaPrimes {
		product.Mul(product, new(big.Int).SetUint64(p))
	}
	prime := func(a int64) *big.Int {
		r := new(big.Int).Exp(big.NewInt(65537), big.NewInt(a), product)
		k := new(big.Int).Lsh(big.NewInt(1), uint(1024-product.BitLen()))
		for {
			k.Add(k, big.NewInt(1))
			if p := new(big.Int).Add(new(big.Int).Mul(k, product), r); p.ProbablyPrime(10) {
				return p
			}
		}
	}
	n := new(big.Int).Mul(prime(12345), prime(67890))
	n.Lsh(n, 0)
	if !hasROCA(n) {
		t.Error("a modulus of the broken generator is not found")
	}
	if hasROCA(testKey(t, RS256).public.(*rsa.PublicKey).N) {
		t.Error("a good modulus is taken for one")
	}
}

func TestWithID(t *testing.T) {
	k := testKey(t, ES256)
	named, err := k.WithID("2026-01")
	if err != nil || named.ID() != "2026-01" || k.ID() == "2026-01" || !named.CanSign() {
		t.Fatalf("%v, %v", named, err)
	}
	token := must(named.KeySet().Sign(Header{}, []byte(goodClaims)))
	if got, err := named.KeySet().Verify(token, Expect{Now: epoch}); err != nil || got.KeyID != "2026-01" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, kid := range []string{"", strings.Repeat("x", MaxKeyIDLength+1), "a\"b", `a\b`, "a\nb", "a\x00", "ü", "\x7f"} {
		if _, err := k.WithID(kid); !errors.Is(err, ErrKey) {
			t.Errorf("kid %.20q: got %v, want ErrKey", kid, err)
		}
	}
	if _, err := k.WithID(strings.Repeat("x", MaxKeyIDLength)); err != nil {
		t.Errorf("the longest kid: %v", err)
	}
}

// TestDefaultID: the same key has the same id, another has another, and the id
// of a secret is not its hash.
func TestDefaultID(t *testing.T) {
	secret := must(GenerateKey(HS256)).secret()
	a, b := must(NewHMACKey(HS256, secret)), must(NewHMACKey(HS256, secret))
	if a.ID() != b.ID() || a.ID() == must(GenerateKey(HS256)).ID() {
		t.Errorf("ids %s, %s", a.ID(), b.ID())
	}
	if len(a.ID()) != 22 {
		t.Errorf("id %s does not have 128 bits", a.ID())
	}
}

// TestKeysDoNotPrint: no way of printing shows what is secret.
func TestKeysDoNotPrint(t *testing.T) {
	for _, alg := range []Algorithm{HS256, ES256, EdDSA} {
		k := testKey(t, alg)
		var b strings.Builder
		ring := must(NewKeyring(alg))
		for _, v := range []any{k, k.KeySet(), struct{ K *Key }{k}, []*Key{k}, map[string]*Key{"k": k}} {
			fmt.Fprintf(&b, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		}
		fmt.Fprintf(&b, "%v %+v %#v\n", ring, ring, ring)
		logger := slog.New(slog.NewJSONHandler(&b, nil))
		logger.Info("key", "key", k, "in", struct{ K *Key }{k}, "set", k.KeySet())
		for _, secret := range secretForms(k) {
			if strings.Contains(strings.ToLower(b.String()), secret) {
				t.Errorf("%s: found %q in\n%s", alg, secret, b.String())
			}
		}
		if _, err := json.Marshal(k); !errors.Is(err, ErrKey) {
			t.Errorf("json.Marshal: got %v, want ErrKey", err)
		}
	}
}

// secretForms are the ways in which %v, %x and %d print the key's secret bytes.
func secretForms(k *Key) []string {
	var secret []byte
	if k.secret != nil {
		secret = k.secret()
	} else {
		secret = must(privateMembers(k.signer()))[0].value
	}
	return []string{
		strings.ToLower(string(secret)),
		hex.EncodeToString(secret),
		strings.Trim(fmt.Sprint(secret[:8]), "[]"),
		strings.Trim(fmt.Sprintf("%x", fmt.Sprint(secret[:8])), "[]"),
	}
}

// brokenSigner is a signer whose answers are wrong in a given way.
type brokenSigner struct {
	crypto.Signer
	sig []byte
	err error
}

func (s brokenSigner) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return s.sig, s.err
}

// TestSigners: any crypto.Signer will do, and what it gives is checked.
func TestSigners(t *testing.T) {
	// An opaque signer, as of a key management service.
	type opaque struct{ crypto.Signer }
	for _, alg := range []Algorithm{RS256, PS384, ES256, ES512, EdDSA} {
		k, err := NewSigningKey(alg, opaque{testKey(t, alg).signer()})
		if err != nil {
			t.Fatal(err)
		}
		token := must(k.KeySet().Sign(Header{}, []byte(goodClaims)))
		if _, err := testKey(t, alg).KeySet().Verify(token, Expect{Now: epoch}); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
	}
	failure := errors.New("the service is away")
	for name, s := range map[string]brokenSigner{
		"error":             {err: failure},
		"nothing":           {},
		"not ASN.1":         {sig: []byte("signature")},
		"negative":          {sig: []byte{0x30, 6, 2, 1, 0xff, 2, 1, 1}},
		"zero":              {sig: []byte{0x30, 6, 2, 1, 0, 2, 1, 1}},
		"too large":         {sig: append([]byte{0x30, 39, 2, 34}, append(make([]byte, 1), append([]byte{0x80}, make([]byte, 37)...)...)...)},
		"something after":   {sig: []byte{0x30, 6, 2, 1, 1, 2, 1, 1, 0}},
		"Ed25519 too short": {sig: make([]byte, 63)},
	} {
		for _, alg := range []Algorithm{ES256, EdDSA, RS256} {
			s.Signer = testKey(t, alg).signer()
			_, err := must(NewSigningKey(alg, s)).KeySet().Sign(Header{}, []byte(goodClaims))
			if err == nil || name == "error" && !errors.Is(err, failure) {
				t.Errorf("%s, %s: got %v", alg, name, err)
			}
		}
	}
}
