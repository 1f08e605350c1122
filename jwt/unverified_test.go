package jwt

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestInsecureParse(t *testing.T) {
	k := testKey(t, HS256)
	token := forge(t, k, `{"alg":"XS999","kid":"k","typ":"at+jwt"}`, `{"tenant":"a\u0062"}`)
	u, err := InsecureParse(token)
	if err != nil {
		t.Fatal(err)
	}
	if u.Algorithm != "XS999" || u.KeyID != "k" || u.Type != "at+jwt" || string(u.Payload) != `{"tenant":"a\u0062"}` ||
		string(u.Header) != `{"alg":"XS999","kid":"k","typ":"at+jwt"}` {
		t.Errorf("%+v", *u)
	}
	if claim, ok := u.Claim("tenant"); string(claim) != `"a\u0062"` || !ok {
		t.Errorf("claim %s, %v", claim, ok)
	}
	if claim, ok := u.Claim("absent"); ok {
		t.Errorf("absent claim %s", claim)
	}
	for _, payload := range []string{`{"a":1,"a":2}`, `{"a":1} x`, `[1]`, `text`} {
		u, err := InsecureParse(forge(t, k, plainHeader(k), payload))
		if err != nil {
			t.Fatal(err)
		}
		if claim, ok := u.Claim("a"); ok {
			t.Errorf("%s: claim %s", payload, claim)
		}
	}
	if s := fmt.Sprint(u); strings.Contains(s, "tenant") {
		t.Errorf("printed as %s", s)
	}
	for name, token := range map[string]string{
		"no token":        "x",
		"crit":            forge(t, k, `{"alg":"HS256","crit":["x"]}`, `{}`),
		"payload padded":  "eyJhbGciOiJIUzI1NiJ9.e30=.AA",
		"encrypted":       "a.b.c.d.e",
		"kid not allowed": forge(t, k, `{"alg":"HS256","kid":"a\nb"}`, `{}`),
	} {
		if u, err := InsecureParse(token); !errors.Is(err, ErrMalformed) || u != nil {
			t.Errorf("%s: got %v, %v, want ErrMalformed", name, u, err)
		}
	}
	if _, err := InsecureParse(forge(t, k, `{"typ":"JWT"}`, `{}`)); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("no alg: got %v, want ErrAlgorithm", err)
	}
}
