package flaskjwt

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/latchkey-go/latchkey"
)

// refusedAtStart is the answer when no application comes about.
var refusedAtStart = members{"refused": "at start-up"}

// playRequest sends the recorded request to a guard made from the case's
// settings.
func (v *vector) playRequest() members {
	m, err := v.manager()
	if err != nil {
		return refusedAtStart
	}
	auth, err := latchkey.New(m.Config())
	if err != nil {
		return refusedAtStart
	}
	handler := v.app(m, auth)
	// A guard that was made with a mistake is found when the application runs.
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if err := auth.Run(stopped); err != nil {
		return refusedAtStart
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, v.httpRequest())
	return v.readAnswer(w.Result())
}

// app is the recorded application: a guard and a handler.
func (v *vector) app(m *Manager, auth *latchkey.Auth) http.Handler {
	h := &testHandler{v: v, m: m, auth: auth}
	if v.Route["guard"] == "none" {
		return h
	}
	h.guarded = true
	args, _ := v.Route["args"].(members)
	p := latchkey.Policy{
		Optional:               args["optional"] == true,
		InsecureSkipRevocation: args["skip_revocation_check"] == true,
	}
	if args["fresh"] == true {
		p.MaxAge = AnyAge
	}
	switch {
	case args["verify_type"] == false && args["refresh"] == true:
		p.Type = AnyAsRefresh
	case args["verify_type"] == false:
		p.Type = latchkey.AnyToken
	case args["refresh"] == true:
		p.Type = latchkey.RefreshToken
	}
	switch l := v.Route["locations"].(type) {
	case string:
		p.Locations = []latchkey.Location{location(l)}
	case []any:
		for _, name := range l {
			text, _ := name.(string)
			p.Locations = append(p.Locations, location(text))
		}
	}
	return auth.Require(p)(h)
}

func location(name string) latchkey.Location {
	if l, ok := locationOf[name]; ok {
		return l
	}
	return latchkey.Location(name)
}

// httpRequest builds the recorded request.
func (v *vector) httpRequest() *http.Request {
	q := v.Request
	body, contentType := requestBody(q)
	target := text(q, "path")
	if query, _ := q["query"].(members); len(query) > 0 {
		values := url.Values{}
		for name, value := range query {
			values.Set(name, pythonText(value))
		}
		target += "?" + values.Encode()
	}
	r := httptest.NewRequest(text(q, "method"), target, strings.NewReader(body))
	if body == "" && contentType == "" {
		r.Body = http.NoBody
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	headers, _ := q["headers"].(members)
	for name, value := range headers {
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, one := range list {
			r.Header.Add(name, latin1(one.(string)))
		}
	}
	var pairs []string
	cookies, _ := q["cookies"].(members)
	for _, name := range sorted(cookies) {
		pairs = append(pairs, name+"="+cookies[name].(string))
	}
	if len(pairs) > 0 {
		r.Header.Add("Cookie", strings.Join(pairs, "; "))
	}
	return r
}

func requestBody(q members) (body, contentType string) {
	contentType = text(q, "content_type")
	if form, has := q["form"].(members); has {
		values := url.Values{}
		for name, value := range form {
			values.Set(name, value.(string))
		}
		return values.Encode(), "application/x-www-form-urlencoded"
	}
	if value, has := q["json"]; has {
		data, _ := json.Marshal(value)
		return string(data), "application/json"
	}
	if encoded, has := q["body_base64"].(string); has {
		data, _ := base64.StdEncoding.DecodeString(encoded)
		return string(data), contentType
	}
	return text(q, "body"), contentType
}

// readAnswer gathers what of an answer is compared.
func (v *vector) readAnswer(resp *http.Response) members {
	var body strings.Builder
	buffer := make([]byte, 1<<16)
	for {
		n, err := resp.Body.Read(buffer)
		body.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	answer := members{"status": json.Number(resp.Status[:3])}
	if v.Request["method"] != "HEAD" {
		answer["type"] = resp.Header.Get("Content-Type")
		if value, err := readJSON(body.String()); err == nil && answer["type"] == "application/json" {
			answer["json"] = value
		} else {
			answer["body"] = body.String()
		}
	}
	if cookies := readCookies(resp.Header); len(cookies) > 0 {
		answer["set_cookies"] = cookies
	}
	return answer
}

// recordedRequest brings the recorded answer into the same form.
func (v *vector) recordedRequest() members {
	r := v.recorded["response"].(members)
	if crash, crashed := r["crash"]; crashed {
		return members{"crash": crash}
	}
	answer := members{"status": r["status"]}
	if v.Request["method"] != "HEAD" {
		headers, _ := r["headers"].(members)
		answer["type"] = text(headers, "Content-Type")
		for _, part := range []string{"json", "body"} {
			if value, has := r[part]; has {
				answer[part] = value
			}
		}
	}
	if cookies, _ := r["set_cookies"].([]any); len(cookies) > 0 {
		answer["set_cookies"] = cookies
	}
	return answer
}
