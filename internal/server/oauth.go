package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/latchkey-go/latchkey/oauthhttp"
)

// oauthPrefix is where other services ask about tokens.
const oauthPrefix = "/oauth"

// oauthClient is an entry of the file of OAuthClients.
type oauthClient struct {
	ID                string   `json:"id"`
	SecretSHA256      []string `json:"secret_sha256"`
	Introspect        bool     `json:"introspect"`
	IntrospectRefresh bool     `json:"introspect_refresh"`
	Revoke            bool     `json:"revoke"`
}

// maxOAuthClients is the largest file that is read.
const maxOAuthClients = 1 << 20

// readOAuthClients reads the file of --oauth-clients, strictly: a right that is
// misspelt would be one that is missing, or worse.
func readOAuthClients(path string) (oauthhttp.ClientList, error) {
	refuse := func(cause any) (oauthhttp.ClientList, error) {
		return nil, fmt.Errorf("--oauth-clients %s cannot be used: %v", path, cause)
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxOAuthClients {
		return refuse("it is larger than 1 MiB")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return refuse(pathError.Err)
	}
	var entries []oauthClient
	if jsontext.Value(text).Kind() != '[' {
		return refuse(`it must be a JSON list, such as [{"id":"gateway","secret_sha256":["…"],"introspect":true}]`)
	}
	if err := json.Unmarshal(text, &entries, json.RejectUnknownMembers(true)); err != nil {
		return refuse(jsonMistake(err))
	}
	list := make(oauthhttp.ClientList, len(entries))
	for i, e := range entries {
		list[i] = oauthhttp.Client(e)
	}
	if err := list.Check(); err != nil {
		return refuse(err)
	}
	return list, nil
}

// jsonMistake says where a text is wrong without repeating it.
func jsonMistake(err error) string {
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic) && errors.Is(semantic.Err, json.ErrUnknownName):
		return "the member at " + string(semantic.JSONPointer) + " is not known; there are id, secret_sha256, introspect, introspect_refresh and revoke"
	case errors.As(err, &semantic):
		return "the value at " + string(semantic.JSONPointer) + " is of the wrong kind"
	case errors.As(err, &syntactic):
		return fmt.Sprintf("it is not valid JSON after %d bytes", syntactic.ByteOffset)
	}
	return "it is not valid JSON"
}

// reloadedClients finds the services that may ask at the moment.
type reloadedClients struct{ s *Server }

// Client implements oauthhttp.ClientStore.
func (c reloadedClients) Client(ctx context.Context, id string) (*oauthhttp.Client, error) {
	return c.s.live.Load().clients.Client(ctx, id)
}

// openOAuth makes the endpoints for other services, if there are any clients.
func (s *Server) openOAuth() (err error) {
	if s.cfg.OAuthClients == "" {
		return nil
	}
	s.oauth, err = oauthhttp.New(oauthhttp.Config{Auth: s.auth, Clients: reloadedClients{s}, JWKSPath: jwksPath, Logger: s.log})
	if err != nil {
		return fmt.Errorf("--oauth-clients %s cannot be used: %w", s.cfg.OAuthClients, err)
	}
	return nil
}

// registerOAuth mounts them, if there are any clients.
func (s *Server) registerOAuth(mux *http.ServeMux) {
	if s.oauth != nil {
		s.oauth.Register(mux, oauthPrefix)
	}
}
