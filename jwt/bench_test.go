package jwt

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strconv"
	"strings"
	"testing"
)

// benchClaims are the claims of an ordinary access token.
const benchClaims = `{"sub":"5f0c2a6e9b1d4c57","iat":1800000000,"nbf":1800000000,"exp":1800000900,` +
	`"jti":"0b8f1c9a-3f7e-4f0e-9d5c-1a2b3c4d5e6f","type":"access","fresh":false,` +
	`"csrf":"7d9f2e61-54b8-4c3a-8a17-90c1d2e3f405","roles":["reader","editor"]}`

func BenchmarkVerify(b *testing.B) {
	for _, alg := range Algorithms() {
		b.Run(string(alg), func(b *testing.B) {
			set := testKey(b, alg).KeySet()
			token := must(set.Sign(Header{Type: "at+jwt"}, []byte(benchClaims)))
			expect := Expect{Now: epoch, Types: []string{"at+jwt"}}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := set.Verify(token, expect); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerifyStrict is HS256 with a payload that the scanner hands over.
func BenchmarkVerifyStrict(b *testing.B) {
	set := testKey(b, HS256).KeySet()
	token := must(set.Sign(Header{Type: "at+jwt"}, []byte(strings.Replace(benchClaims, `{`, `{ `, 1))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Verify(token, Expect{Now: epoch}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyForged(b *testing.B) {
	set := testKey(b, HS256).KeySet()
	must(set.Sign(Header{Type: "at+jwt"}, []byte(benchClaims)))
	token := must(must(must(GenerateKey(HS256)).WithID(testKey(b, HS256).id)).KeySet().Sign(Header{Type: "at+jwt"}, []byte(benchClaims)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Verify(token, Expect{Now: epoch}); err == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkPrivateClaim(b *testing.B) {
	set := testKey(b, HS256).KeySet()
	token := must(set.Verify(must(set.Sign(Header{}, []byte(benchClaims))), Expect{Now: epoch}))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := token.Claims.String("csrf"); !ok {
			b.Fatal("no csrf")
		}
	}
}

func BenchmarkSign(b *testing.B) {
	for _, alg := range Algorithms() {
		b.Run(string(alg), func(b *testing.B) {
			set, claims := testKey(b, alg).KeySet(), []byte(benchClaims)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := set.Sign(Header{Type: "at+jwt"}, claims); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFloor is the least that HS256 can cost with the standard library's
// cryptography: to verify, the signature and then one pass over the claims that
// looks for the known ones and checks nothing; to sign, two encodings and the
// MAC. BenchmarkVerify/HS256 and BenchmarkSign/HS256 are held against it.
func BenchmarkFloor(b *testing.B) {
	k := testKey(b, HS256)
	token := must(k.KeySet().Sign(Header{Type: "at+jwt"}, []byte(benchClaims)))
	head, _, _ := strings.Cut(token, ".")
	f := floor{mac: hmac.New(sha256.New, k.secret())}
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if c := f.verify(token); c == nil || c.exp != 1800000900 {
				b.Fatal("refused")
			}
		}
	})
	b.Run("signature", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !f.signature(token) {
				b.Fatal("refused")
			}
		}
	})
	b.Run("sign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if f.sign(head, benchClaims) == "" {
				b.Fatal("nothing")
			}
		}
	})
}

type floor struct {
	mac        hash.Hash
	buf, plain []byte
	sum        [32]byte
}

type floorClaims struct {
	sub, jti, kind, csrf string
	iat, nbf, exp        int64
	fresh                bool
	roles                string
}

func (f *floor) signature(token string) bool {
	dot := strings.LastIndexByte(token, '.')
	f.buf = append(f.buf[:0], token...)
	f.mac.Reset()
	f.mac.Write(f.buf[:dot])
	var text [43]byte
	base64.RawURLEncoding.Encode(text[:], f.mac.Sum(f.sum[:0]))
	return hmac.Equal(text[:], f.buf[dot+1:])
}

func (f *floor) verify(token string) *floorClaims {
	if !f.signature(token) {
		return nil
	}
	body := f.buf[strings.IndexByte(token, '.')+1 : strings.LastIndexByte(token, '.')]
	var err error
	if f.plain, err = base64.RawURLEncoding.AppendDecode(f.plain[:0], body); err != nil {
		return nil
	}
	return scanFloor(string(f.plain))
}

// scanFloor takes members for granted.
func scanFloor(text string) *floorClaims {
	c := new(floorClaims)
	for i := 1; i < len(text); i++ {
		end := i + 1 + strings.IndexByte(text[i+1:], '"')
		name := text[i+1 : end]
		i = end + 2
		start := i
		for depth := 0; depth > 0 || text[i] != ',' && text[i] != '}'; i++ {
			switch text[i] {
			case '"':
				i += 1 + strings.IndexByte(text[i+1:], '"')
			case '[':
				depth++
			case ']':
				depth--
			}
		}
		value := text[start:i]
		switch name {
		case "sub":
			c.sub = value[1 : len(value)-1]
		case "jti":
			c.jti = value[1 : len(value)-1]
		case "type":
			c.kind = value[1 : len(value)-1]
		case "csrf":
			c.csrf = value[1 : len(value)-1]
		case "iat":
			c.iat, _ = strconv.ParseInt(value, 10, 64)
		case "nbf":
			c.nbf, _ = strconv.ParseInt(value, 10, 64)
		case "exp":
			c.exp, _ = strconv.ParseInt(value, 10, 64)
		case "fresh":
			c.fresh = value == "true"
		case "roles":
			c.roles = value
		}
	}
	return c
}

func (f *floor) sign(head, claims string) string {
	f.buf = append(append(f.buf[:0], head...), '.')
	f.plain = append(f.plain[:0], claims...)
	f.buf = base64.RawURLEncoding.AppendEncode(f.buf, f.plain)
	f.mac.Reset()
	f.mac.Write(f.buf)
	f.buf = append(f.buf, '.')
	f.buf = base64.RawURLEncoding.AppendEncode(f.buf, f.mac.Sum(f.sum[:0]))
	return string(f.buf)
}
