package jwt

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
)

// privateJWK is the whole JWK of a test key, as the keyring's file has it.
func privateJWK(t testing.TB, alg Algorithm) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(must(testKey(t, alg).fileJWK()), &members); err != nil {
		t.Fatal(err)
	}
	return members
}

// edited is a JWK with members set, or removed where the value is nil.
func edited(t testing.TB, alg Algorithm, changes map[string]any) []byte {
	t.Helper()
	members := privateJWK(t, alg)
	for name, value := range changes {
		members[name] = value
		if value == nil {
			delete(members, name)
		}
	}
	return must(json.Marshal(members))
}

// TestJWKRoundTrip writes and reads every kind of key, whole and public.
func TestJWKRoundTrip(t *testing.T) {
	for _, alg := range Algorithms() {
		k := testKey(t, alg)
		again, err := ParseJWK(must(k.fileJWK()))
		if err != nil {
			t.Errorf("%s: %v", alg, err)
			continue
		}
		if again.ID() != k.ID() || again.Algorithm() != alg || !again.CanSign() || again.material() != k.material() {
			t.Errorf("%s: read as %v", alg, again)
		}
		token := must(again.KeySet().Sign(Header{}, []byte(goodClaims)))
		if _, err := k.KeySet().Verify(token, Expect{Now: epoch}); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		if alg.Symmetric() {
			continue
		}
		public, err := ParseJWK(k.publicJWK())
		if err != nil || public.CanSign() || public.ID() != k.ID() {
			t.Errorf("%s: public half read as %v, %v", alg, public, err)
		}
		if bytes.Contains(k.publicJWK(), []byte(`"d"`)) {
			t.Errorf("%s: the public JWK has the private exponent", alg)
		}
	}
}

func TestJWKAlgorithmDefaults(t *testing.T) {
	for _, alg := range []Algorithm{RS256, ES256, ES384, ES512, EdDSA} {
		k, err := ParseJWK(edited(t, alg, map[string]any{"alg": nil}))
		if err != nil || k.Algorithm() != alg {
			t.Errorf("%s without alg: %v, %v", alg, k, err)
		}
	}
	if _, err := ParseJWK(edited(t, HS256, map[string]any{"alg": nil})); !errors.Is(err, ErrKey) {
		t.Errorf("oct without alg: got %v, want ErrKey", err)
	}
	k, err := ParseJWK(edited(t, RS256, map[string]any{"alg": "PS384"}))
	if err != nil || k.Algorithm() != PS384 {
		t.Errorf("RSA with alg PS384: %v, %v", k, err)
	}
	if k, err := ParseJWK(edited(t, ES256, map[string]any{"kid": nil})); err != nil || k.ID() != testKey(t, ES256).ID() {
		t.Errorf("without kid: %v, %v", k, err)
	}
}

func TestJWKRefused(t *testing.T) {
	for name, c := range map[string]struct {
		alg     Algorithm
		changes map[string]any
	}{
		"use enc":                {ES256, map[string]any{"use": "enc"}},
		"use empty":              {ES256, map[string]any{"use": ""}},
		"alg empty":              {ES256, map[string]any{"alg": ""}},
		"use empty array":        {ES256, map[string]any{"use": []string{}}},
		"use in capitals":        {ES256, map[string]any{"use": "SIG"}},
		"key_ops encrypt":        {ES256, map[string]any{"key_ops": []string{"encrypt"}}},
		"key_ops empty":          {ES256, map[string]any{"key_ops": []string{}}},
		"key_ops string":         {ES256, map[string]any{"key_ops": "verify"}},
		"key_ops duplicate":      {ES256, map[string]any{"key_ops": []string{"verify", "verify"}}},
		"key_ops joined":         {ES256, map[string]any{"key_ops": []string{"sign, verify"}}},
		"alg ES521":              {ES512, map[string]any{"alg": "ES521"}},
		"alg none":               {ES256, map[string]any{"alg": "none"}},
		"alg number":             {ES256, map[string]any{"alg": 256}},
		"alg of another curve":   {ES256, map[string]any{"alg": "ES384"}},
		"alg of another kty":     {ES256, map[string]any{"alg": "RS256"}},
		"alg HS256 for EC":       {ES256, map[string]any{"alg": "HS256"}},
		"alg ES256 for oct":      {HS256, map[string]any{"alg": "ES256"}},
		"kty of another":         {ES256, map[string]any{"kty": "RSA"}},
		"kty missing":            {ES256, map[string]any{"kty": nil}},
		"kty in small letters":   {ES256, map[string]any{"kty": "ec"}},
		"crv of another":         {ES256, map[string]any{"crv": "P-384"}},
		"crv secp256k1":          {ES256, map[string]any{"crv": "secp256k1", "alg": nil}},
		"crv X25519":             {EdDSA, map[string]any{"crv": "X25519", "alg": nil}},
		"crv Ed448":              {EdDSA, map[string]any{"crv": "Ed448"}},
		"x missing":              {ES256, map[string]any{"x": nil}},
		"x short":                {ES256, map[string]any{"x": "AQAB"}},
		"x padded":               {ES256, map[string]any{"x": privateJWK(t, ES256)["x"].(string) + "="}},
		"x number":               {ES256, map[string]any{"x": 7}},
		"y of another":           {ES256, map[string]any{"y": privateJWK(t, ES256)["x"]}},
		"d of another key":       {ES256, map[string]any{"d": privateJWK(t, ES256)["x"]}},
		"d zero":                 {ES256, map[string]any{"d": strings.Repeat("A", 43)}},
		"d short":                {ES256, map[string]any{"d": "AQAB"}},
		"Ed25519 d of another":   {EdDSA, map[string]any{"d": privateJWK(t, EdDSA)["x"]}},
		"Ed25519 x short":        {EdDSA, map[string]any{"x": "AQAB"}},
		"Ed25519 d short":        {EdDSA, map[string]any{"d": "AQAB"}},
		"RSA n missing":          {RS256, map[string]any{"n": nil}},
		"RSA e missing":          {RS256, map[string]any{"e": nil}},
		"RSA e 1":                {RS256, map[string]any{"e": "AQ"}},
		"RSA e even":             {RS256, map[string]any{"e": "BA"}},
		"RSA e enormous":         {RS256, map[string]any{"e": privateJWK(t, RS256)["d"]}},
		"RSA e with zeros":       {RS256, map[string]any{"e": "AAEAAQ"}},
		"RSA n small":            {RS256, map[string]any{"n": "AQAB"}},
		"RSA n enormous":         {RS256, map[string]any{"n": strings.Repeat("_", 4096)}},
		"RSA d of another key":   {RS256, map[string]any{"d": privateJWK(t, RS384)["d"]}},
		"RSA p missing":          {RS256, map[string]any{"p": nil}},
		"RSA p and q of another": {RS256, map[string]any{"p": privateJWK(t, RS384)["p"], "q": privateJWK(t, RS384)["q"]}},
		"RSA p enormous":         {RS256, map[string]any{"p": strings.Repeat("_", 1024)}},
		"RSA three primes":       {RS256, map[string]any{"oth": []any{}}},
		"oct k missing":          {HS256, map[string]any{"k": nil}},
		"oct k short":            {HS256, map[string]any{"k": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"}},
		"oct k weak":             {HS256, map[string]any{"k": "c3VwZXItc2VjcmV0LWtleS1mb3ItbXktYXBwLTEyMzQ"}},
		"kid empty":              {ES256, map[string]any{"kid": ""}},
		"kid number":             {ES256, map[string]any{"kid": 1}},
		"kid with a newline":     {ES256, map[string]any{"kid": "a\nb"}},
		"case variant":           {ES256, map[string]any{"ALG": "none"}},
		"too long":               {ES256, map[string]any{"note": strings.Repeat("x", maxJWKLength)}},
	} {
		if k, err := ParseJWK(edited(t, c.alg, c.changes)); !errors.Is(err, ErrKey) || k != nil {
			t.Errorf("%s: got %v, %v, want ErrKey", name, k, err)
		}
	}
	for _, text := range []string{"", "{}", "[]", "null", `"x"`, `{"kty":"oct","kty":"oct"}`, `{"kty":"oct"} x`} {
		if _, err := ParseJWK([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("%q: got %v, want ErrKey", text, err)
		}
	}
}

// TestKeyOps: what key_ops allow is what the key does.
func TestKeyOps(t *testing.T) {
	for _, c := range []struct {
		alg          Algorithm
		private      bool
		ops          []string
		sign, verify bool
	}{
		{ES256, true, []string{"sign", "verify"}, true, true},
		{ES256, true, []string{"sign"}, true, true}, // its public half verifies
		{ES256, true, []string{"verify"}, false, true},
		{ES256, false, []string{"verify"}, false, true},
		{HS256, true, []string{"sign", "verify"}, true, true},
		{HS256, true, []string{"sign"}, true, false},
		{HS256, true, []string{"verify"}, false, true},
	} {
		changes := map[string]any{"key_ops": c.ops, "use": nil}
		if !c.private {
			changes["d"] = nil
		}
		k, err := ParseJWK(edited(t, c.alg, changes))
		if err != nil || k.CanSign() != c.sign || k.CanVerify() != c.verify {
			t.Errorf("%s %v: %v, %v", c.alg, c.ops, k, err)
			continue
		}
		if !c.sign {
			if _, err := NewKeySet(k); !errors.Is(err, ErrKey) {
				t.Errorf("%s %v signs in a set: %v", c.alg, c.ops, err)
			}
			continue
		}
		token := must(must(NewKeySet(k)).Sign(Header{}, []byte(goodClaims)))
		_, err = k.KeySet().Verify(token, Expect{Now: epoch})
		if (err == nil) != c.verify {
			t.Errorf("%s %v verifies: %v", c.alg, c.ops, err)
		}
	}
	if _, err := ParseJWK(edited(t, ES256, map[string]any{"d": nil, "key_ops": []string{"sign"}})); !errors.Is(err, ErrKey) {
		t.Errorf("a public key for signing: got %v, want ErrKey", err)
	}
}

func TestJWKS(t *testing.T) {
	a, b := testKey(t, ES256), testKey(t, EdDSA)
	set := must(NewKeySet(a, b))
	read, err := ParseJWKS(set.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	if read.SigningKey() != nil || len(read.Keys()) != 2 || !bytes.Equal(read.JWKS(), set.JWKS()) {
		t.Errorf("read as %s", read.JWKS())
	}
	for _, k := range []*Key{a, b} {
		token := must(k.KeySet().Sign(Header{}, []byte(goodClaims)))
		if _, err := read.Verify(token, Expect{Now: epoch}); err != nil {
			t.Errorf("%v: %v", k, err)
		}
	}
	if err := checkJSON(string(set.JWKS())); err != nil {
		t.Errorf("the JWKS is no JSON: %v", err)
	}
	set.JWKS()[0] = '!'
	if set.JWKS()[0] != '{' {
		t.Error("JWKS can be changed from outside")
	}
	if got := string(testKey(t, HS256).KeySet().JWKS()); got != `{"keys":[]}` {
		t.Errorf("JWKS of a secret: %s", got)
	}

	es, hs := string(a.publicJWK()), string(must(testKey(t, HS256).fileJWK()))
	many := strings.TrimSuffix(strings.Repeat(es+",", MaxKeys+1), ",")
	for name, text := range map[string]string{
		"empty set":        `{"keys":[]}`,
		"no keys":          `{}`,
		"keys null":        `{"keys":null}`,
		"keys object":      `{"keys":` + es + `}`,
		"array":            `[` + es + `]`,
		"duplicate member": `{"keys":[` + es + `],"keys":[]}`,
		"duplicate kid":    `{"keys":[` + es + `,` + es + `]}`,
		"mixed":            `{"keys":[` + es + `,` + hs + `]}`,
		"bad key":          `{"keys":[` + es + `,{}]}`,
		"not objects":      `{"keys":[1]}`,
		"too many":         `{"keys":[` + many + `]}`,
		"too long":         `{"keys":[` + es + `],"x":"` + strings.Repeat("x", MaxJWKSLength) + `"}`,
		"nothing":          ``,
	} {
		if _, err := ParseJWKS([]byte(text)); !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", name, err)
		}
	}
}

func TestNewKeySet(t *testing.T) {
	a, b := must(GenerateKey(ES256)), must(GenerateKey(ES256))
	hmac := testKey(t, HS256)
	verifier := must(NewVerificationKey(ES256, a.Public()))
	renamed := must(b.WithID(a.ID()))
	twin := must(a.WithID("twin"))
	many := make([]*Key, MaxKeys+1)
	for i := range many {
		many[i] = must(GenerateKey(EdDSA))
	}
	for name, err := range map[string]error{
		"nothing":                  secondSet(NewKeySet(nil)),
		"nil among them":           secondSet(NewKeySet(a, nil)),
		"cannot sign":              secondSet(NewKeySet(verifier)),
		"mixed":                    secondSet(NewKeySet(a, hmac)),
		"mixed, to verify":         secondSet(NewKeySet(nil, hmac, a)),
		"duplicate kid":            secondSet(NewKeySet(a, renamed)),
		"one key twice":            secondSet(NewKeySet(a, a)),
		"one key under two names":  secondSet(NewKeySet(a, twin)),
		"private and public of it": secondSet(NewKeySet(a, verifier)),
		"too many":                 secondSet(NewKeySet(nil, many...)),
	} {
		if !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", name, err)
		}
	}
	set := must(NewKeySet(a, b))
	if set.SigningKey() != a || set.KeySet() != set || len(set.Keys()) != 2 {
		t.Errorf("%v", set)
	}
	set.Keys()[0] = nil
	if set.Keys()[0] != a {
		t.Error("Keys can be changed from outside")
	}
}

func secondSet(_ *KeySet, err error) error { return err }

func TestParsePEM(t *testing.T) {
	block := func(kind string, der []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	rsaKey := testKey(t, RS256).signer().(*rsa.PrivateKey)
	ecKey := testKey(t, ES384).signer().(*ecdsa.PrivateKey)
	edKey := testKey(t, EdDSA).signer().(ed25519.PrivateKey)
	parameters := block("EC PARAMETERS", []byte{6, 5, 43, 129, 4, 0, 34})
	for name, c := range map[string]struct {
		alg  Algorithm
		text []byte
		sign bool
	}{
		"RSA PKCS 8":         {RS256, block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(rsaKey))), true},
		"RSA PKCS 1":         {PS512, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), true},
		"RSA public":         {RS256, block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&rsaKey.PublicKey))), false},
		"RSA PKCS 1 public":  {RS256, block("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey)), false},
		"EC":                 {ES384, block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey))), true},
		"EC with parameters": {ES384, append(parameters, block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey)))...), true},
		"EC public":          {ES384, block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&ecKey.PublicKey))), false},
		"Ed25519":            {EdDSA, block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(edKey))), true},
		"Ed25519 public":     {EdDSA, block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(edKey.Public()))), false},
		"white space around": {EdDSA, append([]byte("\n \n"), append(block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(edKey.Public()))), "\n\n"...)...), false},
	} {
		k, err := ParsePEM(c.alg, c.text)
		if err != nil || k.CanSign() != c.sign || k.Algorithm() != c.alg {
			t.Errorf("%s: %v, %v", name, k, err)
		}
	}
	private := block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(edKey)))
	for name, c := range map[string]struct {
		alg  Algorithm
		text []byte
	}{
		"nothing":            {EdDSA, nil},
		"no PEM":             {EdDSA, []byte("key")},
		"text before":        {EdDSA, append([]byte("key:\n"), private...)},
		"text after":         {EdDSA, append(bytes.Clone(private), "key"...)},
		"two keys":           {EdDSA, append(bytes.Clone(private), private...)},
		"for HMAC":           {HS256, private},
		"for RSA":            {RS256, private},
		"for another curve":  {ES256, block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey)))},
		"unknown algorithm":  {"none", private},
		"certificate":        {RS256, block("CERTIFICATE", []byte{48, 0})},
		"encrypted":          {RS256, block("ENCRYPTED PRIVATE KEY", []byte{48, 0})},
		"old encryption":     {RS256, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: []byte{1}})},
		"broken":             {EdDSA, block("PRIVATE KEY", []byte{1, 2, 3})},
		"broken public":      {EdDSA, block("PUBLIC KEY", []byte{1, 2, 3})},
		"another block":      {EdDSA, block("DH PARAMETERS", []byte{48, 0})},
		"parameters alone":   {ES384, parameters},
		"small RSA":          {RS256, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(mustRSA1024(t)))},
		"X25519, no signing": {EdDSA, block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(must(ecdh.X25519().GenerateKey(rand.Reader)))))},
	} {
		k, err := ParsePEM(c.alg, c.text)
		if !errors.Is(err, ErrKey) || k != nil {
			t.Errorf("%s: got %v, %v, want ErrKey", name, k, err)
			continue
		}
		if strings.Contains(err.Error(), "BEGIN") {
			t.Errorf("%s: the message holds the text: %v", name, err)
		}
	}
}
