package flaskjwt_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/jwt"
)

// signed makes a token of any header and claims, each segment spelt by enc.
func signed(header, claims string, enc *base64.Encoding) string {
	input := enc.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

const plainClaims = `{"fresh":false,"iat":1,"jti":"id","type":"access","sub":"ann","csrf":"value","exp":4102444800}`

// TestHeaderSpaces: Python takes a no-break space for a space.
func TestHeaderSpaces(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	access, _ := a.tokens("/login", "")
	for _, value := range []string{
		"Bearer\xa0" + access, "\xa0Bearer " + access + "\x85", "Basic abc,\xa0Bearer " + access,
	} {
		r := httptest.NewRequest("GET", "/protected", nil)
		r.Header.Set("Authorization", value)
		w := httptest.NewRecorder()
		a.mux.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%q answers %d %s", value[:12], w.Code, w.Body)
		}
	}
}

// TestHeaderRefusals: the words for headers that PyJWT 2.12 refuses, in its
// order, and for one in a second spelling, whose signature nobody looked at.
func TestHeaderRefusals(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	const loose = "Signature verification failed"
	for _, test := range []struct {
		header, claims, want string
		enc                  *base64.Encoding
	}{
		{`{"alg":"HS256","crit":[1]}`, plainClaims, "Invalid 'crit' header: values must be strings", nil},
		{`{"alg":"HS256","crit":["b64"]}`, plainClaims, "Critical extension 'b64' is missing from headers", nil},
		{`{"alg":"HS256","crit":["exp"]}`, plainClaims, "Unsupported critical extension: exp", nil},
		{`{"alg":"HS256","kid":1,"crit":[]}`, `nope`, "Key ID header parameter must be a string", nil},
		{`{"alg":"HS256","typ":"JWT" }`, plainClaims, loose, base64.URLEncoding}, // with padding
	} {
		if test.enc == nil {
			test.enc = base64.RawURLEncoding
		}
		token := signed(test.header, test.claims, test.enc)
		a.wants("GET", "/protected", token, http.StatusUnprocessableEntity, `{"msg":"`+test.want+`"}`)
	}
}

// TestFormFields: the CSRF value is found in the form of every method that needs
// one, also beside fields that cannot be decoded, and the handler still has its
// body.
func TestFormFields(t *testing.T) {
	a := newApp(t, flaskjwt.Settings{
		"JWT_TOKEN_LOCATION": []string{"cookies"}, "JWT_CSRF_CHECK_FORM": true,
	}, flaskjwt.Options{}, nil)
	h := a.auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for body, want := range map[string]int{
			"csrf_token=value":                                  http.StatusOK,
			"a=%zz&csrf%5Ftoken=value&b;c":                      http.StatusOK,
			"csrf_token=value&csrf_token=no":                    http.StatusOK,
			"csrf_token=no&csrf_token=value":                    http.StatusUnauthorized,
			"csrf_token=":                                       http.StatusUnauthorized,
			"csrf_token=value&a=" + strings.Repeat("a", 64<<10): http.StatusUnauthorized,
		} {
			r := httptest.NewRequest(method, "/", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Cookie", "access_token_cookie="+signed(`{"alg":"HS256"}`, plainClaims, base64.RawURLEncoding))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != want || want == http.StatusOK && w.Body.String() != body {
				t.Errorf("%s %.40s answers %d %.60s, not %d", method, body, w.Code, w.Body, want)
			}
		}
	}
}

// TestQueryAsPython: of a query, too, what cannot be decoded stays as it is.
func TestQueryAsPython(t *testing.T) {
	a := newApp(t, flaskjwt.Settings{
		"JWT_TOKEN_LOCATION": []string{"query_string"}, "JWT_QUERY_STRING_VALUE_PREFIX": "Bearer ",
	}, flaskjwt.Options{}, nil)
	token := signed(`{"alg":"HS256"}`, plainClaims, base64.RawURLEncoding)
	for query, want := range map[string]string{
		"jwt=Bearer+" + token:           `{"sub":"ann"}`,
		"a;b&jwt=Bearer%20" + token:     `{"sub":"ann"}`,
		"jwt=Bearer%2":                  `{"msg":"Invalid value for query parameter 'jwt'. Expected the value to start with 'Bearer '"}`,
		"jwt=Bearer%20%zz":              `{"msg":"Not enough segments"}`,
		"jwt=%e9%C3%A9":                 `{"msg":"Invalid value for query parameter 'jwt'. Expected the value to start with 'Bearer '"}`,
		"jwt=Bearer%20" + token + "%e9": `{"msg":"Invalid crypto padding"}`,
		"jwt;x=1":                       `{"msg":"Missing 'jwt' query paramater"}`,
	} {
		r := httptest.NewRequest("GET", "/?"+query, nil)
		w := httptest.NewRecorder()
		a.auth.Required(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			tok, _ := latchkey.FromContext(r.Context())
			_, _ = io.WriteString(w, `{"sub":"`+tok.Subject+`"}`)
		})).ServeHTTP(w, r)
		if got := strings.TrimSpace(w.Body.String()); got != want {
			t.Errorf("%.30s answers %s, not %s", query, got, want)
		}
	}
}

// TestNoKeysToShow: where a function chooses the keys there are none to publish.
func TestNoKeysToShow(t *testing.T) {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	m, err := flaskjwt.New(flaskjwt.Settings{}, flaskjwt.Options{
		DecodeKey: func(context.Context, map[string]any, map[string]any) (*jwt.Key, error) { return key, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	auth, err := latchkey.New(m.Config())
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	auth.JWKSHandler().ServeHTTP(w, httptest.NewRequest("GET", "/jwks.json", nil))
	if w.Code != http.StatusOK || w.Body.String() != `{"keys":[]}` {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

// TestTruncatedClaims: the words for claims that end in the midst of a string are
// Python's.
func TestTruncatedClaims(t *testing.T) {
	a := newApp(t, nil, flaskjwt.Options{}, nil)
	for claims, want := range map[string]string{
		`{"`:       `Unterminated string starting at: line 1 column 2 (char 1)`,
		`{"a\`:     `Unterminated string starting at: line 1 column 2 (char 1)`,
		`{"\u00e`:  `Invalid \\uXXXX escape: line 1 column 4 (char 3)`,
		`{"\u00e9`: `Invalid \\uXXXX escape: line 1 column 4 (char 3)`,
		`{"\x"`:    `Invalid \\escape: line 1 column 3 (char 2)`,
	} {
		token := signed(`{"alg":"HS256"}`, claims, base64.RawURLEncoding)
		a.wants("GET", "/protected", token, http.StatusUnprocessableEntity, `{"msg":"Invalid payload string: `+want+`"}`)
	}
}

// TestCSRFHeaderTwice: of two values none is chosen.
func TestCSRFHeaderTwice(t *testing.T) {
	a := newApp(t, flaskjwt.Settings{"JWT_TOKEN_LOCATION": []string{"cookies"}}, flaskjwt.Options{}, nil)
	for _, test := range []struct {
		values []string
		status int
	}{
		{[]string{"value"}, http.StatusOK},
		{[]string{"value", "value"}, http.StatusUnauthorized},
		{[]string{"value", "other"}, http.StatusUnauthorized},
	} {
		r := httptest.NewRequest("POST", "/protected", nil)
		r.Header["X-Csrf-Token"] = test.values
		r.Header.Set("Cookie", "access_token_cookie="+signed(`{"alg":"HS256"}`, plainClaims, base64.RawURLEncoding))
		w := httptest.NewRecorder()
		a.mux.ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%q answers %d %s", test.values, w.Code, w.Body)
		}
	}
}
