package flaskjwt_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/jwt"
)

func TestMistakesAllAtOnce(t *testing.T) {
	settings := flaskjwt.Settings{
		"JWT_SECRET_KEY":           "super-secret",
		"JWT_ACCESS_TOKEN_EXPIRES": "banana",
		"JWT_TOKEN_LOCATION":       []any{"headers", "banana"},
		"JWT_HEADER_NAME":          "",
		"JWT_COOKIE_SAMESITE":      "sometimes",
		"JWT_DECODE_LEEWAY":        61,
		"JWT_COOKIE_SECURE":        "yes",
		"JWT_ACCESS_COOKIE_PATH":   []any{"/a", "/b"},
		"JWT_REFRESH_COOKIE_PATH":  "refresh",
		"JWT_DECODE_AUDIENCE":      5,
		"JWT_CSRF_METHODS":         5,
		"JWT_QUERY_STRING_NAME":    5,
		"JWT_DECODE_ALGORITHMS":    []any{"none", "RS256"},
		"JWT_ACESS_TOKEN_EXPIRES":  5,
		"SQLALCHEMY_DATABASE_URI":  "none of our business",
	}
	_, err := flaskjwt.New(settings, flaskjwt.Options{})
	if err == nil {
		t.Fatal("New takes anything")
	}
	for key := range settings {
		if strings.HasPrefix(key, "JWT_") != strings.Contains(err.Error(), key) {
			t.Errorf("%s: named is %v in:\n%v", key, strings.Contains(err.Error(), key), err)
		}
	}
	if !errors.Is(err, jwt.ErrWeakSecret) || strings.Contains(err.Error(), "super-secret") {
		t.Errorf("the weak secret: %v", err)
	}
}

func TestLifetimes(t *testing.T) {
	for name, c := range map[string]struct {
		setting any
		want    any // seconds; nil: no exp
	}{
		"int":         {300, 300},
		"int64":       {int64(300), 300},
		"float64":     {float64(300), 300},
		"json number": {json.Number("300"), 300},
		"text":        {"5m", 300},
		"duration":    {5 * time.Minute, 300},
		"false":       {false, nil},
		"zero":        {0, nil},
		"negative":    {-60, -60},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, "JWT_ACCESS_TOKEN_EXPIRES": c.setting},
				flaskjwt.Options{Now: func() time.Time { return start }})
			if err != nil {
				t.Fatal(err)
			}
			token, err := m.CreateAccessToken(context.Background(), "ada", flaskjwt.TokenOptions{})
			if err != nil {
				t.Fatal(err)
			}
			_, payload, err := m.DecodeToken(context.Background(), token, flaskjwt.DecodeOptions{AllowExpired: true})
			if err != nil {
				t.Fatal(err)
			}
			exp, has := payload["exp"].(json.Number)
			if n, _ := exp.Int64(); has != (c.want != nil) || has && n != start.Unix()+int64(c.want.(int)) {
				t.Errorf("exp is %v", payload["exp"])
			}
		})
	}
	for _, bad := range []any{true, nil, 60.5, "60", json.Number("60.5"), []any{60}} {
		if _, err := flaskjwt.New(flaskjwt.Settings{"JWT_SECRET_KEY": secret, "JWT_ACCESS_TOKEN_EXPIRES": bad}, flaskjwt.Options{}); err == nil {
			t.Errorf("%v is taken for a lifetime", bad)
		}
	}
}

func TestStartUpNeedsKeysThatVerify(t *testing.T) {
	for name, s := range map[string]flaskjwt.Settings{
		"no secret":     {},
		"no public key": {"JWT_ALGORITHM": "RS256"},
	} {
		m, err := flaskjwt.New(s, flaskjwt.Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := latchkey.New(m.Config()); err == nil {
			t.Errorf("%s: the application starts", name)
		}
		if _, err := m.CreateAccessToken(context.Background(), "ada", flaskjwt.TokenOptions{}); err == nil {
			t.Errorf("%s: a token is issued", name)
		}
	}
}

// Tokens that a Flask application signed with key pairs verify here, and ours
// have what it asks of them.
func TestKeyPairs(t *testing.T) {
	dir := os.Getenv("LATCHKEY_VECTORS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("set LATCHKEY_VECTORS")
		}
		t.Skip("NOT TESTED with recorded key pairs: set LATCHKEY_VECTORS")
	}
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join(dir, "flask-keys", name+".pem"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for algorithm, name := range map[string]string{"RS256": "rsa", "RS512": "rsa", "PS256": "rsa", "ES256": "p256", "ES384": "p384", "EdDSA": "ed25519"} {
		t.Run(algorithm, func(t *testing.T) {
			settings := flaskjwt.Settings{
				"JWT_ALGORITHM": algorithm, "JWT_PRIVATE_KEY": read(name + "_private"), "JWT_PUBLIC_KEY": read(name + "_public"),
			}
			a := newApp(t, settings, flaskjwt.Options{}, nil)
			access, _ := a.tokens("/login", "")
			header, err := flaskjwt.UnverifiedHeader(access)
			if err != nil || header["alg"] != algorithm || header["kid"] != nil {
				t.Errorf("the header is %v, %v", header, err)
			}
			// Another process that has the public key only.
			delete(settings, "JWT_PRIVATE_KEY")
			verifier := newApp(t, settings, flaskjwt.Options{}, nil)
			verifier.wants("GET", "/protected", access, 200, "ada")
		})
	}
}
