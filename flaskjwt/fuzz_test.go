package flaskjwt

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/jwt"
)

// FuzzRefusals sends texts that are no good tokens. Whatever the loose reader
// makes of them, none passes, and none is answered as a fault of ours.
func FuzzRefusals(f *testing.F) {
	const secret = "9t0vB7Yk3hQw1Zr8LxCm5Nf2Sg6Jd4PaUe+oIiTzXVs="
	m, err := New(Settings{"JWT_SECRET_KEY": secret, "JWT_TOKEN_LOCATION": []string{"headers", "cookies", "json"}}, Options{})
	if err != nil {
		f.Fatal(err)
	}
	auth, err := latchkey.New(m.Config())
	if err != nil {
		f.Fatal(err)
	}
	key, err := jwt.NewHMACKey(jwt.HS256, []byte(secret))
	if err != nil {
		f.Fatal(err)
	}
	guard := auth.Required(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	f.Add(`{"alg":"HS256"}`, `{"sub":"a","sub":"b","exp":4102444800}`, true)
	f.Add(`{"alg":"HS256","typ":5}`, `{"exp":null}`, false)
	f.Add(`{"alg":"none"}`, `{"sub":NaN}`, false)
	f.Add(`{"alg":"HS256","crit":[]}`, "\ufeff{\"a\":\"\\ud800\"}", true)
	f.Add(`{"alg":"HS256"}`, strings.Repeat("[", 500), true)
	f.Fuzz(func(t *testing.T, header, payload string, signed bool) {
		raw := encodeSegment(header) + "." + encodeSegment(payload)
		if signed {
			raw += "." + macOf(secret, raw)
		} else {
			raw += ".AAAA"
		}
		_, genuine := key.KeySet().Verify(raw, m.expect(dialectWanted(m)))
		for _, place := range []string{"header", "cookie", "json"} {
			w := httptest.NewRecorder()
			guard.ServeHTTP(w, requestWith(place, raw))
			if genuine != nil && w.Code < 400 || w.Code >= 500 {
				t.Errorf("%s: %d %s", place, w.Code, w.Body)
			}
		}
	})
}
