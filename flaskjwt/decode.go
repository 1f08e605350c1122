package flaskjwt

import (
	"context"

	"github.com/latchkey-go/latchkey/internal/dialect"
)

// DecodeOptions are the arguments of decode_token.
type DecodeOptions struct {
	// CSRF, if not empty, must be the token's csrf claim.
	CSRF string
	// AllowExpired takes tokens whose exp is past.
	AllowExpired bool
}

// DecodeToken verifies a token and returns its header and claims, as
// decode_token does: whether it is of a certain type, was revoked, or whether
// its session lives is not asked. The error is a [latchkey.Error] for a token
// that is not good.
func (m *Manager) DecodeToken(ctx context.Context, token string, o DecodeOptions) (header, payload map[string]any, err error) {
	known, err := m.verify(ctx, token, o.CSRF, dialect.Wanted{
		Kind: dialect.Any, Now: m.opt.Now(), AllowExpired: o.AllowExpired,
	})
	if err != nil && known != nil {
		err = &decodeError{err, headerOf(token), filled(object(string(known.Claims.Payload())))}
	}
	if err != nil {
		return nil, nil, err
	}
	return headerOf(token), filled(object(string(known.Claims.Payload()))), nil
}

// decodeError is a refusal of a token that is genuine, with what it says, for
// the functions of Options that write answers.
type decodeError struct {
	error
	header, payload map[string]any
}

func (e *decodeError) Unwrap() error { return e.error }

// UnverifiedHeader returns the header of a token of which nothing is known, as
// get_unverified_jwt_headers does: to choose a key by kid, and for nothing else.
func UnverifiedHeader(token string) (map[string]any, error) {
	if len(token) > maxDiagnosed {
		return nil, tooLong()
	}
	t, err := readLoosely(token)
	return t.header, err
}
