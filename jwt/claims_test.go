package jwt

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestNumericDates is every odd value of exp, nbf and iat. What they are read
// as is in whole seconds; malformed is ErrClaims.
func TestNumericDates(t *testing.T) {
	const malformed = -1
	cases := []struct {
		text string
		want int64
	}{
		{`0`, 0},
		{`1`, 1},
		{`0.5`, 0}, // cut off
		{`1.0`, 1},
		{`1e3`, 1000},
		{`1E3`, 1000},
		{`1.5e1`, 15},
		{`1e-7`, 0},
		{`1800000000.25`, 1800000000},
		{`1799999999.99999999999999`, 1799999999}, // not rounded up
		{`2147483647`, 1<<31 - 1},
		{`2147483648`, 1 << 31},
		{`9007199254740991`, 1<<53 - 1},
		{`9007199254740992`, 1 << 53},
		{`9007199254740993`, malformed},
		{`9223372036854775807`, malformed},
		{`9223372036854775808`, malformed},
		{`1e19`, malformed},
		{`1e308`, malformed},
		{`1e400`, malformed},
		{`10000000000000000000000000000000000000000`, malformed},
		{`0.00000000000000000000000000000000000001`, 0},
		{`4102444800.00000000000000000000000000000001`, 4102444800}, // RFC 7519 does not bound the digits
		{`4102444800000000000000000000000000000000e-30`, 4102444800},
		{`-1`, malformed},
		{`-0`, malformed},
		{`-0.5`, malformed},
		{`"9999999999"`, malformed},
		{`""`, malformed},
		{`true`, malformed},
		{`false`, malformed},
		{`null`, malformed},
		{`[]`, malformed},
		{`[1]`, malformed},
		{`{}`, malformed},
		{`NaN`, malformed},
		{`Infinity`, malformed},
		{`-Infinity`, malformed},
		{`01`, malformed},
		{`1.`, malformed},
		{`.5`, malformed},
		{`+1`, malformed},
		{`0x10`, malformed},
		{`1_000`, malformed},
	}
	for _, c := range cases {
		for _, claim := range []string{"exp", "nbf", "iat"} {
			var got Claims
			err := claimRules{}.parse(&got, `{"`+claim+`":`+c.text+`}`)
			if c.want == malformed {
				if !errors.Is(err, ErrClaims) {
					t.Errorf("%s: %s: got %v, want ErrClaims", claim, c.text, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %s: %v", claim, c.text, err)
				continue
			}
			when := map[string]time.Time{"exp": got.ExpiresAt, "nbf": got.NotBefore, "iat": got.IssuedAt}[claim]
			if when.Unix() != c.want || when.IsZero() || when.Location() != time.UTC {
				t.Errorf("%s: %s is %v, want %d", claim, c.text, when, c.want)
			}
		}
	}
}

// TestMalformedClaims are payloads that are signed well and refused, through
// the scanner and without it.
func TestMalformedClaims(t *testing.T) {
	k := testKey(t, HS256)
	for name, payload := range map[string]string{
		"case variant of sub":           `{"sub":"a","SUB":"admin"}`,
		"case variant alone":            `{"Sub":"admin"}`,
		"long s in sub":                 `{"sub":"a","ſub":"admin"}`,
		"long s, escaped":               `{"sub":"a","\u017fub":"admin"}`,
		"escaped case variant":          `{"sub":"a","\u0053ub":"admin"}`,
		"fresh and FRESH":               `{"fresh":false,"FRESH":true}`,
		"Exp":                           `{"exp":1,"Exp":1800000900}`,
		"Roles":                         `{"roles":[],"Roles":["admin"]}`,
		"duplicate exp":                 `{"exp":1,"exp":1800000900}`,
		"duplicate exp, one escaped":    `{"exp":1,"\u0065xp":1800000900}`,
		"duplicate sub":                 `{"sub":"a","sub":"admin"}`,
		"duplicate private claim":       `{"a":1,"a":2}`,
		"duplicate in an object":        `{"o":{"a":1,"a":2}}`,
		"duplicate deep down":           `{"o":[[{"x":[{"a":1,"b":2,"a":1}]}]]}`,
		"sub is a number":               `{"sub":1}`,
		"sub is null":                   `{"sub":null}`,
		"sub is an array":               `{"sub":["a"]}`,
		"iss is an object":              `{"iss":{}}`,
		"jti is a number":               `{"jti":7}`,
		"aud is a number":               `{"aud":1}`,
		"aud is null":                   `{"aud":null}`,
		"aud is an object":              `{"aud":{"a":"b"}}`,
		"aud is empty":                  `{"aud":[]}`,
		"aud is nested":                 `{"aud":[["x"]]}`,
		"aud is mixed":                  `{"aud":["x",1]}`,
		"aud has null":                  `{"aud":["x",null]}`,
		"invalid UTF-8 in sub":          "{\"sub\":\"a\xff\"}",
		"overlong UTF-8":                "{\"sub\":\"\xc0\xaf\"}",
		"UTF-8 of a surrogate":          "{\"sub\":\"\xed\xa0\x80\"}",
		"invalid UTF-8 in a name":       "{\"\xff\":1}",
		"invalid UTF-8, private":        "{\"x\":\"\xe2\x28\xa1\"}",
		"invalid UTF-8 in an array":     "{\"x\":[\"\xff\"]}",
		"lone surrogate":                `{"sub":"\ud800"}`,
		"surrogates reversed":           `{"x":"\udc00\ud800"}`,
		"NUL in sub":                    `{"sub":"admin\u0000"}`,
		"NUL in a private claim":        `{"x":"\u0000"}`,
		"NUL in a name":                 `{"a\u0000b":1}`,
		"NUL deep down":                 `{"x":[{"y":"a\u0000"}]}`,
		"bare control character":        "{\"sub\":\"a\nb\"}",
		"bare NUL":                      "{\"sub\":\"a\x00b\"}",
		"trailing data":                 `{"sub":"a"}{}`,
		"trailing word":                 `{"sub":"a"} x`,
		"leading byte order mark":       "\ufeff{}",
		"trailing comma":                `{"sub":"a",}`,
		"comment":                       `{/**/"sub":"a"}`,
		"single quotes":                 `{'sub':'a'}`,
		"name without quotes":           `{sub:"a"}`,
		"empty":                         ``,
		"array":                         `[]`,
		"string":                        `"sub"`,
		"number":                        `1`,
		"null":                          `null`,
		"unfinished":                    `{"sub":"a"`,
		"unfinished array":              `{"a":[1`,
		"missing colon":                 `{"sub" "a"}`,
		"missing value":                 `{"sub":}`,
		"bad literal":                   `{"x":tru}`,
		"capital literal":               `{"x":True}`,
		"too deep":                      `{"x":` + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth) + `}`,
		"bad escape":                    `{"sub":"\x61"}`,
		"number with a leading zero":    `{"x":007}`,
		"minus alone":                   `{"x":-}`,
		"two values":                    `{"x":1 2}`,
		"array with a trailing comma":   `{"x":[1,]}`,
		"array without commas":          `{"x":["a""b"]}`,
		"array closed by a brace":       `{"x":[1}`,
		"string runs into the end":      `{"x":"`,
		"name runs into the end":        `{"x`,
		"more than the object":          `{}}`,
		"exp in the future as a string": `{"exp":"1800000900"}`,
	} {
		t.Run(name, func(t *testing.T) {
			e := Expect{Now: epoch, InsecureAllowMissingExpiry: true}
			if _, err := verifyBothWays(t, k, forge(t, k, plainHeader(k), payload), e); !errors.Is(err, ErrClaims) {
				t.Errorf("Verify: got %v, want ErrClaims", err)
			}
			var c Claims
			if scanClaims(&c, payload) {
				t.Error("the scanner says done")
			}
			if _, err := k.KeySet().Sign(Header{}, []byte(payload)); !errors.Is(err, ErrClaims) {
				t.Errorf("Sign: got %v, want ErrClaims", err)
			}
		})
	}
}

// claimsForms is one set of claims written so that the scanner reads it, and so
// that it does not.
var claimsForms = map[string]string{
	"compact": `{"iss":"i","sub":"s","aud":["a","b"],"exp":1800000900,"nbf":1700000000,"iat":1700000001,"jti":"j","n":-7,"big":9007199254740993,"t":true,"f":false,"nul":null,"str":"ü","list":["x",1,null],"obj":{"k":"v"},"frac":1.5,"":"empty"}`,
	"spaced": `{ "iss" : "i", "sub":"\u0073", "aud":["a","\u0062"], "exp":1.8000009e9, "nbf":1700000000.9, "iat":1700000001.0,
		"jti":"j", "n":-7, "big":9007199254740993, "\u0074":true, "f":false, "nul":null, "str":"\u00fc", "list":["x",1,null], "obj":{"k":"v"}, "frac":1.5, "":"empty" }`,
}

func TestClaims(t *testing.T) {
	k := testKey(t, HS256)
	for name, text := range claimsForms {
		t.Run(name, func(t *testing.T) {
			token, err := k.KeySet().Verify(forge(t, k, plainHeader(k), text), Expect{Now: epoch})
			if err != nil {
				t.Fatal(err)
			}
			c := token.Claims
			got := fmt.Sprint(c.Issuer, c.Subject, c.Audience, c.ExpiresAt.Unix(), c.NotBefore.Unix(), c.IssuedAt.Unix(), c.ID)
			if want := "is[a b]1800000900 1700000000 1700000001j"; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
				t.Errorf("registered claims: %s, want %s", got, want)
			}
			if string(c.Payload()) != text {
				t.Errorf("Payload: %s", c.Payload())
			}
			checkPrivateClaims(t, c)
			var into struct {
				Sub  string            `json:"sub"`
				Obj  map[string]string `json:"obj"`
				SUB  string            `json:"SUB"`
				Frac float64           `json:"frac"`
			}
			if err := c.Decode(&into); err != nil || into.Sub != "s" || into.Obj["k"] != "v" || into.SUB != "" || into.Frac != 1.5 {
				t.Errorf("Decode: %+v, %v", into, err)
			}
		})
	}
}

func checkPrivateClaims(t *testing.T, c *Claims) {
	t.Helper()
	if n, ok := c.Int("n"); n != -7 || !ok {
		t.Errorf("Int n: %d, %v", n, ok)
	}
	if s, ok := c.String("str"); s != "ü" || !ok {
		t.Errorf("String str: %q, %v", s, ok)
	}
	if s, ok := c.String(""); s != "empty" || !ok {
		t.Errorf("String of the empty name: %q, %v", s, ok)
	}
	if v, ok := c.Bool("t"); !v || !ok {
		t.Errorf("Bool t: %v, %v", v, ok)
	}
	if v, ok := c.Bool("f"); v || !ok {
		t.Errorf("Bool f: %v, %v", v, ok)
	}
	if raw, ok := c.Raw("obj"); string(raw) != `{"k":"v"}` || !ok {
		t.Errorf("Raw obj: %s, %v", raw, ok)
	}
	if raw, ok := c.Raw("list"); string(raw) != `["x",1,null]` || !ok {
		t.Errorf("Raw list: %s, %v", raw, ok)
	}
	if !c.Has("nul") || c.Has("absent") || c.Has("N") {
		t.Error("Has")
	}
	for _, name := range []string{"big", "frac", "str", "t", "nul", "list", "absent"} {
		if n, ok := c.Int(name); ok {
			t.Errorf("Int %s: %d", name, n)
		}
	}
	for _, name := range []string{"n", "t", "nul", "list", "absent", "STR"} {
		if s, ok := c.String(name); ok {
			t.Errorf("String %s: %q", name, s)
		}
	}
	for _, name := range []string{"n", "str", "nul", "absent"} {
		if v, ok := c.Bool(name); ok {
			t.Errorf("Bool %s: %v", name, v)
		}
	}
	if raw, ok := c.Raw("absent"); ok {
		t.Errorf("Raw absent: %s", raw)
	}
}

// TestClaimsAreCopies: what a caller does with the results changes no claims.
func TestClaimsAreCopies(t *testing.T) {
	var c Claims
	if err := (claimRules{}.parse(&c, `{"x":[1]}`)); err != nil {
		t.Fatal(err)
	}
	raw, _ := c.Raw("x")
	raw[1] = '9'
	c.Payload()[0] = '!'
	if again, _ := c.Raw("x"); string(again) != `[1]` || string(c.Payload()) != `{"x":[1]}` {
		t.Error("the claims have changed")
	}
}

// TestManyClaims has more members than the scanner takes.
func TestManyClaims(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"exp":1800000900`)
	for i := range 200 {
		fmt.Fprintf(&b, `,"c%d":%d`, i, i)
	}
	b.WriteString(`}`)
	k := testKey(t, HS256)
	token, err := verifyBothWays(t, k, forge(t, k, plainHeader(k), b.String()), Expect{Now: epoch})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if n, ok := token.Claims.Int(fmt.Sprintf("c%d", i)); !ok || n != int64(i) {
			t.Errorf("c%d is %d, %v", i, n, ok)
		}
	}
}
