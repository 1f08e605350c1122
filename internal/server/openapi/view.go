package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// view is the document as it is shown, on the page and in docs/reference/api.md.
type view struct {
	Title, Description string
	Groups             []groupView
	Errors             []errorView
	Schemas            []schemaView
	Credentials        []credentialView
}

type groupView struct {
	Name, Description string
	Operations        []operationView
}

type operationView struct {
	ID, Method, Path, Summary, Description string

	Access     string // what lets a request in, in words
	Parameters []memberView
	Body       *contentView
	BodyNote   string
	Responses  []responseView
	Curl       string
}

type responseView struct {
	Status, Name, Description string
	Headers                   []memberView
	Content                   *contentView
	Codes                     []string // of an error
}

// contentView is a body.
type contentView struct {
	MediaType string
	Type      typeView
	Examples  []exampleView
}

type exampleView struct{ Summary, JSON string }

// typeView is the type of a value in words, with the schema it names.
type typeView struct{ Words, Schema string }

type memberView struct {
	Name, Description string
	Type              typeView
	Required          bool
}

type schemaView struct {
	Name    string
	Extends []string
	Members []memberView
}

type errorView struct {
	Code, Cause, Fix string
	Statuses         []string
}

type credentialView struct{ Name, Description string }

// newView shows a document to clients of the server at base.
func newView(s *source, base string) (*view, error) {
	v := &view{Title: s.Info.Title, Description: s.Info.Description}
	for _, t := range s.Tags {
		v.Groups = append(v.Groups, groupView{Name: t.Name, Description: t.Description})
	}
	for _, path := range s.Paths {
		for _, op := range path.Value {
			i := slices.IndexFunc(v.Groups, func(g groupView) bool { return slices.Contains(op.Value.Tags, g.Name) })
			if i < 0 {
				return nil, fmt.Errorf("openapi: %s %s is in no group", op.Name, path.Name)
			}
			v.Groups[i].Operations = append(v.Groups[i].Operations, viewOperation(strings.ToUpper(op.Name), path.Name, op.Value, base))
		}
	}
	for _, m := range s.Components.Schemas {
		if len(m.Value.OneOf) == 0 { // the codes of errors have their own place
			v.Schemas = append(v.Schemas, viewSchema(m.Name, m.Value))
		}
	}
	for _, m := range s.Components.SecuritySchemes {
		v.Credentials = append(v.Credentials, credentialView{credentialNames[m.Name], m.Value.Description})
	}
	for _, m := range s.Components.Schemas {
		for _, code := range m.Value.OneOf {
			v.Errors = append(v.Errors, errorView{word(code.Const), code.Description, code.Fix, v.statuses(word(code.Const))})
		}
	}
	return v, nil
}

// statuses are those that a code comes with.
func (v *view) statuses(code string) []string {
	var all []string
	for _, group := range v.Groups {
		for _, op := range group.Operations {
			for _, r := range op.Responses {
				if slices.Contains(r.Codes, code) && !slices.Contains(all, r.Status) {
					all = append(all, r.Status)
				}
			}
		}
	}
	if status := anywhere[code]; !slices.Contains(all, status) && status != "" {
		all = append(all, status)
	}
	return all
}

// anywhere are the errors that may come anywhere, which are described once.
var anywhere = map[string]string{"method_not_allowed": "405", "not_found": "404", "internal": "500"}

func viewOperation(method, path string, op operation, base string) operationView {
	v := operationView{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: op.Description,
		Access: access(op.Security),
	}
	for _, p := range op.Parameters {
		v.Parameters = append(v.Parameters, memberView{p.Name, p.Description, viewType(p.Schema), p.Required})
	}
	if op.RequestBody != nil {
		v.Body, v.BodyNote = viewContent(op.RequestBody.Content), op.RequestBody.Description
	}
	for _, r := range op.Responses {
		v.Responses = append(v.Responses, viewResponse(r.Name, r.Value))
	}
	v.Curl = curl(method, path, op, v.Body, base)
	return v
}

func viewResponse(status string, r response) responseView {
	number, _ := strconv.Atoi(status) // the tests see to it that it is one
	v := responseView{Status: status, Name: http.StatusText(number), Description: r.Description}
	for _, h := range r.Headers {
		if h.Name == "Latchkey-Code" {
			continue // every error has it, which is said once
		}
		v.Headers = append(v.Headers, memberView{Name: h.Name, Description: h.Value.Description})
	}
	v.Content = viewContent(r.Content)
	for _, m := range r.Content {
		for _, property := range m.Value.Schema.Properties {
			for _, code := range property.Value.Enum {
				v.Codes = append(v.Codes, word(code))
			}
		}
	}
	if v.Content != nil && v.Content.Type.Schema == "NotReady" {
		v.Codes = []string{"not_ready"}
	}
	return v
}

func viewContent(content ordered[media]) *contentView {
	if len(content) == 0 {
		return nil
	}
	m := content[0].Value
	v := &contentView{MediaType: content[0].Name, Type: viewType(m.Schema)}
	if m.Example != nil {
		v.Examples = append(v.Examples, exampleView{"", indented(m.Example)})
	}
	for _, e := range m.Examples {
		if e.Value.Value != nil {
			v.Examples = append(v.Examples, exampleView{e.Value.Summary, indented(e.Value.Value)})
		}
	}
	return v
}

func viewSchema(name string, s schema) schemaView {
	v := schemaView{Name: name}
	for _, base := range s.AllOf {
		v.Extends = append(v.Extends, refName(base.Ref))
	}
	for _, p := range s.Properties {
		v.Members = append(v.Members, memberView{p.Name, p.Value.Description, viewType(p.Value), slices.Contains(s.Required, p.Name)})
	}
	return v
}

// viewType says in words what a value is.
func viewType(s schema) typeView {
	switch {
	case strings.HasSuffix(s.Ref, "ErrorCode"):
		return typeView{Words: "one of the codes above"}
	case s.Ref != "":
		return typeView{Schema: refName(s.Ref)}
	case s.Items != nil:
		items := viewType(*s.Items)
		words := strings.TrimSpace("list of " + items.Words)
		if slices.Contains(s.Type, "string") {
			words = "string or " + words
		}
		return typeView{words, items.Schema}
	case s.Const != nil:
		return typeView{Words: string(s.Const)}
	case s.Enum != nil:
		var values []string
		for _, value := range s.Enum {
			values = append(values, string(value))
		}
		return typeView{Words: strings.Join(values, ", ")}
	}
	words := strings.Join(s.Type, " or ")
	if s.Format == "date-time" {
		words = strings.Replace(words, "string", "time", 1)
	}
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		words += fmt.Sprintf(", %d to %d", *s.Minimum, *s.Maximum)
	case s.Minimum != nil && *s.Minimum > 0:
		words += fmt.Sprintf(", at least %d", *s.Minimum)
	}
	if s.Default != nil {
		words += ", default " + string(s.Default)
	}
	return typeView{Words: words}
}

// credentialNames are the security schemes in words.
var credentialNames = map[string]string{
	"accessCookie": "access cookie", "refreshCookie": "refresh cookie",
	"csrf": "CSRF header", "bearer": "bearer token", "client": "secret of a service",
}

// access says what lets a request in.
func access(ways []ordered[[]string]) string {
	var words []string
	for _, way := range ways {
		var all []string
		for _, scheme := range way {
			all = append(all, credentialNames[scheme.Name])
		}
		words = append(words, strings.Join(all, " with "))
	}
	switch i := slices.Index(words, ""); {
	case len(words) == 0:
		return "nothing"
	case i >= 0:
		words[i] = "nothing"
	}
	return strings.Join(words, ", or ")
}

// curl is a command that makes the request as a program without cookies does.
func curl(method, path string, op operation, content *contentView, base string) string {
	query := ""
	for _, p := range op.Parameters {
		switch {
		case p.In == "path":
			path = strings.Replace(path, "{"+p.Name+"}", p.Example, 1)
		case p.Example != "" && query == "":
			query = "?" + p.Name + "=" + p.Example
		}
	}
	lines := []string{"curl"}
	if method != http.MethodGet {
		lines[0] += " -X " + method
	}
	lines[0] += " '" + base + path + query + "'"
	data := ""
	if content != nil && len(content.Examples) > 0 {
		data = compact(content.Examples[len(content.Examples)-1].JSON)
	}
	if data == "{}" {
		data = ""
	}
	if words := access(op.Security); strings.Contains(words, "bearer token") && !(data != "" && strings.HasSuffix(words, "nothing")) {
		lines = append(lines, `-H "Authorization: Bearer $TOKEN"`)
	}
	switch {
	case data == "":
	case content.MediaType == "application/x-www-form-urlencoded":
		lines = append(lines, `-u "$CLIENT_ID:$CLIENT_SECRET"`, `-d "token=$TOKEN"`)
	default:
		lines = append(lines, "-H 'Content-Type: application/json'", "-d '"+strings.ReplaceAll(data, "'", `'\''`)+"'")
	}
	return strings.Join(lines, " \\\n  ")
}

// word is a JSON string without its quotation marks.
func word(text json.RawMessage) string { return strings.Trim(string(text), `"`) }

func indented(text json.RawMessage) string {
	var b bytes.Buffer
	_ = json.Indent(&b, text, "", "  ") // it is a part of JSON that has been read
	return b.String()
}

func compact(text string) string {
	var b bytes.Buffer
	_ = json.Compact(&b, []byte(text)) // as above
	return b.String()
}
