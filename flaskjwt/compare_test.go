package flaskjwt

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// comparison compares an answer with what was recorded or predicted.
type comparison struct {
	now         time.Time
	pythonJSON  bool   // the text after "Invalid … string:" is Python's own
	token, csrf string // what <token> and <csrf> stand for; empty: anything
}

var (
	uuidForm   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	timeForm   = regexp.MustCompile(`^<now(_float)?([+-]\d+(?:\.\d+)?)?>$`)
	pythonJSON = regexp.MustCompile(`^Invalid (header|payload) string: `)
)

// same says whether got is want, of which some texts stand for others.
func (c *comparison) same(want, got any) bool {
	switch want := want.(type) {
	case members:
		other, ok := got.(members)
		if !ok || len(other) != len(want) {
			return false
		}
		for name, value := range want {
			if have, has := other[name]; !has || !c.same(value, have) {
				return false
			}
		}
		return true
	case []any:
		other, ok := got.([]any)
		if !ok || len(other) != len(want) {
			return false
		}
		for i := range want {
			if !c.same(want[i], other[i]) {
				return false
			}
		}
		return true
	case string:
		return c.sameText(want, got)
	case json.Number:
		other, ok := got.(json.Number)
		return ok && sameNumber(want, other)
	}
	return want == got
}

func (c *comparison) sameText(want string, got any) bool {
	if m := timeForm.FindStringSubmatch(want); m != nil {
		n, ok := got.(json.Number)
		offset, _ := strconv.ParseFloat("0"+strings.TrimPrefix(m[2], "+"), 64)
		if strings.HasPrefix(m[2], "-") {
			offset, _ = strconv.ParseFloat(m[2], 64)
		}
		base := float64(c.now.UnixNano()) / 1e9
		if m[1] == "" {
			base = math.Floor(base)
		}
		f, err := n.Float64()
		return ok && err == nil && math.Abs(f-base-offset) < 1e-6
	}
	text, ok := got.(string)
	switch {
	case !ok:
		return false
	case want == "<uuid>":
		return uuidForm.MatchString(text)
	case want == "<token>":
		return text != "" && (c.token == "" || text == c.token)
	case want == "<csrf>":
		return text != "" && (c.csrf == "" || text == c.csrf)
	case c.pythonJSON && pythonJSON.MatchString(want):
		return strings.HasPrefix(text, pythonJSON.FindString(want))
	}
	return want == text
}

func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && x == y
}

// normal gives a value the types that encoding/json would.
func normal(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, err := readJSON(string(data))
	if err != nil {
		return nil
	}
	return out
}

// readCookies are the Set-Cookie headers in the form of the recorded ones.
func readCookies(h http.Header) []any {
	var all []any
	for _, line := range h["Set-Cookie"] {
		c, err := http.ParseSetCookie(line)
		if err != nil {
			all = append(all, "unreadable: "+line)
			continue
		}
		m := members{
			"name": c.Name, "value": c.Value, "path": orNil(c.Path), "domain": orNil(c.Domain),
			"max_age": nil, "expires": nil, "secure": c.Secure, "httponly": c.HttpOnly, "samesite": nil,
		}
		if strings.Contains(line, "Max-Age=") {
			m["max_age"] = json.Number(strconv.Itoa(max(c.MaxAge, 0)))
		}
		switch {
		case c.RawExpires == "Thu, 01 Jan 1970 00:00:00 GMT":
			m["expires"] = "epoch"
		case c.RawExpires != "":
			m["expires"] = json.Number(strconv.FormatInt(c.Expires.Unix(), 10))
		}
		for name, mode := range sameSiteModes {
			if name != "" && mode == c.SameSite {
				m["samesite"] = name
			}
		}
		all = append(all, m)
	}
	return all
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// resolveCookies completes recorded cookies: <now+max_age> is a time, and
// token_claims are what the token in ours must say.
func (c *comparison) resolveCookies(want, got []any) (wanted, have []any) {
	for i := range want {
		w := copied(want[i].(members))
		if w["expires"] == "<now+max_age>" {
			age, _ := w["max_age"].(json.Number).Int64()
			w["expires"] = json.Number(strconv.FormatInt(c.now.Unix()+age, 10))
		}
		if _, has := w["token_claims"]; has && i < len(got) {
			if g, ok := got[i].(members); ok {
				g = copied(g)
				t, _ := readLoosely(text(g, "value"))
				g["token_claims"] = t.payload
				got = append(append(append([]any{}, got[:i]...), g), got[i+1:]...)
			}
		}
		wanted = append(wanted, w)
	}
	return wanted, got
}

func copied(m members) members {
	c := members{}
	maps.Copy(c, m)
	return c
}

// sameAnswer compares two answers, cookies with their placeholders.
func (c *comparison) sameAnswer(want, got members) bool {
	want, got = copied(want), copied(got)
	wantCookies, _ := want["set_cookies"].([]any)
	gotCookies, _ := got["set_cookies"].([]any)
	delete(want, "set_cookies")
	delete(got, "set_cookies")
	if len(wantCookies) != len(gotCookies) || !c.same(want, got) {
		return false
	}
	wantCookies, gotCookies = c.resolveCookies(wantCookies, gotCookies)
	for i := range wantCookies {
		if !c.same(wantCookies[i], gotCookies[i]) {
			return false
		}
	}
	return true
}
