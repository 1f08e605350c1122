package oauthhttp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/internal/inquiry"
)

// Config says what the handlers work on. Auth and Clients are required.
type Config struct {
	// Auth issued the tokens. With latchkey.Stateless tokens cannot be revoked,
	// and only introspection is offered. An Auth of package flaskjwt is a
	// mistake. Required.
	Auth *latchkey.Auth

	// Clients are the programs that may ask. A [ClientList] will do for most.
	// Required.
	Clients ClientStore

	// BaseURL is the address of the root of the mux as clients reach it, for
	// the metadata. Defaults to the scheme and host of Auth's issuer.
	BaseURL string

	// JWKSPath is where the program has mounted Auth.JWKSHandler, such as
	// "/.well-known/jwks.json", for the metadata, which then name it as
	// jwks_uri. Empty: they do not.
	JWKSPath string

	// Logger gets what no client can be told: why the answer was 500 or 503.
	// Refused clients are logged at debug level. No token and no secret is ever
	// logged. Defaults to slog.Default().
	Logger *slog.Logger
}

// Handlers are the handlers. Make them with [New].
type Handlers struct {
	auth    *latchkey.Auth
	clients ClientStore
	log     *slog.Logger

	issuer     string
	wellKnown  string // the path of the metadata, as a pattern for a mux
	base, jwks string // jwks is empty when there is none
}

// New returns the handlers, or all mistakes of the configuration at once.
func New(c Config) (*Handlers, error) {
	h := &Handlers{auth: c.Auth, clients: c.Clients, log: c.Logger}
	if h.log == nil {
		h.log = slog.Default()
	}
	errs := []error{h.readIssuer(), h.setAddresses(c)}
	switch list, isList := c.Clients.(ClientList); {
	case c.Clients == nil:
		errs = append(errs, errors.New("oauthhttp: Config.Clients is required: nobody could ask. Make a ClientList"))
	case isList:
		errs = append(errs, list.mistakes()...)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return h, nil
}

// readIssuer learns from Auth who issues its tokens.
func (h *Handlers) readIssuer() error {
	if h.auth == nil {
		return errors.New("oauthhttp: Config.Auth is required")
	}
	var q inquiry.Question
	_, _ = h.ask(context.Background(), &q) // about nothing, for what is known of the Auth
	if q.Foreign {
		return errors.New("oauthhttp: Config.Auth speaks the tokens of Flask-JWT-Extended, which these endpoints do not read")
	}
	h.issuer = q.Issuer
	return nil
}

// setAddresses works out where everything is.
func (h *Handlers) setAddresses(c Config) error {
	var errs []error
	issuer, err := url.Parse(h.issuer) // New of latchkey has checked it
	if err != nil {
		return fmt.Errorf("oauthhttp: the issuer is no address: %w", err)
	}
	// RFC 8414, section 3.1: the path of the issuer comes last.
	h.wellKnown = metadataPath + strings.TrimRight(issuer.EscapedPath(), "/")
	h.base = strings.TrimRight(c.BaseURL, "/")
	if h.base == "" {
		h.base = issuer.Scheme + "://" + issuer.Host
	} else if u, err := url.Parse(h.base); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" ||
		u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		errs = append(errs, errors.New(`oauthhttp: Config.BaseURL must be an address such as "https://app.example.com"`))
	}
	if c.JWKSPath != "" {
		if !strings.HasPrefix(c.JWKSPath, "/") {
			errs = append(errs, errors.New(`oauthhttp: Config.JWKSPath must begin with a slash, such as "/.well-known/jwks.json"`))
		}
		h.jwks = h.base + c.JWKSPath
	}
	return errors.Join(errs...)
}

// The paths below the prefix of Register, and that of the metadata.
const (
	revokePath     = "/revoke"
	introspectPath = "/introspect"
	metadataPath   = "/.well-known/oauth-authorization-server"
)

// Register adds the routes to mux, the endpoints below a prefix such as
// "/oauth":
//
//	POST /introspect
//	POST /revoke      not when Auth is stateless
//	GET  /.well-known/oauth-authorization-server
//
// The metadata are not below the prefix; if the issuer has a path, it is
// appended (RFC 8414, section 3.1). Any other method is answered with 405.
// Register panics where http.ServeMux.Handle does: when mux has such a pattern
// already.
func (h *Handlers) Register(mux *http.ServeMux, prefix string) {
	prefix = strings.TrimRight(prefix, "/")
	mux.Handle(prefix+introspectPath, h.Introspect())
	if h.canRevoke() {
		mux.Handle(prefix+revokePath, h.Revoke())
	}
	mux.Handle(h.wellKnown, h.Metadata(prefix))
}

// canRevoke says whether there are sessions that could be ended.
func (h *Handlers) canRevoke() bool { return h.auth.Sessions() != nil }

// endpoint makes the handler of a POST endpoint: it finds out which client
// asks, whether it may, and about which token.
func (h *Handlers) endpoint(may func(*Client) bool, answer func(http.ResponseWriter, *http.Request, *Client, form) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h.serve(w, r, may, answer)
		if err == nil || clientGone(r, err) {
			return
		}
		h.writeError(w, r, err)
	})
}

func (h *Handlers) serve(w http.ResponseWriter, r *http.Request, may func(*Client) bool, answer func(http.ResponseWriter, *http.Request, *Client, form) error) error {
	params, err := readForm(w, r)
	if err != nil {
		return err
	}
	client, err := h.authenticate(r, params)
	switch {
	case err != nil:
		return err
	case !may(client):
		return &problem{status: http.StatusBadRequest, code: "unauthorized_client", client: client.ID,
			msg: "This client may not use this endpoint. Ask whoever runs the server to allow it."}
	case params["token"] == "":
		return invalidRequest("The parameter token is missing.")
	}
	return answer(w, r, client, params)
}

// clientGone says that a request failed because nobody waits for its answer. One
// that took longer than its deadline has somebody who waits.
func clientGone(r *http.Request, err error) bool {
	return errors.Is(r.Context().Err(), context.Canceled) && errors.Is(err, context.Canceled)
}
