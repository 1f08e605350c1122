package jwt

import (
	"errors"
	"testing"
	"time"
)

func TestAnySubject(t *testing.T) {
	k, err := GenerateKey(HS256)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1800000000, 0)
	for name, c := range map[string]struct {
		claims string
		signs  bool
	}{
		"string":          {`{"sub":"a","exp":1800000900}`, true},
		"number":          {`{"sub":7,"exp":1800000900}`, true},
		"object":          {`{"sub":{"id":1},"exp":1800000900}`, true},
		"null":            {`{"exp":1800000900,"sub":null}`, true},
		"twice":           {`{"sub":7,"sub":8,"exp":1800000900}`, false},
		"case variant":    {`{"sub":7,"SUB":"a","exp":1800000900}`, false},
		"another claim":   {`{"sub":7,"jti":7,"exp":1800000900}`, false},
		"not an object":   {`7`, false},
		"NUL in a string": {`{"sub":["\u0000"],"exp":1800000900}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := k.KeySet().Sign(Header{InsecureAnySubject: true}, []byte(c.claims))
			if (err == nil) != c.signs {
				t.Fatalf("signing gives %v", err)
			}
			if !c.signs {
				return
			}
			e := Expect{Now: now, InsecureAnySubject: true}
			if _, err := k.KeySet().Verify(token, e); err != nil {
				t.Errorf("refused: %v", err)
			}
			e.RequireSubject = true
			if _, err := k.KeySet().Verify(token, e); (err == nil) != (name == "string") {
				t.Errorf("with RequireSubject: %v", err)
			}
			if _, err := k.KeySet().Verify(token, Expect{Now: now}); (err == nil) != (name == "string") || err != nil && !errors.Is(err, ErrClaims) {
				t.Errorf("without the option: %v", err)
			}
		})
	}
}
