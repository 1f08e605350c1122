package jwt

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// TestCVE replays attacks that worked against other programs, as far as they
// are about tokens and keys. They are numbered through all packages: the
// numbers missing here are about sessions, accounts and requests.
func TestCVE(t *testing.T) {
	for number, test := range map[int]func(*testing.T){
		1: cvePublicKeyAsSecret, 2: cveNone, 3: cvePsychicSignatures, 4: cveEmbeddedKey, 5: cveKeyURL,
		6: cveKidOfAnotherIssuer, 7: cveKidInjection, 8: cveDots, 9: cveExpiredAndForged, 10: cveAudience,
		11: cveCrit, 12: cveEncrypted, 13: cvePBES2, 14: cveZip, 15: cveJSONSerialization, 16: cveTwoSignatures,
		17: cveNesting, 18: cveNotBase64, 19: cveSignatureLength, 20: cvePublicKeyText, 21: cveWeakKeys,
		22: cveAlgorithmConfusion, 23: cveAudienceEveryKey, 24: cveOtherKind, 32: cveParsing,
	} {
		t.Run(fmt.Sprint(number), test)
	}
}

// refuse demands that set refuses token at both layers.
func refuse(t *testing.T, set *KeySet, token string, kinds ...error) {
	t.Helper()
	got, err := set.Verify(token, Expect{Now: epoch, InsecureAllowMissingExpiry: true})
	if got != nil || err == nil {
		t.Errorf("accepted: %.60q", token)
		return
	}
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			return
		}
	}
	if len(kinds) > 0 {
		t.Errorf("got %v, want one of %v", err, kinds)
	}
}

// publicForms are the texts in which a public key is about.
func publicForms(t *testing.T, k *Key) [][]byte {
	t.Helper()
	der := must(x509.MarshalPKIXPublicKey(k.public))
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	forms := [][]byte{text, []byte(strings.TrimSpace(string(text))), der, k.publicJWK(), k.KeySet().JWKS(), []byte(base64.StdEncoding.EncodeToString(der))}
	if pub, ok := k.public.(*rsa.PublicKey); ok {
		pkcs1 := x509.MarshalPKCS1PublicKey(pub)
		forms = append(forms, pkcs1, pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}))
	}
	return forms
}

// CVE-2015-9235, CVE-2016-10555: the public key is used as HMAC secret.
func cvePublicKeyAsSecret(t *testing.T) {
	for _, alg := range []Algorithm{RS256, PS256, ES256, EdDSA} {
		k := testKey(t, alg)
		for _, form := range publicForms(t, k) {
			attacker := must(InsecureHMACKey(HS256, form))
			refuse(t, k.KeySet(), forge(t, attacker, `{"alg":"HS256"}`, goodClaims), ErrAlgorithm)
			refuse(t, k.KeySet(), forge(t, attacker, `{"alg":"HS256","kid":"`+k.id+`"}`, goodClaims), ErrAlgorithm)
			refuse(t, k.KeySet(), forge(t, attacker, plainHeader(k), goodClaims), ErrSignature)
		}
	}
}

// CVE-2018-1000531 and kin: no signature at all.
func cveNone(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	for _, alg := range []string{"none", "None", "nOnE", "NONE", "", "HS256"} {
		head, body := encode([]byte(`{"alg":"`+alg+`"}`)), encode([]byte(goodClaims))
		for _, token := range []string{head + "." + body + ".", head + "." + body, head + "." + body + ".AA", "a.b."} {
			refuse(t, testKey(t, HS256).KeySet(), token)
			refuse(t, testKey(t, ES256).KeySet(), token)
		}
	}
}

// CVE-2022-21449: r and s of 0 or n; and signatures in ASN.1 form.
func cvePsychicSignatures(t *testing.T) {
	for _, alg := range []Algorithm{ES256, ES384, ES512} {
		k := testKey(t, alg)
		size := k.params.coordinateSize()
		n := k.params.curve.Params().N.FillBytes(make([]byte, size))
		one := make([]byte, size)
		one[size-1] = 1
		for _, r := range [][]byte{make([]byte, size), one, n} {
			for _, s := range [][]byte{make([]byte, size), one, n} {
				input := strings.TrimRight(forge(t, k, plainHeader(k), goodClaims), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
				refuse(t, k.KeySet(), input+base64.RawURLEncoding.EncodeToString(append(r[:size:size], s...)), ErrSignature)
			}
		}
		token := forge(t, k, plainHeader(k), goodClaims)
		input := token[:strings.LastIndexByte(token, '.')]
		var buf [64]byte
		der := must(k.signer().Sign(nil, k.digest(&buf, []byte(input)), k.params.hash))
		refuse(t, k.KeySet(), input+"."+base64.RawURLEncoding.EncodeToString(der), ErrSignature)
	}
}

// CVE-2018-0114: the token brings the key that it is signed with.
func cveEmbeddedKey(t *testing.T) {
	for _, alg := range []Algorithm{RS256, ES256, EdDSA} {
		victim := testKey(t, alg).KeySet()
		attacker := must(GenerateKey(alg))
		refuse(t, victim, forge(t, attacker, fmt.Sprintf(`{"alg":%q,"jwk":%s}`, alg, attacker.publicJWK()), goodClaims), ErrSignature)
		refuse(t, victim, forge(t, attacker, fmt.Sprintf(`{"alg":%q,"x5c":["MIIB"]}`, alg), goodClaims), ErrSignature)
	}
}

// CVE-2026-32301: the token says where its key is to be fetched.
func cveKeyURL(t *testing.T) {
	var contacted atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { contacted.Add(1) }))
	defer server.Close()
	attacker := must(GenerateKey(RS256))
	for _, name := range []string{"jku", "x5u"} {
		for _, url := range []string{server.URL, server.URL + "/jwks.json", "file:///etc/passwd", "https://localhost/"} {
			header := fmt.Sprintf(`{"alg":"RS256",%q:%q}`, name, url)
			refuse(t, testKey(t, RS256).KeySet(), forge(t, attacker, header, goodClaims), ErrSignature)
		}
	}
	if n := contacted.Load(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// CVE-2026-49998: one issuer's key is found under the kid of another's.
func cveKidOfAnotherIssuer(t *testing.T) {
	good, evil := newIssuer(t, EdDSA, "same"), newIssuer(t, EdDSA, "same")
	token := evil.token(t, `{"iss":"`+good.name+`","exp":1800000900}`)
	if _, err := evil.keys.Verify(t.Context(), evil.token(t, `{"iss":"`+evil.name+`","exp":1800000900}`), Expect{Now: epoch}); err != nil {
		t.Fatal(err)
	}
	if _, err := good.keys.Verify(t.Context(), token, Expect{Now: epoch}); !errors.Is(err, ErrSignature) {
		t.Errorf("with the good issuer's keys: got %v, want ErrSignature", err)
	}
	if _, err := evil.keys.Verify(t.Context(), token, Expect{Now: epoch}); !errors.Is(err, ErrIssuer) {
		t.Errorf("with the evil issuer's keys: got %v, want ErrIssuer", err)
	}
}

// kid is a name and nothing else.
func cveKidInjection(t *testing.T) {
	k := testKey(t, HS256)
	for _, kid := range []string{
		`"' UNION SELECT 'x"`, `"../../../../dev/null"`, `"/dev/null"`, `"a\u0000b"`, `"|sleep 10"`, `"x\ny"`,
		`"` + strings.Repeat("k", 8000) + `"`, `7`, `["` + k.id + `"]`, `{"a":1}`, `null`, `""`,
	} {
		refuse(t, k.KeySet(), forge(t, k, `{"alg":"HS256","kid":`+kid+`}`, goodClaims), ErrUnknownKey, ErrMalformed)
	}
}

// CVE-2025-30204, CVE-2025-27144: memory for each dot.
func cveDots(t *testing.T) {
	token := strings.Repeat(".", 1_000_000)
	set := testKey(t, HS256).KeySet()
	if n := testing.AllocsPerRun(10, func() { set.Verify(token, Expect{Now: epoch}) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	refuse(t, set, token, ErrMalformed)
}

// CVE-2024-51744: "expired" hides "forged".
func cveExpiredAndForged(t *testing.T) {
	k := testKey(t, HS256)
	token := forge(t, must(GenerateKey(HS256)), plainHeader(k), `{"exp":1}`)
	got, err := k.KeySet().Verify(token, Expect{Now: epoch})
	if got != nil || !errors.Is(err, ErrSignature) || errors.Is(err, ErrExpired) {
		t.Errorf("got %v, %v, want ErrSignature alone", got, err)
	}
}

// CVE-2020-26160: aud as an array is not looked at.
func cveAudience(t *testing.T) {
	k := testKey(t, HS256)
	for _, aud := range []string{`,"aud":["evil"]`, `,"aud":[]`, `,"aud":[["api"]]`, `,"aud":["evil",["api"]]`, ``, `,"aud":""`, `,"aud":null`} {
		token := forge(t, k, plainHeader(k), `{"exp":1800000900`+aud+`}`)
		if _, err := k.KeySet().Verify(token, Expect{Now: epoch, Audience: "api"}); err == nil {
			t.Errorf("accepted with %s", aud)
		}
	}
}

// CVE-2026-32597, CVE-2025-59420, CVE-2026-89317: crit is not looked at.
func cveCrit(t *testing.T) {
	k := testKey(t, HS256)
	for _, crit := range []string{`"crit":["x"]`, `"crit":["b64"],"b64":false`, `"crit":[]`, `"crit":["alg"]`, `"crit":"x"`} {
		refuse(t, k.KeySet(), forge(t, k, `{"alg":"HS256",`+crit+`}`, goodClaims), ErrMalformed)
	}
}

// CVE-2023-51774, CVE-2022-3102: an encrypted token where a signed one is
// wanted.
func cveEncrypted(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	for _, head := range []string{`{"alg":"RSA-OAEP","enc":"A256GCM"}`, `{"alg":"dir","enc":"A128CBC-HS256"}`, `{"alg":"HS256","enc":"A256GCM"}`} {
		refuse(t, testKey(t, RS256).KeySet(), encode([]byte(head))+".AAAA.AAAA.AAAA.AAAA", ErrMalformed)
	}
}

// CVE-2023-49290, CVE-2023-50658: the token says how often to hash.
func cvePBES2(t *testing.T) {
	encode := base64.RawURLEncoding.EncodeToString
	head := encode([]byte(`{"alg":"PBES2-HS512+A256KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAA"}`))
	refuse(t, testKey(t, HS256).KeySet(), head+".AAAA.AAAA.AAAA.AAAA", ErrMalformed)
	refuse(t, testKey(t, HS256).KeySet(), head+".AAAA.AAAA", ErrMalformed)
}

// CVE-2024-28180, CVE-2024-28122, CVE-2025-63811: a small token that inflates.
func cveZip(t *testing.T) {
	k := testKey(t, HS256)
	refuse(t, k.KeySet(), forge(t, k, `{"alg":"HS256","zip":"DEF"}`, goodClaims), ErrMalformed)
}

// CVE-2024-21664, CVE-2026-34986: the JSON serialization with parts missing.
func cveJSONSerialization(t *testing.T) {
	for _, text := range []string{
		`{"payload":"e30","signature":"AAAA"}`, `{"signatures":[]}`, `{"payload":"e30","signatures":[{"signature":"AA"}]}`,
		`{"ciphertext":"AA"}`, `{"protected":"e30","encrypted_key":""}`, `{}`, `[]`, `null`,
	} {
		refuse(t, testKey(t, HS256).KeySet(), text, ErrMalformed)
	}
}

// CVE-2016-9122: several signatures, and text that is compact and JSON at once.
func cveTwoSignatures(t *testing.T) {
	k := testKey(t, HS256)
	good := forge(t, k, plainHeader(k), goodClaims)
	p := strings.Split(good, ".")
	signature := fmt.Sprintf(`{"protected":%q,"signature":%q}`, p[0], p[2])
	refuse(t, k.KeySet(), fmt.Sprintf(`{"payload":%q,"signatures":[%s,%s]}`, p[1], signature, signature), ErrMalformed)
	refuse(t, k.KeySet(), `{"x":"`+good+`"}`, ErrMalformed)
	refuse(t, k.KeySet(), good+`{"payload":"e30"}`, ErrSignature)
}

// CVE-2026-116586: nesting that overflows the stack, before any signature.
func cveNesting(t *testing.T) {
	k := testKey(t, HS256)
	for _, depth := range []int{MaxDepth + 1, 1_000, 5_000, 10_000, 100_000, 1_000_000} {
		for _, open := range []string{"[", `{"a":`} {
			text := `{"alg":"HS256","x":` + strings.Repeat(open, depth)
			token := base64.RawURLEncoding.EncodeToString([]byte(text)) + ".e30.AAAA"
			refuse(t, k.KeySet(), token, ErrMalformed)
			if len(text) < MaxTokenLength/2 {
				refuse(t, k.KeySet(), forge(t, k, plainHeader(k), text), ErrClaims)
			}
		}
	}
}

// CVE-2022-25898: characters that no base64url has, in the signature.
func cveNotBase64(t *testing.T) {
	for _, alg := range []Algorithm{HS256, RS256, ES256, EdDSA} {
		k := testKey(t, alg)
		token := forge(t, k, plainHeader(k), goodClaims)
		for _, junk := range []string{"\n", "\r\n", " ", "%", "\\n", "=", "+", "!", "\x00", "é"} {
			refuse(t, k.KeySet(), token[:len(token)-10]+junk+token[len(token)-10:], ErrSignature)
			refuse(t, k.KeySet(), token+junk, ErrSignature)
		}
	}
}

// CVE-2026-65632: a second spelling of an ECDSA signature.
func cveSignatureLength(t *testing.T) {
	k := testKey(t, ES256)
	token := forge(t, k, plainHeader(k), goodClaims)
	dot := strings.LastIndexByte(token, '.')
	sig := must(base64.RawURLEncoding.DecodeString(token[dot+1:]))
	longer := append(append([]byte{0}, sig[:32]...), append([]byte{0}, sig[32:]...)...)
	for _, s := range [][]byte{longer, sig[:63], append(sig[:64:64], 0), {}} {
		refuse(t, k.KeySet(), token[:dot+1]+base64.RawURLEncoding.EncodeToString(s))
	}
}

// CVE-2022-29217, CVE-2026-48526: the text of a public key is taken as secret.
func cvePublicKeyText(t *testing.T) {
	for _, alg := range []Algorithm{RS256, ES256, ES384, ES512, EdDSA} {
		for _, form := range publicForms(t, testKey(t, alg)) {
			var weak *WeakSecretError
			if _, err := NewHMACKey(HS256, form); !errors.As(err, &weak) || weak.Rule != "public-key" {
				t.Errorf("%s, %.30q: got %v, want the rule public-key", alg, form, err)
			}
		}
	}
	for _, text := range []string{
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9mFmPV0Qm4Yw0mJ3o6k2b3m0mYc0q0zq3T9d3b1f7A user@host",
		"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 user@host",
		"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY= user@host",
	} {
		if _, err := NewHMACKey(HS256, []byte(text)); !errors.Is(err, ErrWeakSecret) {
			t.Errorf("%.20s: got %v, want ErrWeakSecret", text, err)
		}
	}
}

// CVE-2022-23539, -23540, -23541: keys that do not fit their algorithm.
func cveWeakKeys(t *testing.T) {
	small := mustRSA1024(t)
	if _, err := NewSigningKey(RS256, small); !errors.Is(err, ErrKey) {
		t.Errorf("1024 bits: got %v, want ErrKey", err)
	}
	for _, alg := range Algorithms() {
		for _, other := range Algorithms() {
			k := testKey(t, other)
			if k.public == nil || alg.parameters().family == other.parameters().family && alg.parameters().curve == other.parameters().curve {
				continue
			}
			rsaFamilies := strings.Contains("RS PS", string(alg[:2])) && strings.Contains("RS PS", string(other[:2]))
			if _, err := NewVerificationKey(alg, k.public); !rsaFamilies && !errors.Is(err, ErrKey) {
				t.Errorf("%s with a key for %s: got %v, want ErrKey", alg, other, err)
			}
		}
	}
}

// CVE-2026-33322: the secret of an OpenID Connect client as HMAC secret.
func cveAlgorithmConfusion(t *testing.T) {
	issuer := newIssuer(t, RS256, "k1")
	secret := must(GenerateKey(HS256))
	for _, header := range []string{`{"alg":"HS256"}`, `{"alg":"HS256","kid":"k1"}`, `{"alg":"RS256","kid":"k1"}`} {
		token := forge(t, secret, header, `{"iss":"`+issuer.name+`","exp":1800000900}`)
		if _, err := issuer.keys.Verify(t.Context(), token, Expect{Now: epoch}); err == nil {
			t.Errorf("accepted with header %s", header)
		}
	}
}

// CVE-2026-30223: the audience is checked with some kinds of keys only.
func cveAudienceEveryKey(t *testing.T) {
	for _, alg := range Algorithms() {
		k := testKey(t, alg)
		token := forge(t, k, plainHeader(k), `{"exp":1800000900,"aud":"other"}`)
		if _, err := verifyBothWays(t, k, token, Expect{Now: epoch, Audience: "api"}); !errors.Is(err, ErrAudience) {
			t.Errorf("%s: got %v, want ErrAudience", alg, err)
		}
	}
}

// CVE-2026-41164: a token of another kind in place of an access token.
func cveOtherKind(t *testing.T) {
	k := testKey(t, HS256)
	for _, typ := range []string{`,"typ":"rt+jwt"`, `,"typ":"dpop+jwt"`, `,"typ":"JWT"`, ``} {
		token := forge(t, k, `{"alg":"HS256"`+typ+`}`, goodClaims)
		if _, err := k.KeySet().Verify(token, Expect{Now: epoch, Types: []string{"at+jwt"}}); !errors.Is(err, ErrType) {
			t.Errorf("typ %s: got %v, want ErrType", typ, err)
		}
	}
}

// Measured in other libraries: signed tokens that two parsers read in two ways.
func cveParsing(t *testing.T) {
	k := testKey(t, HS256)
	for _, payload := range []string{
		`{"sub":"a","sub":"admin","exp":1800000900}`, `{"sub":"a","SUB":"admin","exp":1800000900}`,
		`{"sub":"a","ſub":"admin","exp":1800000900}`, `{"exp":1,"Exp":1800000900}`, `{"exp":1,"exp":1800000900}`,
		`{"exp":"1800000900"}`, "{\"sub\":\"\xff\",\"exp\":1800000900}", `{"sub":"a\u0000","exp":1800000900}`,
	} {
		refuse(t, k.KeySet(), forge(t, k, plainHeader(k), payload), ErrClaims)
	}
	token := forge(t, k, plainHeader(k), goodClaims)
	refuse(t, k.KeySet(), token[:len(token)-9]+"\r\n"+token[len(token)-9:], ErrSignature)
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", token[len(token)-1])
	unused := "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last^1]
	refuse(t, k.KeySet(), token[:len(token)-1]+string(unused), ErrSignature)
}

// issuer is another issuer: a key, and a server that publishes it.
type issuer struct {
	name string
	key  *Key
	keys *RemoteKeys
	*publisher
}

// publisher is an HTTP server whose answer can be changed.
type publisher struct {
	server  *httptest.Server
	answer  atomic.Pointer[http.HandlerFunc]
	fetches atomic.Int32
}

func newPublisher(t *testing.T) *publisher {
	p := &publisher{}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.fetches.Add(1)
		(*p.answer.Load())(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *publisher) publish(body []byte) {
	p.serve(func(w http.ResponseWriter, _ *http.Request) { w.Write(body) })
}

func (p *publisher) serve(f http.HandlerFunc) { p.answer.Store(&f) }

func newIssuer(t *testing.T, alg Algorithm, kid string) *issuer {
	t.Helper()
	p := newPublisher(t)
	k := must(must(GenerateKey(alg)).WithID(kid))
	p.publish(k.KeySet().JWKS())
	keys := must(NewRemoteKeys(RemoteConfig{Issuer: p.server.URL, URL: p.server.URL + "/jwks"}))
	return &issuer{name: p.server.URL, key: k, keys: keys, publisher: p}
}

func (i *issuer) token(t *testing.T, claims string) string {
	t.Helper()
	return must(i.key.KeySet().Sign(Header{}, []byte(claims)))
}
