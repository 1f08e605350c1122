package server

import (
	"net/http"

	"github.com/latchkey-go/latchkey/internal/server/openapi"
)

// Where the description of the API is, for programs and for people.
const (
	descriptionJSON = apiPrefix + "/openapi.json"
	descriptionYAML = apiPrefix + "/openapi.yaml"
	descriptionPage = "/docs/api"
)

// describe adds the description of the API to the files that are served.
func (a *app) describe(url string) error {
	page, err := openapi.Page(url)
	if err != nil {
		return err
	}
	for path, file := range map[string]struct {
		data []byte
		kind string
	}{
		descriptionJSON:   {openapi.JSON(), "application/json"},
		descriptionYAML:   {openapi.YAML(), "application/yaml"},
		descriptionPage:   {page, "text/html; charset=utf-8"},
		openapi.StylePath: {openapi.Style(), "text/css; charset=utf-8"},
	} {
		a.files[path] = newAsset(path, file.data)
		a.files[path].contentType = file.kind
	}
	return nil
}

// registerDescription adds those that are below the API; the app has the others
// anyway.
func (s *Server) registerDescription(mux *http.ServeMux) {
	mux.Handle(descriptionJSON, s.app)
	mux.Handle(descriptionYAML, s.app)
}
