package exchanges

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// compare fails the test for each difference between an answer and what is
// expected.
func (p *Replay) compare(s *Step, got webtest.Answer) {
	p.t.Helper()
	want := &s.Response
	if s.Request.Headers["Access-Control-Request-Method"] != "" {
		p.comparePreflight(s, got)
		return
	}
	if got.Status != want.Status && (want.Status != any4xx || got.Status/100 != 4) {
		p.t.Errorf("status %d, want %d; the body is %s", got.Status, want.Status, got.Body)
	}
	p.compareHeaders(want.Headers, got.Header)
	p.compareBody(want, got)
	if given := readCookies(got.Header); !reflect.DeepEqual(given, sortedCookies(want.SetCookie)) {
		p.t.Errorf("cookies %v, want %v", given, want.SetCookie)
	}
	if got.Status >= 400 && strings.HasPrefix(got.Header.Get("Www-Authenticate"), "Bearer") {
		p.t.Error("a challenge of RFC 6750, which the original does not send")
	}
}

func (p *Replay) compareHeaders(want map[string]any, got http.Header) {
	p.t.Helper()
	for name, value := range want {
		switch name {
		case "content-type":
			if mediaType(got.Get(name)) != mediaType(value.(string)) && got.Get(name) != "" {
				p.t.Errorf("content-type %q, want %q", got.Get(name), value)
			}
		case "authorization", "refresh-token":
			p.take(strings.TrimPrefix(value.(string), "Bearer "), strings.TrimPrefix(got.Get(name), "Bearer "))
		case "allow", "access-control-expose-headers":
			for _, item := range list(value) {
				if !slices.Contains(list(got.Get(name)), item) {
					p.t.Errorf("%s: %q lacks %s", name, got.Get(name), item)
				}
			}
		default:
			if got.Get(name) != value {
				p.t.Errorf("%s: %q, want %q", name, got.Get(name), value)
			}
		}
	}
	if want["access-control-allow-origin"] == nil && got.Get("Access-Control-Allow-Origin") != "" {
		p.t.Errorf("the origin %s is allowed", got.Get("Access-Control-Allow-Origin"))
	}
	if !slices.Contains(list(strings.Join(got["Vary"], ", ")), "origin") {
		p.t.Errorf("Vary is %q", got["Vary"])
	}
}

func mediaType(contentType string) string {
	t, _, _ := strings.Cut(contentType, ";")
	return t
}

// list is that of a header, or of several, in lower case.
func list(value any) []string {
	if many, ok := value.([]any); ok {
		value = strings.Trim(fmt.Sprint(many), "[]")
	}
	return strings.FieldsFunc(strings.ToLower(value.(string)), func(r rune) bool { return r == ',' || r == ' ' })
}

// comparePreflight compares what a browser looks at. The status may be 200 or
// 204, and the lists may be longer than what was asked for.
func (p *Replay) comparePreflight(s *Step, got webtest.Answer) {
	p.t.Helper()
	if got.Status != 200 && got.Status != 204 || got.Body != "" {
		p.t.Errorf("a preflight is answered with %d %s", got.Status, got.Body)
	}
	allowed := s.Response.Headers["access-control-allow-origin"]
	if allowed == nil {
		for name := range got.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				p.t.Errorf("another origin gets the header %s", name)
			}
		}
		return
	}
	if got.Header.Get("Access-Control-Allow-Origin") != allowed {
		p.t.Errorf("the origin %q is allowed, want %s", got.Header.Get("Access-Control-Allow-Origin"), allowed)
	}
	for asked, answer := range map[string]string{
		"Access-Control-Request-Method": "Access-Control-Allow-Methods", "Access-Control-Request-Headers": "Access-Control-Allow-Headers",
	} {
		for _, item := range list(s.Request.Headers[asked]) {
			if !slices.Contains(list(got.Header.Get(answer)), item) {
				p.t.Errorf("%s: %q lacks %s", answer, got.Header.Get(answer), item)
			}
		}
	}
}

var numbers = regexp.MustCompile(`\d+`)

func (p *Replay) compareBody(want *Response, got webtest.Answer) {
	p.t.Helper()
	have := decoded(got.Body)
	members, isObject := have.(map[string]any)
	switch expected := want.JSON.(type) {
	case nil:
		if want.Body != nil && got.Body != *want.Body {
			p.t.Errorf("body %q, want %q", got.Body, *want.Body)
		}
		return
	case string:
		if len(members) != 1 || members["msg"] == nil && members["message"] == nil {
			p.t.Errorf("body %s, want a message", got.Body)
		}
		return
	case map[string]any:
		if text, named := expected["access_token"].(string); named && isObject {
			token, _ := members["access_token"].(string)
			p.take(text, token)
			expected["access_token"] = token
		}
		// Where the parser gave up depends on how long our payload is.
		if text, _ := expected["msg"].(string); isObject && strings.Contains(text, "payload string") {
			members["msg"] = numbers.ReplaceAllString(fmt.Sprint(members["msg"]), "N")
			expected["msg"] = numbers.ReplaceAllString(text, "N")
		}
	}
	if !reflect.DeepEqual(have, want.JSON) {
		text, _ := json.Marshal(want.JSON)
		p.t.Errorf("body %s, want %s", got.Body, text)
	}
}

// take keeps a token that the back end issued under its name, and compares its
// header and claims with the recorded ones.
func (p *Replay) take(name, text string) {
	p.t.Helper()
	if text == "" {
		p.t.Fatalf("no token %s", name)
	}
	p.issued[name] = text
	made, claims := p.made(name), webtest.Claims(p.t, text)
	iat, _ := claims["iat"].(float64)
	exp, _ := claims["exp"].(float64)
	if claims["nbf"] != claims["iat"] || fmt.Sprintf("iat+%d", int(exp-iat)) != made.Claims["exp"] {
		p.t.Errorf("%s: iat %v, nbf %v, exp %v, want %v", name, claims["iat"], claims["nbf"], claims["exp"], made.Claims["exp"])
	}
	if claims["type"] != made.Claims["type"] || claims["sub"] != fmt.Sprint(made.Claims["sub"]) {
		p.t.Errorf("%s: type %v and sub %v", name, claims["type"], claims["sub"])
	}
	if _, isBool := claims["fresh"].(bool); !isBool {
		p.t.Errorf("%s: fresh is %v", name, claims["fresh"])
	}
	want := []string{"sid"} // ours
	for claim := range made.Claims {
		want = append(want, claim)
	}
	for _, claim := range want {
		if claims[claim] == nil {
			p.t.Errorf("%s: no claim %s", name, claim)
		}
	}
	if len(claims) != len(want) {
		p.t.Errorf("%s has the claims %v", name, claims)
	}
}

func readCookies(h http.Header) []Cookie {
	var all []Cookie
	for _, line := range h["Set-Cookie"] {
		pair, attributes, _ := strings.Cut(line, "; ")
		c := Cookie{Attributes: map[string]any{}}
		c.Name, c.Value, _ = strings.Cut(pair, "=")
		for a := range strings.SplitSeq(attributes, "; ") {
			name, value, has := strings.Cut(a, "=")
			if has {
				c.Attributes[strings.ToLower(name)] = value
			} else {
				c.Attributes[strings.ToLower(name)] = true
			}
		}
		all = append(all, c)
	}
	return sortedCookies(all)
}

func sortedCookies(all []Cookie) []Cookie {
	slices.SortFunc(all, func(a, b Cookie) int { return strings.Compare(a.Name, b.Name) })
	return all
}
