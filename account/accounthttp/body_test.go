package accounthttp

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReadBody(t *testing.T) {
	const jsonType = "application/json"
	for name, c := range map[string]struct {
		contentType, body string
		status            int // 0: accepted
	}{
		"as it should be":       {jsonType, `{"username":"ada","password":"p"}`, 0},
		"charset":               {"application/json; charset=UTF-8", `{"username":"ada"}`, 0},
		"space around":          {jsonType, " \n{\"username\":\"ada\"}\t\n", 0},
		"escapes":               {jsonType, `{"username":"\u0061da"}`, 0},
		"empty object":          {jsonType, `{}`, 0},
		"at the limit":          {jsonType, `{"username":"` + strings.Repeat("a", maxBodyBytes-15) + `"}`, 0},
		"above the limit":       {jsonType, `{"username":"` + strings.Repeat("a", maxBodyBytes-14) + `"}`, 413},
		"space above the limit": {jsonType, `{}` + strings.Repeat(" ", maxBodyBytes), 413},
		"no type":               {"", `{}`, 415},
		"plain text":            {"text/plain", `{}`, 415},
		"form":                  {"application/x-www-form-urlencoded", `username=ada`, 415},
		"other JSON type":       {"application/problem+json", `{}`, 415},
		"type that is garbage":  {"application/json; =", `{}`, 415},
		"other charset":         {"application/json; charset=utf-16", `{}`, 415},
		"nothing":               {jsonType, ``, 400},
		"null":                  {jsonType, `null`, 400},
		"array":                 {jsonType, `[{"username":"ada"}]`, 400},
		"string":                {jsonType, `"username"`, 400},
		"number":                {jsonType, `1`, 400},
		"cut off":               {jsonType, `{"username":"ada"`, 400},
		"trailing comma":        {jsonType, `{"username":"ada",}`, 400},
		"comment":               {jsonType, `{"username":"ada"/**/}`, 400},
		"single quotes":         {jsonType, `{'username':'ada'}`, 400},
		"second object":         {jsonType, `{"username":"ada"}{}`, 400},
		"trailing text":         {jsonType, `{"username":"ada"}x`, 400},
		"trailing NUL":          {jsonType, "{}\x00", 400},
		"byte order mark":       {jsonType, "\ufeff{}", 400},
		"UTF-16":                {jsonType, "\xff\xfe{\x00}\x00", 400},
		"unknown member":        {jsonType, `{"username":"ada","admin":true}`, 400},
		"other case":            {jsonType, `{"Username":"ada"}`, 400},
		"long s":                {jsonType, `{"uſername":"ada"}`, 400},
		"twice":                 {jsonType, `{"username":"ada","username":"eve"}`, 400},
		"twice by escape":       {jsonType, `{"username":"ada","\u0075sername":"eve"}`, 400},
		"value null":            {jsonType, `{"username":null}`, 400},
		"value number":          {jsonType, `{"username":1}`, 400},
		"value bool":            {jsonType, `{"username":true}`, 400},
		"value array":           {jsonType, `{"username":["ada"]}`, 400},
		"value object":          {jsonType, `{"username":{"$gt":""}}`, 400},
		"broken UTF-8":          {jsonType, "{\"username\":\"\xff\"}", 400},
		"lone surrogate":        {jsonType, `{"username":"\ud800"}`, 400},
		"control in string":     {jsonType, "{\"username\":\"a\nb\"}", 400},
		"deep":                  {jsonType, `{"username":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, 400},
		"deep, unknown member":  {jsonType, `{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
			if c.contentType != "" {
				r.Header.Set("Content-Type", c.contentType)
			}
			var in struct {
				Username text `json:"username"`
				Password text `json:"password"`
			}
			err := readBody(httptest.NewRecorder(), r, &in)
			if c.status == 0 {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			var p *problem
			if !errors.As(err, &p) || p.status != c.status {
				t.Fatalf("got %v, want status %d", err, c.status)
			}
			if p.msg == "" {
				t.Error("nothing says what to do")
			}
		})
	}
}

// A member's value may be a password, so no answer repeats it.
func TestReadBodyKeepsValuesToItself(t *testing.T) {
	for _, body := range []string{
		`{"password":12345678901}`, `{"password":["canary"]}`, `{"password":"canary"x`, `{"canary":"x"}`,
		"{\"password\":\"canary\xff\"}", `{"password":"canary","password":"canary"}`,
	} {
		var in struct {
			Password text `json:"password"`
		}
		var p *problem
		if err := decode([]byte(body), &in); !errors.As(err, &p) {
			t.Fatalf("%s: got %v", body, err)
		}
		if strings.Contains(p.msg, "canary") || strings.Contains(p.msg, "1234") {
			t.Errorf("%s is repeated in: %s", body, p.msg)
		}
	}
}

func TestReadBodyTwoContentTypes(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{}`))
	r.Header["Content-Type"] = []string{"application/json", "text/plain"}
	if isJSON(r) {
		t.Error("a request with two content types passes as JSON")
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"username":"ada"}`, `{}`, `{"username":null}`, "{\"username\":\"\xff\"}", `{"a":[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in struct {
			Username text `json:"username"`
		}
		err := decode(body, &in)
		if err == nil {
			return
		}
		var p *problem
		if !errors.As(err, &p) || p.status != http.StatusBadRequest {
			t.Fatalf("%q: %v", body, err)
		}
		if strings.Contains(p.msg, "member \"\"") || strings.Contains(p.msg, "\x00") {
			t.Fatalf("%q: the words are garbled: %s", body, p.msg)
		}
	})
}
