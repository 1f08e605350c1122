package exchanges

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/examples/internal/webtest"
)

// Replay replays a recording.
type Replay struct {
	Site   *webtest.Site
	Secret string           // that the app signs with
	Now    func() time.Time // its clock
	Users  []string         // subjects that the app knows
	Gone   int              // what the app answers to a token of another
	Origin string           // of -cors

	// Change declares differences: it changes what is expected of a step. It is
	// false for a step that the test does itself, here and now.
	Change func(s *Step) bool

	t      *testing.T
	file   *File
	issued map[string]string // tokens by name
}

// Run replays all steps.
func (p *Replay) Run(t *testing.T, file *File) {
	p.t, p.file, p.issued = t, file, map[string]string{}
	for i := range file.Steps {
		s := file.Steps[i]
		s.Response.Headers = maps.Clone(s.Response.Headers)
		p.declared(&s)
		if !p.Change(&s) {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			outer := p.t
			p.t = t
			defer func() { p.t = outer }()
			p.compare(&s, p.send(&s.Request))
		})
	}
}

func (p *Replay) send(q *Request) webtest.Answer {
	var header []string
	for name, value := range q.Headers {
		header = append(header, name, p.fill(value))
	}
	for name, value := range q.Cookies {
		header = append(header, "Cookie", name+"="+p.fill(value))
	}
	body := string(q.JSON)
	switch {
	case q.Raw != nil:
		body = *q.Raw
	case q.Form != nil:
		form := url.Values{}
		for name, value := range q.Form {
			form.Set(name, value)
		}
		body = form.Encode()
		header = append(header, "Content-Type", "application/x-www-form-urlencoded")
	}
	return p.Site.Do(q.Method, q.Path, body, header...)
}

// declared are the differences that hold for every app.
func (p *Replay) declared(s *Step) {
	want := &s.Response
	name := strings.TrimPrefix(s.Request.Headers["Authorization"], "Bearer ")
	if p.lacks(name) {
		*want = Response{Status: 422, Headers: want.Headers, JSON: anyMessage}
	} else if p.file.Tokens[name] != nil && want.Status == 200 && !p.knows(name) {
		*want = Response{Status: p.Gone, Headers: want.Headers, JSON: anyMessage}
	}
	if want.Status >= 500 {
		want.Status = any4xx
	}
	if want.Status >= 400 || want.Status == any4xx {
		want.Headers["content-type"] = "application/json"
		if want.JSON == nil { // an HTML page
			want.JSON, want.Body = anyMessage, nil
		}
	}
	if s.Request.Method == "HEAD" {
		want.JSON, want.Body = nil, nil
	}
	// The original names its one origin in every answer; ours answers that of
	// the request.
	delete(want.Headers, "access-control-allow-origin")
	if origin := s.Request.Headers["Origin"]; origin == p.Origin {
		want.Headers["access-control-allow-origin"] = origin
	} else {
		delete(want.Headers, "access-control-expose-headers")
	}
}

func (p *Replay) knows(name string) bool {
	sub, _ := p.made(name).Claims["sub"].(string)
	if slices.Contains(p.Users, sub) {
		return true
	}
	return strings.HasPrefix(p.made(name).Issued, "by the back end")
}

// anyMessage stands for a JSON object with just a message.
const anyMessage = "<any message>"

// any4xx stands for a status that says that the client is at fault.
const any4xx = 4

// decoded is a JSON text as encoding/json has it.
func decoded(text string) any {
	var v any
	_ = json.Unmarshal([]byte(text), &v) // nil then
	return v
}
