// Package openapi describes the HTTP API of the server: an OpenAPI 3.1 document
// and the page on which people read it. The document is written by hand, in the
// *.yaml files; openapi.json is made of them by the tests of this package, and so
// is docs/reference/api.md.
package openapi

import (
	"bytes"
	"embed"
)

//go:embed *.yaml
var parts embed.FS

//go:embed openapi.json
var document []byte

// JSON is the document as JSON. Callers must not change it.
func JSON() []byte { return document }

// YAML is the document as it was written.
func YAML() []byte {
	var whole bytes.Buffer
	entries, _ := parts.ReadDir(".") // what is embedded can be read
	for _, entry := range entries {
		part, _ := parts.ReadFile(entry.Name())
		whole.Write(part)
	}
	return whole.Bytes()
}
