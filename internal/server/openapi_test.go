package server_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/latchkey-go/latchkey/internal/server/openapi"
)

// description is the document that all answers are compared with.
var description = sync.OnceValues(func() (*openapi3.T, error) {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/jwk-set+json", openapi3filter.RegisteredBodyDecoder("application/json"))
	return openapi3.NewLoader().LoadFromData(openapi.JSON())
})

// checkDescribed fails the test if the document does not say that a request may
// be answered so: its address, method, status, headers and body. A request that
// was accepted must be described too.
func checkDescribed(t testing.TB, response *http.Response, body []byte) {
	t.Helper()
	doc, err := description()
	if err != nil {
		t.Fatal(err)
	}
	r := response.Request
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		return // a browser's question about CORS, answered before there is a route
	}
	if err := checkAnswer(doc, response, body); err != nil {
		t.Errorf("%s %s is answered with what is not described: %d %.300s\n%v", r.Method, r.URL.Path, response.StatusCode, body, err)
	}
}

func checkAnswer(doc *openapi3.T, response *http.Response, body []byte) error {
	r := response.Request
	path, params := findPath(doc, r.URL.EscapedPath())
	if path == "" {
		return checkNowhere(doc, response, body)
	}
	item := doc.Paths.Value(path)
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	op := item.GetOperation(method)
	if op == nil && response.StatusCode == http.StatusNotFound {
		return checkError(doc, response, body, "not_found") // a path with control characters
	}
	if op == nil {
		return checkMethod(doc, item, response, body)
	}
	seen.add(method+" "+path, response.StatusCode, body)
	if r.Method == http.MethodHead {
		body = nil
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, QueryParams: r.URL.Query(),
		Route:   &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op},
		Options: &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: checkCredentials},
	}
	if response.StatusCode < 300 {
		if err := checkRequest(input); err != nil {
			return err
		}
	}
	return checkResponse(input, response, body)
}

// checkRequest compares an accepted request with the document.
func checkRequest(input *openapi3filter.RequestValidationInput) error {
	original := input.Request
	input.Request = original.Clone(context.Background())
	input.Request.Body = nil
	if original.GetBody != nil {
		body, err := original.GetBody()
		if err != nil {
			return err
		}
		input.Request.Body = body
	}
	return openapi3filter.ValidateRequest(context.Background(), input)
}

// checkCredentials says whether a request has what a security scheme asks for.
func checkCredentials(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	r := input.RequestValidationInput.Request
	var there bool
	switch s := input.SecurityScheme; {
	case s.Scheme == "bearer":
		there = strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ")
	case s.Scheme == "basic":
		_, _, there = r.BasicAuth()
	case s.In == "cookie":
		there = len(r.CookiesNamed(s.Name))+len(r.CookiesNamed("__Host-"+s.Name)) > 0
	case s.In == "header":
		there = r.Header.Get(s.Name) != ""
	}
	if !there {
		return errors.New("the request lacks what " + input.SecuritySchemeName + " stands for")
	}
	return nil
}

// checkResponse compares an answer with the document.
func checkResponse(input *openapi3filter.RequestValidationInput, response *http.Response, body []byte) error {
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: response.StatusCode, Header: response.Header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: input.Options,
	})
	if err != nil || input.Request.Method == http.MethodHead {
		return err
	}
	described := input.Route.Operation.Responses.Status(response.StatusCode)
	if described == nil {
		return errors.New("the status is not described") // of 304 kin-openapi says nothing
	}
	content := described.Value.Content.Get("application/json")
	if len(described.Value.Content) == 0 && len(body) > 0 {
		return errors.New("no body is described")
	}
	if content == nil {
		return nil
	}
	var e struct{ Code, Error string } // the latter for other services
	if json.Unmarshal(body, &e) == nil && cmp.Or(e.Code, e.Error) != response.Header.Get("Latchkey-Code") {
		return errors.New("the header Latchkey-Code is another code")
	}
	return checkMembers(content.Schema, body)
}

// checkMembers fails for a member that is not described. The schemas allow any,
// for clients must, and it would go unnoticed.
func checkMembers(schema *openapi3.SchemaRef, body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	return undescribed("", []*openapi3.SchemaRef{schema}, value)
}

func undescribed(at string, schemas []*openapi3.SchemaRef, value any) error {
	switch v := value.(type) {
	case []any:
		var items []*openapi3.SchemaRef
		for _, s := range schemas {
			if s.Value.Items != nil {
				items = append(items, s.Value.Items)
			}
		}
		for _, item := range v {
			if err := undescribed(at+"[]", items, item); err != nil {
				return err
			}
		}
	case map[string]any:
		described := map[string][]*openapi3.SchemaRef{}
		for _, s := range schemas {
			collect(described, s)
		}
		if len(described) == 0 {
			return nil // only that it is an object is said
		}
		for name, member := range v {
			if described[name] == nil {
				return errors.New("the member " + at + "." + name + " is not described")
			}
			if err := undescribed(at+"."+name, described[name], member); err != nil {
				return err
			}
		}
	}
	return nil
}

// collect finds the members that a schema describes.
func collect(into map[string][]*openapi3.SchemaRef, s *openapi3.SchemaRef) {
	for name, property := range s.Value.Properties {
		into[name] = append(into[name], property)
	}
	for _, base := range s.Value.AllOf {
		collect(into, base)
	}
}

// checkMethod checks the answer to a method that an address does not have.
func checkMethod(doc *openapi3.T, item *openapi3.PathItem, response *http.Response, body []byte) error {
	if response.StatusCode != http.StatusMethodNotAllowed {
		return errors.New("the method is not described")
	}
	allowed := map[string]bool{}
	for name := range strings.SplitSeq(response.Header.Get("Allow"), ", ") {
		allowed[name] = true
	}
	delete(allowed, http.MethodHead)
	if described := slices.Collect(maps.Keys(item.Operations())); len(described) != len(allowed) ||
		slices.ContainsFunc(described, func(method string) bool { return !allowed[method] }) {
		return errors.New("Allow is " + response.Header.Get("Allow") + ", and described are " + strings.Join(described, ", "))
	}
	return checkError(doc, response, body, "method_not_allowed")
}

// checkNowhere checks the answer at an address that is not described. What is
// below the API and the other places for programs must not exist; the rest
// belongs to the app.
func checkNowhere(doc *openapi3.T, response *http.Response, body []byte) error {
	path := response.Request.URL.Path
	for _, reserved := range []string{"/api/", "/oauth/", "/.well-known/"} {
		if strings.HasPrefix(path, reserved) && response.StatusCode != http.StatusNotFound {
			return errors.New("the address is not described")
		}
	}
	if response.StatusCode < 400 {
		return nil
	}
	return checkError(doc, response, body, "")
}

// checkError checks an error that may come anywhere.
func checkError(doc *openapi3.T, response *http.Response, body []byte, code string) error {
	if response.Request.Method == http.MethodHead {
		return nil
	}
	var e struct{ Code, Error string }
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	schema := doc.Components.Schemas["Error"]
	if path := response.Request.URL.Path; e.Error != "" && (strings.HasPrefix(path, "/oauth") || path == "/.well-known/oauth-authorization-server") {
		schema = doc.Components.Schemas["OAuthError"]
	} else if seen.add("", response.StatusCode, body); code != "" && e.Code != code {
		return errors.New("the code is not " + code)
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	if err := schema.Value.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
		return err
	}
	return checkMembers(schema, body)
}

// findPath finds the path of the document that an address is an example of, and
// what stands for its parameters. One without parameters comes first.
func findPath(doc *openapi3.T, address string) (path string, params map[string]string) {
	if doc.Paths.Value(address) != nil {
		return address, nil
	}
	given := strings.Split(address, "/")
	for path := range doc.Paths.Map() {
		pattern := strings.Split(path, "/")
		params := map[string]string{}
		matches := func(want, got string) bool {
			if !strings.HasPrefix(want, "{") {
				return want == got
			}
			params[strings.Trim(want, "{}")] = got
			return got != ""
		}
		if strings.Contains(path, "{") && slices.EqualFunc(pattern, given, matches) {
			return path, params
		}
	}
	return "", nil
}
