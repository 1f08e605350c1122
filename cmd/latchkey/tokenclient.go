package main

import (
	"encoding/json"
	"fmt"

	"github.com/latchkey-go/latchkey/oauthhttp"
)

type tokenClientCommand struct {
	ID                string `arg:"" name:"name" help:"What the service is called: letters, digits, and - . _ ~."`
	Introspect        bool   `help:"Let it ask about access tokens (RFC 7662). This is what it may do when nothing else is said."`
	IntrospectRefresh bool   `help:"Let it ask about refresh tokens too."`
	Revoke            bool   `help:"Let it end the session of any token it holds (RFC 7009)."`
	format
}

// clientEntry is a line of the file of serve --oauth-clients.
type clientEntry struct {
	ID                string   `json:"id"`
	SecretSHA256      []string `json:"secret_sha256"`
	Introspect        bool     `json:"introspect,omitempty"`
	IntrospectRefresh bool     `json:"introspect_refresh,omitempty"`
	Revoke            bool     `json:"revoke,omitempty"`
}

// newClient is a secret and what the server has to know of it, in JSON.
type newClient struct {
	Secret string      `json:"secret"`
	Client clientEntry `json:"client"`
}

// Run makes a secret. It is kept nowhere: the file has its hash.
func (c *tokenClientCommand) Run(to streams) error {
	secret, hash := oauthhttp.NewClientSecret()
	entry := clientEntry{
		ID: c.ID, SecretSHA256: []string{hash},
		Introspect:        c.Introspect || c.IntrospectRefresh || !c.Revoke,
		IntrospectRefresh: c.IntrospectRefresh, Revoke: c.Revoke,
	}
	if err := (oauthhttp.ClientList{oauthhttp.Client(entry)}).Check(); err != nil {
		return usageError("%q is no name for a service: it takes 1 to 100 letters, digits, and - . _ ~", c.ID)
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	return c.print(to, newClient{secret, entry}, fmt.Sprintf(
		"Secret, for the service. It is shown this once, and kept nowhere:\n\n  %s\n\n"+
			"Entry, for the file of serve --oauth-clients, which is a JSON list:\n\n  %s\n\n"+
			"Servers read that file when they start, and on SIGHUP.", secret, line))
}
