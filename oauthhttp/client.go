package oauthhttp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Client is a program that may ask about tokens or revoke them: another
// service, a gateway. It is not the program that a person signs in with;
// Latchkey's tokens belong to persons, not to clients, and what a client may do
// it may do with every token.
type Client struct {
	// ID names the client. One to 100 letters, digits, "-", ".", "_" and "~",
	// which stay themselves in every encoding. Required.
	ID string

	// SecretSHA256 are the SHA-256 hashes of the client's secrets, in hex, as
	// [NewClientSecret] returns them. Any of them will do, so that a secret can
	// be replaced without a gap: add the new one, hand it out, remove the old
	// one. At least one.
	SecretSHA256 []string

	// Introspect lets the client ask about access tokens.
	Introspect bool

	// IntrospectRefresh lets the client ask about refresh tokens too; it needs
	// Introspect. Leave it out for services that are sent access tokens: one
	// that only looks at "active" could be shown a refresh token and take it
	// for an access token. To a client without it they are not active.
	IntrospectRefresh bool

	// Revoke lets the client end the session of any token it holds.
	Revoke bool
}

// ErrUnknownClient is what a [ClientStore] returns for a client it does not
// have.
var ErrUnknownClient = errors.New("oauthhttp: unknown client")

// ClientStore finds clients. It is safe for concurrent use.
type ClientStore interface {
	// Client returns the client of an id, or ErrUnknownClient. The id is one
	// that [Client] allows. Any other error means that the store could not
	// answer; the request is then refused with 503. The client is only read.
	Client(ctx context.Context, id string) (*Client, error)
}

// ClientList is a ClientStore of the clients in it. [New] checks them all.
type ClientList []Client

// Client implements [ClientStore].
func (l ClientList) Client(_ context.Context, id string) (*Client, error) {
	for i := range l {
		if l[i].ID == id {
			return &l[i], nil
		}
	}
	return nil, ErrUnknownClient
}

// Check returns all that is wrong with the clients of the list, joined. [New]
// does it too.
func (l ClientList) Check() error { return errors.Join(l.mistakes()...) }

// mistakes are what is wrong with the clients of the list.
func (l ClientList) mistakes() []error {
	var errs []error
	if len(l) == 0 {
		errs = append(errs, errors.New("oauthhttp: Config.Clients is empty: nobody could ask"))
	}
	seen := map[string]bool{}
	for i := range l {
		c := &l[i]
		for _, mistake := range c.mistakes() {
			errs = append(errs, fmt.Errorf("oauthhttp: client %d of Config.Clients (%q): %s", i+1, c.ID, mistake))
		}
		if seen[c.ID] {
			errs = append(errs, fmt.Errorf("oauthhttp: client %d of Config.Clients (%q): there is another of that ID", i+1, c.ID))
		}
		seen[c.ID] = true
	}
	return errs
}

func (c *Client) mistakes() []string {
	var found []string
	if !validID(c.ID) {
		found = append(found, `ID must be 1 to 100 letters, digits, "-", ".", "_" or "~"`)
	}
	if len(c.SecretSHA256) == 0 {
		found = append(found, "SecretSHA256 is empty: make a secret with NewClientSecret")
	}
	for _, text := range c.SecretSHA256 {
		// It may be the secret itself, put into the wrong place: not repeated.
		if hash, err := hex.DecodeString(text); err != nil || len(hash) != sha256.Size {
			found = append(found, "SecretSHA256 has what is no SHA-256 in hex, which has 64 digits")
		}
	}
	switch {
	case c.IntrospectRefresh && !c.Introspect:
		found = append(found, "IntrospectRefresh needs Introspect")
	case !c.Introspect && !c.Revoke:
		found = append(found, "it may do nothing: set Introspect or Revoke")
	}
	return found
}

const maxIDLength = 100

// validID keeps to the characters that need no encoding in a form (RFC 3986,
// section 2.3): clients disagree on whether to encode before Basic.
func validID(id string) bool {
	return id != "" && len(id) <= maxIDLength && strings.IndexFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r))
	}) < 0
}

// secretPrefix lets scanners of source code recognise a secret that leaked.
const secretPrefix = "lkcs_"

// NewClientSecret makes a secret of 256 random bits for a client, and its hash
// for [Client].SecretSHA256. The secret is shown once, to whoever runs the
// client; only the hash is kept. It is the SHA-256 of the text, so that
// "printf %s SECRET | sha256sum" gives it too.
//
// A fast hash is right here and for nothing that people choose: there are too
// many secrets to try. For the same reason failed attempts need no limit.
func NewClientSecret() (secret, hash string) {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	secret = secretPrefix + base64.RawURLEncoding.EncodeToString(random)
	sum := sha256.Sum256([]byte(secret))
	return secret, hex.EncodeToString(sum[:])
}

// nobody stands in for clients that do not exist, so that a wrong id costs what
// a wrong secret costs. No text has this hash.
var nobody = Client{SecretSHA256: []string{strings.Repeat("0", 2*sha256.Size)}}

// hasSecret compares in constant time.
func (c *Client) hasSecret(secret string) bool {
	sum := sha256.Sum256([]byte(secret))
	found := 0
	for _, text := range c.SecretSHA256 {
		hash, _ := hex.DecodeString(text) // a bad one is too short to be equal
		found |= subtle.ConstantTimeCompare(hash, sum[:])
	}
	return found == 1
}
