package jwt

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestExpect(t *testing.T) {
	k := testKey(t, HS256)
	base := Expect{Now: epoch}
	with := func(change func(*Expect)) Expect {
		e := base
		change(&e)
		return e
	}
	issuer := with(func(e *Expect) { e.Issuer = "https://i" })
	audience := with(func(e *Expect) { e.Audience = "api" })
	others := with(func(e *Expect) { e.OtherAudiences = []string{"x", "api"} })
	for _, c := range []struct {
		name   string
		claims string // exp is added
		expect Expect
		want   error
	}{
		{"nothing but exp", ``, base, nil},
		{"issuer", `"iss":"https://i"`, issuer, nil},
		{"issuer in another case", `"iss":"https://I"`, issuer, ErrIssuer},
		{"issuer with a slash more", `"iss":"https://i/"`, issuer, ErrIssuer},
		{"no issuer", ``, issuer, ErrIssuer},
		{"empty issuer", `"iss":""`, issuer, ErrIssuer},

		{"audience string", `"aud":"api"`, audience, nil},
		{"audience array", `"aud":["web","api"]`, audience, nil},
		{"audience not asked for", `"aud":["web","api"]`, base, nil},
		{"no audience", ``, audience, ErrAudience},
		{"empty audience", `"aud":""`, audience, ErrAudience},
		{"other audience", `"aud":"web"`, audience, ErrAudience},
		{"part of the audience", `"aud":"ap"`, audience, ErrAudience},
		{"more than the audience", `"aud":"api2"`, audience, ErrAudience},
		{"audience in another case", `"aud":"API"`, audience, ErrAudience},
		{"audiences in one string", `"aud":"web api"`, audience, ErrAudience},
		{"array of others (CVE-2020-26160)", `"aud":["evil"]`, audience, ErrAudience},
		{"empty array", `"aud":[]`, audience, ErrClaims},
		{"nested array", `"aud":[["api"]]`, audience, ErrClaims},
		{"mixed array", `"aud":["api",1]`, audience, ErrClaims},
		{"another that will do", `"aud":"api"`, others, nil},
		{"none of the others", `"aud":"web"`, others, ErrAudience},
		{"others and no audience", ``, others, ErrAudience},
		{"empty element and others", `"aud":""`, others, ErrAudience},

		{"sub", `"sub":"a"`, with(func(e *Expect) { e.RequireSubject = true }), nil},
		{"no sub", ``, with(func(e *Expect) { e.RequireSubject = true }), ErrMissingClaim},
		{"empty sub", `"sub":""`, with(func(e *Expect) { e.RequireSubject = true }), ErrMissingClaim},
		{"no jti", ``, with(func(e *Expect) { e.RequireID = true }), ErrMissingClaim},
		{"jti", `"jti":"1"`, with(func(e *Expect) { e.RequireID = true }), nil},
		{"no iat", ``, with(func(e *Expect) { e.RequireIssuedAt = true }), ErrMissingClaim},
		{"iat 0", `"iat":0`, with(func(e *Expect) { e.RequireIssuedAt = true }), nil},

		{"lifetime", `"iat":1800000000`, with(func(e *Expect) { e.MaxLifetime = 100 * time.Second }), nil},
		{"lifetime above", `"iat":1799999999`, with(func(e *Expect) { e.MaxLifetime = 100 * time.Second }), ErrLifetime},
		{"lifetime without iat", ``, with(func(e *Expect) { e.MaxLifetime = time.Hour }), ErrMissingClaim},
	} {
		t.Run(c.name, func(t *testing.T) {
			claims := `{"exp":1800000100}`
			if c.claims != "" {
				claims = `{"exp":1800000100,` + c.claims + `}`
			}
			_, err := verifyBothWays(t, k, forge(t, k, plainHeader(k), claims), c.expect)
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	k := testKey(t, HS256)
	now := epoch.Unix()
	for _, c := range []struct {
		name, claim string
		at          int64 // relative to now
		leeway      time.Duration
		exp         time.Duration // ExpiryLeeway
		want        error
	}{
		{"exp to come", "exp", 1, 0, 0, nil},
		{"exp now", "exp", 0, 0, 0, ErrExpired},
		{"exp past", "exp", -1, 0, 0, ErrExpired},
		{"leeway is not for exp", "exp", -1, MaxLeeway, 0, ErrExpired},
		{"exp within its leeway", "exp", -29, 0, 30 * time.Second, nil},
		{"exp at the end of its leeway", "exp", -30, 0, 30 * time.Second, ErrExpired},
		{"nbf now", "nbf", 0, 0, 0, nil},
		{"nbf past", "nbf", -1, 0, 0, nil},
		{"nbf to come", "nbf", 1, 0, 0, ErrNotYetValid},
		{"nbf within leeway", "nbf", 30, 30 * time.Second, 0, nil},
		{"nbf beyond leeway", "nbf", 31, 30 * time.Second, 0, ErrNotYetValid},
		{"iat now", "iat", 0, 0, 0, nil},
		{"iat to come", "iat", 1, 0, 0, ErrNotYetValid},
		{"iat within leeway", "iat", 60, time.Minute, 0, nil},
		{"iat beyond leeway", "iat", 61, time.Minute, 0, ErrNotYetValid},
		{"iat 2.5 hours ahead", "iat", 9000, time.Minute, 0, ErrNotYetValid},
	} {
		t.Run(c.name, func(t *testing.T) {
			claims := map[string]int64{"exp": now + 900}
			claims[c.claim] = now + c.at
			text := `{"exp":` + strconv.FormatInt(claims["exp"], 10)
			if c.claim != "exp" {
				text += `,"` + c.claim + `":` + strconv.FormatInt(claims[c.claim], 10)
			}
			e := Expect{Now: epoch, Leeway: c.leeway, ExpiryLeeway: c.exp}
			_, err := verifyBothWays(t, k, forge(t, k, plainHeader(k), text+`}`), e)
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestMissingExpiry(t *testing.T) {
	k := testKey(t, HS256)
	token := forge(t, k, plainHeader(k), `{"sub":"a"}`)
	if _, err := verifyBothWays(t, k, token, Expect{Now: epoch}); !errors.Is(err, ErrMissingClaim) {
		t.Errorf("got %v, want ErrMissingClaim", err)
	}
	if _, err := verifyBothWays(t, k, token, Expect{Now: epoch, SkipExpiry: true}); !errors.Is(err, ErrMissingClaim) {
		t.Errorf("SkipExpiry: got %v, want ErrMissingClaim", err)
	}
	if _, err := verifyBothWays(t, k, token, Expect{Now: epoch, InsecureAllowMissingExpiry: true}); err != nil {
		t.Errorf("InsecureAllowMissingExpiry: %v", err)
	}
	expired := forge(t, k, plainHeader(k), `{"exp":1}`)
	if _, err := verifyBothWays(t, k, expired, Expect{Now: epoch, InsecureAllowMissingExpiry: true}); !errors.Is(err, ErrExpired) {
		t.Errorf("an exp that is there counts: got %v, want ErrExpired", err)
	}
	if _, err := verifyBothWays(t, k, expired, Expect{Now: epoch, SkipExpiry: true}); err != nil {
		t.Errorf("SkipExpiry: %v", err)
	}
}

// TestExpiredComesLast: ErrExpired says that all else holds, and is the only
// error that comes with the token.
func TestExpiredComesLast(t *testing.T) {
	k := testKey(t, HS256)
	token := forge(t, k, plainHeader(k), `{"sub":"a","exp":1}`)
	got, err := k.KeySet().Verify(token, Expect{Now: epoch})
	var expired *ExpiredError
	if got != nil || !errors.As(err, &expired) || expired.Token.Claims.Subject != "a" {
		t.Errorf("got %v, %v", got, err)
	}
	for name, e := range map[string]Expect{
		"issuer":   {Now: epoch, Issuer: "i"},
		"audience": {Now: epoch, Audience: "a"},
		"type":     {Now: epoch, Types: []string{"at+jwt"}},
		"jti":      {Now: epoch, RequireID: true},
	} {
		if _, err := k.KeySet().Verify(token, e); errors.Is(err, ErrExpired) || err == nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err = k.KeySet().Verify(token[:len(token)-4]+"AAAA", Expect{Now: epoch})
	if !errors.Is(err, ErrSignature) || errors.Is(err, ErrExpired) || errors.As(err, &expired) && expired.Token == nil {
		t.Errorf("badly signed and expired: got %v, want ErrSignature alone", err)
	}
}

// TestTypes: tokens of different kinds are not taken for each other.
func TestTypes(t *testing.T) {
	k := testKey(t, HS256)
	kinds := []string{"at+jwt", "rt+jwt", "reset+jwt", "verify+jwt", "csrf+jwt", "JWT", "dpop+jwt"}
	for _, made := range kinds {
		token := forge(t, k, `{"alg":"HS256","typ":"`+made+`"}`, goodClaims)
		for _, wanted := range kinds {
			_, err := verifyBothWays(t, k, token, Expect{Now: epoch, Types: []string{wanted}})
			if made == wanted && err != nil || made != wanted && !errors.Is(err, ErrType) {
				t.Errorf("%s where %s is wanted: %v", made, wanted, err)
			}
		}
	}
	for _, c := range []struct {
		header string
		types  []string
		want   error
	}{
		{`{"alg":"HS256"}`, nil, nil},
		{`{"alg":"HS256"}`, []string{"at+jwt"}, ErrType},
		{`{"alg":"HS256","typ":"AT+JWT"}`, []string{"at+jwt"}, nil},
		{`{"alg":"HS256","typ":"application/at+jwt"}`, []string{"at+jwt"}, nil},
		{`{"alg":"HS256","typ":"Application/AT+jwt"}`, []string{"at+jwt"}, nil},
		{`{"alg":"HS256","typ":"at+jwt"}`, []string{"application/at+jwt"}, nil},
		{`{"alg":"HS256","typ":"application/x/at+jwt"}`, []string{"x/at+jwt"}, ErrType},
		{`{"alg":"HS256","typ":"text/at+jwt"}`, []string{"at+jwt"}, ErrType},
		{`{"alg":"HS256","typ":"rt+jwt"}`, []string{"at+jwt", "rt+jwt"}, nil},
		{`{"alg":"HS256","typ":""}`, nil, ErrMalformed},
		{`{"alg":"HS256","typ":1}`, nil, ErrMalformed},
		{`{"alg":"HS256","typ":null}`, nil, ErrMalformed},
		{`{"alg":"HS256","typ":["at+jwt"]}`, nil, ErrMalformed},
		{`{"alg":"HS256","typ":"at+jwt\n"}`, nil, ErrMalformed},
		{`{"alg":"HS256","typ":"` + strings.Repeat("a", 128) + `"}`, nil, ErrMalformed},
	} {
		_, err := verifyBothWays(t, k, forge(t, k, c.header, goodClaims), Expect{Now: epoch, Types: c.types})
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%s, types %v: got %v, want %v", c.header, c.types, err, c.want)
		}
	}
}

// TestUnusableExpect: mistakes of the program are said to be such.
func TestUnusableExpect(t *testing.T) {
	k := testKey(t, HS256)
	token := forge(t, k, plainHeader(k), goodClaims)
	for name, e := range map[string]Expect{
		"zero":                   {},
		"no time":                {Issuer: "i"},
		"leeway above":           {Now: epoch, Leeway: MaxLeeway + 1},
		"leeway negative":        {Now: epoch, Leeway: -1},
		"expiry leeway above":    {Now: epoch, ExpiryLeeway: MaxLeeway + 1},
		"expiry leeway negative": {Now: epoch, ExpiryLeeway: -1},
		"lifetime negative":      {Now: epoch, MaxLifetime: -1},
	} {
		if got, err := k.KeySet().Verify(token, e); !errors.Is(err, ErrExpect) || got != nil {
			t.Errorf("%s: got %v, %v, want ErrExpect", name, got, err)
		}
	}
}
