package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// The parts of an OpenAPI document that are read here. All that may be a
// reference has the member Ref.
type (
	source struct {
		Info       info
		Tags       []tag
		Paths      ordered[ordered[operation]]
		Components components
	}
	info struct {
		Title, Version, Summary, Description string
	}
	tag struct {
		Name, Description string
	}
	components struct {
		Schemas         ordered[schema]
		Responses       ordered[response]
		Parameters      ordered[parameter]
		RequestBodies   ordered[body]
		Examples        ordered[example]
		Headers         ordered[header]
		SecuritySchemes ordered[scheme]
	}
	operation struct {
		OperationID, Summary, Description string
		Tags                              []string
		Security                          []ordered[[]string]
		Parameters                        []parameter
		RequestBody                       *body
		Responses                         ordered[response]
	}
	parameter struct {
		Ref                   string `json:"$ref"`
		Name, In, Description string
		Required              bool
		Example               string
		Schema                schema
	}
	body struct {
		Ref         string `json:"$ref"`
		Description string
		Content     ordered[media]
	}
	response struct {
		Ref         string `json:"$ref"`
		Description string
		Headers     ordered[header]
		Content     ordered[media]
	}
	media struct {
		Schema   schema
		Example  json.RawMessage
		Examples ordered[example]
	}
	example struct {
		Ref     string `json:"$ref"`
		Summary string
		Value   json.RawMessage
	}
	header struct {
		Ref         string `json:"$ref"`
		Description string
	}
	scheme struct {
		Type, In, Name, Description string
	}
	schema struct {
		Ref                          string `json:"$ref"`
		Type                         oneOrMore
		Format, Description, Pattern string
		Const, Default               json.RawMessage
		Enum                         []json.RawMessage
		Minimum, Maximum             *int
		Required                     []string
		Properties                   ordered[schema]
		Items                        *schema
		AllOf, OneOf                 []schema
		Fix                          string `json:"x-fix"`
	}
)

// ordered are the members of a JSON object in the order in which they were
// written, which is the order in which people should read them.
type ordered[T any] []member[T]

type member[T any] struct {
	Name  string
	Value T
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *ordered[T]) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		m := member[T]{Name: fmt.Sprint(name)}
		if err := decoder.Decode(&m.Value); err != nil {
			return err
		}
		*o = append(*o, m)
	}
	return nil
}

// find returns what a reference such as "#/components/schemas/User" names.
func (o ordered[T]) find(ref string) (T, error) {
	for _, m := range o {
		if m.Name == refName(ref) {
			return m.Value, nil
		}
	}
	var none T
	return none, fmt.Errorf("openapi: there is no %s", ref)
}

// refName is the last part of a reference.
func refName(ref string) string { return ref[bytes.LastIndexByte([]byte(ref), '/')+1:] }

// oneOrMore is a string or a list of strings.
type oneOrMore []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMore) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, (*[]string)(o))
	}
	*o = make(oneOrMore, 1)
	return json.Unmarshal(text, &(*o)[0])
}

// read reads the document and puts what references name in their place, but
// for schemas, which are shown by themselves.
func read(text []byte) (*source, error) {
	s := &source{}
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	for _, path := range s.Paths {
		for i := range path.Value {
			if err := s.resolve(&path.Value[i].Value); err != nil {
				return nil, fmt.Errorf("%s: %w", path.Name, err)
			}
		}
	}
	return s, nil
}

func (s *source) resolve(op *operation) (err error) {
	c := &s.Components
	for i := range op.Parameters {
		if p := &op.Parameters[i]; p.Ref != "" {
			if *p, err = c.Parameters.find(p.Ref); err != nil {
				return err
			}
		}
	}
	if b := op.RequestBody; b != nil && b.Ref != "" {
		if *b, err = c.RequestBodies.find(b.Ref); err != nil {
			return err
		}
	}
	for i := range op.Responses {
		r := &op.Responses[i].Value
		if r.Ref != "" {
			if *r, err = c.Responses.find(r.Ref); err != nil {
				return err
			}
		}
		if err := c.resolveHeaders(r.Headers); err != nil {
			return err
		}
	}
	return nil
}

func (c *components) resolveHeaders(headers ordered[header]) (err error) {
	for i := range headers {
		if h := &headers[i].Value; h.Ref != "" {
			if *h, err = c.Headers.find(h.Ref); err != nil {
				return err
			}
		}
	}
	return nil
}
