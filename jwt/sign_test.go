package jwt

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func decodedHeader(t *testing.T, token string) string {
	t.Helper()
	head, _, _ := strings.Cut(token, ".")
	text, ok := decodeText(head)
	if !ok {
		t.Fatalf("header of %q", token)
	}
	return string(text)
}

func TestSignHeader(t *testing.T) {
	k := must(testKey(t, HS256).WithID("k1"))
	set := k.KeySet()
	for _, c := range []struct {
		header Header
		want   string
	}{
		{Header{}, `{"alg":"HS256","kid":"k1"}`},
		{Header{Type: "at+jwt"}, `{"alg":"HS256","kid":"k1","typ":"at+jwt"}`},
		{Header{Type: "at+jwt", OmitKeyID: true}, `{"alg":"HS256","typ":"at+jwt"}`},
		{Header{OmitKeyID: true}, `{"alg":"HS256"}`},
		{Header{Extra: map[string]any{"z": 1, "a": []string{"x"}, "q\"": nil}}, `{"alg":"HS256","kid":"k1","a":["x"],"q\"":null,"z":1}`},
		{Header{Extra: map[string]any{"m": map[string]int{"b": 2, "a": 1}}}, `{"alg":"HS256","kid":"k1","m":{"a":1,"b":2}}`},
		{Header{}, `{"alg":"HS256","kid":"k1"}`}, // extras are not remembered
	} {
		for range 2 {
			token, err := set.Sign(c.header, []byte(goodClaims))
			if err != nil {
				t.Errorf("%+v: %v", c.header, err)
				continue
			}
			if got := decodedHeader(t, token); got != c.want {
				t.Errorf("%+v: %s, want %s", c.header, got, c.want)
			}
			if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); err != nil {
				t.Errorf("%+v: %v", c.header, err)
			}
		}
	}
}

func TestSignRefused(t *testing.T) {
	set := testKey(t, HS256).KeySet()
	for name, h := range map[string]Header{
		"type with a space":   {Type: "at jwt"},
		"type with a quote":   {Type: `"`},
		"type too long":       {Type: strings.Repeat("x", 128)},
		"alg":                 {Extra: map[string]any{"alg": "none"}},
		"ALG":                 {Extra: map[string]any{"ALG": "none"}},
		"typ":                 {Extra: map[string]any{"typ": "x"}},
		"kid":                 {Extra: map[string]any{"kid": "x"}},
		"Kelvin sign in kid":  {Extra: map[string]any{"\u212aid": "x"}},
		"crit":                {Extra: map[string]any{"crit": []string{"x"}}},
		"b64":                 {Extra: map[string]any{"b64": false}},
		"jwk":                 {Extra: map[string]any{"jwk": map[string]string{}}},
		"jku":                 {Extra: map[string]any{"jku": "https://example.com/"}},
		"x5u":                 {Extra: map[string]any{"x5u": "https://example.com/"}},
		"x5c":                 {Extra: map[string]any{"x5c": []string{}}},
		"x5t#s256":            {Extra: map[string]any{"x5t#s256": ""}},
		"enc":                 {Extra: map[string]any{"enc": "A256GCM"}},
		"zip":                 {Extra: map[string]any{"zip": "DEF"}},
		"not JSON":            {Extra: map[string]any{"x": make(chan int)}},
		"not a number":        {Extra: map[string]any{"x": math.NaN()}},
		"name not UTF-8":      {Extra: map[string]any{"\xff": 1}},
		"value not UTF-8":     {Extra: map[string]any{"x": "\xff"}},
		"NUL":                 {Extra: map[string]any{"x": "\x00"}},
		"longer than a token": {Extra: map[string]any{"x": strings.Repeat("x", MaxTokenLength)}},
	} {
		if token, err := set.Sign(h, []byte(goodClaims)); !errors.Is(err, ErrMalformed) || token != "" {
			t.Errorf("%s: got %q, %v, want ErrMalformed", name, token, err)
		}
	}
	long := `{"x":"` + strings.Repeat("x", MaxTokenLength) + `"}`
	if _, err := set.Sign(Header{}, []byte(long)); err == nil {
		t.Error("claims longer than a token are signed")
	}
	// The longest that fits is verified again.
	for size := MaxTokenLength*3/4 - 300; ; size++ {
		token, err := set.Sign(Header{}, []byte(`{"exp":1800000900,"x":"`+strings.Repeat("x", size)+`"}`))
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("got %v, want ErrMalformed", err)
			}
			break
		}
		if _, err := set.Verify(token, Expect{Now: epoch}); err != nil {
			t.Fatalf("%d bytes: %v", len(token), err)
		}
	}
}

// TestSignedClaimsAreCopies: the claims may be changed once Sign has returned.
func TestSignedClaimsAreCopies(t *testing.T) {
	set := testKey(t, HS256).KeySet()
	claims := []byte(goodClaims)
	token := must(set.Sign(Header{}, claims))
	for i := range claims {
		claims[i] = 'x'
	}
	if _, err := set.Verify(token, Expect{Now: epoch}); err != nil {
		t.Error(err)
	}
}
