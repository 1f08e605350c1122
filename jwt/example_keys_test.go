package jwt_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log"

	"github.com/latchkey-go/latchkey/jwt"
)

func ExampleNewHMACKey() {
	secret := make([]byte, 32)
	rand.Read(secret) // or the output of: openssl rand -base64 32
	key, err := jwt.NewHMACKey(jwt.HS256, secret)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.Algorithm(), key.CanSign(), key.CanVerify(), key.Public())
	// Output: HS256 true true <nil>
}

// A secret that a person has thought of is refused, and the error says why.
func ExampleNewHMACKey_weak() {
	_, err := jwt.NewHMACKey(jwt.HS256, []byte("this-is-my-very-secret-signing-key"))
	var weak *jwt.WeakSecretError
	fmt.Println(errors.As(err, &weak), weak.Rule)
	_, err = jwt.NewHMACKey(jwt.HS256, []byte("super-secret"))
	fmt.Println(err)
	// Output:
	// true guessable
	// jwt: weak secret (rule short): HS256 needs a secret of at least 32 bytes. Make a random one, for example with: openssl rand -base64 32
}

// Published test vectors have secrets that nobody should use.
func ExampleInsecureHMACKey() {
	key, err := jwt.InsecureHMACKey(jwt.HS256, []byte("secret"))
	fmt.Println(key.Algorithm(), err)
	// Output: HS256 <nil>
}

// Any crypto.Signer signs, be its key in memory or with a key management
// service.
func ExampleNewSigningKey() {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	key, err := jwt.NewSigningKey(jwt.ES256, private)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.CanSign())
	_, err = jwt.NewSigningKey(jwt.ES384, private)
	fmt.Println(err)
	// Output:
	// true
	// jwt: key refused: ES384 needs a key on P-384
}

func ExampleNewVerificationKey() {
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	key, err := jwt.NewVerificationKey(jwt.EdDSA, public)
	if err != nil {
		log.Fatal(err)
	}
	_, err = key.KeySet().Sign(jwt.Header{}, []byte(`{}`))
	fmt.Println(key.CanVerify(), err)
	// Output: true jwt: key refused: the set has no signing key
}

func ExampleGenerateKey() {
	for _, alg := range jwt.Algorithms() {
		if alg.Symmetric() || alg == jwt.EdDSA {
			key, err := jwt.GenerateKey(alg)
			fmt.Println(key.Algorithm(), err)
		}
	}
	// Output:
	// HS256 <nil>
	// HS384 <nil>
	// HS512 <nil>
	// EdDSA <nil>
}

func ExampleParsePEM() {
	const text = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`
	key, err := jwt.ParsePEM(jwt.EdDSA, []byte(text))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.ID(), key.CanSign())
	_, err = jwt.ParsePEM(jwt.HS256, []byte(text)) // a public key is no secret
	fmt.Println(err)
	// Output:
	// kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k false
	// jwt: key refused: HS256 takes a secret (NewHMACKey), not PEM
}

func ExampleParseJWK() {
	key, err := jwt.ParseJWK([]byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.Algorithm(), key.ID())
	_, err = jwt.ParseJWK([]byte(`{"kty":"OKP","crv":"Ed25519","use":"enc","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	fmt.Println(err)
	// Output:
	// EdDSA kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
	// jwt: key refused: the JWK's use is not "sig"
}

// What one process publishes, another verifies with.
func ExampleParseJWKS() {
	key := generated(jwt.ES256)
	set, err := jwt.ParseJWKS(key.KeySet().JWKS())
	if err != nil {
		log.Fatal(err)
	}
	token, err := set.Verify(signed(key, "", `{"sub":"alice","exp":1800000900}`), jwt.Expect{Now: now})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Claims.Subject, set.SigningKey())
	// Output: alice <nil>
}

func ExampleKey_WithID() {
	key, err := generated(jwt.HS256).WithID("2027-01")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key)
	// Output: jwt.Key(HS256 2027-01)
}

func ExampleKey_Public() {
	public, ok := generated(jwt.EdDSA).Public().(ed25519.PublicKey)
	fmt.Println(len(public), ok)
	// Output: 32 true
}

// Sign with a new key, and verify what an old one has signed.
func ExampleNewKeySet() {
	old, current := generated(jwt.HS256), generated(jwt.HS256)
	set, err := jwt.NewKeySet(current, old)
	if err != nil {
		log.Fatal(err)
	}
	_, err = set.Verify(signed(old, "", `{"exp":1800000900}`), jwt.Expect{Now: now})
	fmt.Println(err, set.SigningKey() == current, len(set.Keys()))

	_, err = jwt.NewKeySet(current, generated(jwt.ES256))
	fmt.Println(err)
	// Output:
	// <nil> true 2
	// jwt: key refused: a set must not mix HMAC secrets with public keys
}

func ExampleKeySet_JWKS() {
	key, err := jwt.ParseJWK([]byte(`{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", key.KeySet().JWKS())
	fmt.Printf("%s\n", generated(jwt.HS256).KeySet().JWKS()) // secrets are not published
	// Output:
	// {"keys":[{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"sig","alg":"EdDSA","kid":"k1"}]}
	// {"keys":[]}
}

// tenantKeys is a KeySource of one's own: it changes its set as a whole.
type tenantKeys struct{ set *jwt.KeySet }

func (t tenantKeys) KeySet() *jwt.KeySet { return t.set }

func ExampleKeySource() {
	var source jwt.KeySource = tenantKeys{set: generated(jwt.EdDSA).KeySet()}
	_, err := source.KeySet().Sign(jwt.Header{}, []byte(`{"sub":"alice"}`))
	fmt.Println(err)
	// Output: <nil>
}

// Choose a key by what the token says, then verify with it.
func ExampleInsecureParse() {
	keys := map[string]*jwt.Key{`"north"`: generated(jwt.HS256), `"south"`: generated(jwt.HS256)}
	token := signed(keys[`"south"`], "", `{"tenant":"south","exp":1800000900}`)

	unverified, err := jwt.InsecureParse(token)
	if err != nil {
		log.Fatal(err)
	}
	tenant, _ := unverified.Claim("tenant")
	key, ok := keys[string(tenant)]
	if !ok {
		log.Fatal("no such tenant")
	}
	verified, err := key.KeySet().Verify(token, jwt.Expect{Now: now})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(verified.Claims.String("tenant"))
	// Output: south true
}

// Reading a token is not verifying it: the payload is only encoded, so anybody
// can write any. This is how programs come to trust forged tokens.
func ExampleInsecureParse_incorrect() {
	encode := base64.RawURLEncoding.EncodeToString
	forged := encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(`{"sub":"admin"}`)) + ".AAAA"

	unverified, err := jwt.InsecureParse(forged)
	subject, _ := unverified.Claim("sub")
	fmt.Printf("WRONG: hello %s, %v\n", subject, err)

	_, err = generated(jwt.HS256).KeySet().Verify(forged, jwt.Expect{Now: now})
	fmt.Println("right:", err)
	// Output:
	// WRONG: hello "admin", <nil>
	// right: jwt: signature is not valid
}

// Verifying the signature alone and comparing claims by hand forgets something
// sooner or later; here it is the kind of token. Say it in Expect.
func ExampleKeySet_VerifyJWS_incorrect() {
	key := generated(jwt.HS256)
	refresh := signed(key, "rt+jwt", `{"sub":"alice","aud":["shop"],"exp":1800000900}`)

	_, payload, err := key.KeySet().VerifyJWS(refresh)
	if err == nil && string(payload) != "" {
		fmt.Println("WRONG: a refresh token passes for an access token")
	}

	_, err = key.KeySet().Verify(refresh, jwt.Expect{Types: []string{"at+jwt"}, Audience: "shop", Now: now})
	fmt.Println("right:", err)
	// Output:
	// WRONG: a refresh token passes for an access token
	// right: jwt: wrong type of token
}
