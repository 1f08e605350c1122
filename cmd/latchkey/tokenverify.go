package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

type tokenVerifyCommand struct {
	tokenInput
	JWKS     string `name:"jwks" help:"Verify with these public keys instead: a file, or a URL with https (or http on this machine)." placeholder:"FILE|URL"`
	Type     string `help:"What typ must be: at+jwt is an access token, rt+jwt a refresh token." placeholder:"TYPE"`
	Issuer   string `help:"What iss must be." placeholder:"URL"`
	Audience string `help:"What aud must have." placeholder:"URL"`
	Session  bool   `help:"Ask the database too whether the session lives."`
	keyFile
	format
}

// verdict is how the checks of a token went, in JSON.
type verdict struct {
	Valid  bool         `json:"valid"`
	Checks []tokenCheck `json:"checks"`
}

// tokenCheck is one of them.
type tokenCheck struct {
	Name   string `json:"check"`
	Result string `json:"result"` // ok, failed, or skipped
	Detail string `json:"detail,omitempty"`
}

func (v *verdict) add(name string, ok bool, detail string) {
	result := "ok"
	if !ok {
		result = "failed"
		v.Valid = false
	}
	v.Checks = append(v.Checks, tokenCheck{name, result, detail})
}

func (v *verdict) skip(name, why string) {
	v.Checks = append(v.Checks, tokenCheck{name, "skipped", why})
}

// Run checks a token. Each check is made by itself, so that all that is wrong is
// told at once; but nothing that a token says is looked at before its signature
// is good.
func (c *tokenVerifyCommand) Run(ctx context.Context, to streams) error {
	text, err := c.read(ctx, to)
	if err != nil {
		return err
	}
	keys, err := c.keys(ctx)
	if err != nil {
		return err
	}
	v := &verdict{Valid: true}
	if token := v.signature(keys, text); token != nil {
		v.claims(token, c, time.Now())
		if c.Session {
			if err := c.session(ctx, v, token); err != nil {
				return err
			}
		}
	}
	if err := c.tell(to, v); err != nil {
		return err
	}
	if !v.Valid {
		return errors.New("the token is not good")
	}
	return nil
}

func (c *tokenVerifyCommand) tell(to streams, v *verdict) error {
	if c.JSON {
		return c.print(to, v, "")
	}
	list := c.table(to, "CHECK", "RESULT", "")
	for _, check := range v.Checks {
		if err := list.row(check, check.Name, check.Result, check.Detail); err != nil {
			return err
		}
	}
	return list.end("")
}

// keys are those of the installation, or of --jwks.
func (c *tokenVerifyCommand) keys(ctx context.Context) (*jwt.KeySet, error) {
	switch {
	case c.JWKS == "":
		ring, err := c.open()
		if err != nil {
			return nil, err
		}
		return ring.KeySet(), nil
	case !strings.Contains(c.JWKS, "://"):
		return readJWKS(c.JWKS)
	}
	remote, err := jwt.NewRemoteKeys(jwt.RemoteConfig{Issuer: cmp.Or(c.Issuer, c.JWKS), URL: c.JWKS})
	if err != nil {
		return nil, usageError("--jwks must be a file, or a URL with https (or http on this machine), such as https://app.example.com/.well-known/jwks.json")
	}
	if err := remote.Refresh(ctx); err != nil {
		if failure, ok := errors.AsType[*url.Error](err); ok {
			err = failure.Err // without the URL once more
		}
		return nil, fmt.Errorf("cannot fetch the keys from %s: %w; or save them into a file, and name that with --jwks", c.JWKS, err)
	}
	return remote.KeySet(), nil
}

// distantFuture is a time that no nbf or iat is after, to read a token whose
// times are judged afterwards.
var distantFuture = time.Unix(1<<53, 0)

// signature checks form, key and signature, and returns a token if they are
// good.
func (v *verdict) signature(keys *jwt.KeySet, text string) *jwt.Token {
	unverified, err := jwt.InsecureParse(text)
	if err != nil {
		v.add("form", false, plainToken(err).Error())
		return nil
	}
	v.add("form", true, fmt.Sprintf("%d bytes", len(text)))
	token, err := keys.Verify(text, jwt.Expect{Now: distantFuture, SkipExpiry: true})
	switch {
	case errors.Is(err, jwt.ErrUnknownKey):
		v.add("key", false, fmt.Sprintf("no key here has the id %q; it was retired, or is another program's", unverified.KeyID))
		return nil
	case errors.Is(err, jwt.ErrAlgorithm):
		v.add("key", false, fmt.Sprintf("the token says %q, and the keys are for another algorithm", unverified.Algorithm))
		return nil
	case errors.Is(err, jwt.ErrSignature):
		v.add("key", true, unverified.KeyID)
		v.add("signature", false, "it is not the key's: the token was changed or forged")
		return nil
	}
	v.add("key", true, unverified.KeyID)
	v.add("signature", true, unverified.Algorithm)
	if err != nil {
		v.add("claims", false, strings.TrimPrefix(err.Error(), "jwt: "))
		return nil
	}
	v.add("claims", true, "for subject "+token.Claims.Subject)
	return token
}

// claims checks what a token with a good signature says.
func (v *verdict) claims(token *jwt.Token, c *tokenVerifyCommand, now time.Time) {
	said := token.Claims
	v.expect("type", "--type", c.Type, token.Type, sameType(token.Type, c.Type))
	v.expect("issuer", "--issuer", c.Issuer, said.Issuer, said.Issuer == c.Issuer)
	v.expect("audience", "--audience", c.Audience, strings.Join(said.Audience, " "), slices.Contains(said.Audience, c.Audience))
	switch {
	case said.NotBefore.After(now):
		v.add("begun", false, fmt.Sprintf("not good before %s, %s", when(said.NotBefore), distance(said.NotBefore, now)))
	case said.IssuedAt.After(now):
		v.add("begun", false, fmt.Sprintf("issued at %s, %s: one of two clocks is wrong", when(said.IssuedAt), distance(said.IssuedAt, now)))
	case said.IssuedAt.IsZero():
		v.add("begun", true, "does not say when it was issued")
	default:
		v.add("begun", true, fmt.Sprintf("issued at %s, %s", when(said.IssuedAt), distance(said.IssuedAt, now)))
	}
	end := fmt.Sprintf("at %s, %s", when(said.ExpiresAt), distance(said.ExpiresAt, now))
	if now.Before(said.ExpiresAt) {
		v.add("not expired", true, "expires "+end)
	} else {
		v.add("not expired", false, "expired "+end)
	}
}

// expect compares what a token says with what was asked for.
func (v *verdict) expect(name, flag, want, got string, same bool) {
	switch {
	case want == "":
		v.skip(name, fmt.Sprintf("it is %q; say with %s what it must be", got, flag))
	case same:
		v.add(name, true, got)
	default:
		v.add(name, false, fmt.Sprintf("it is %q, not %q", got, want))
	}
}

// sameType compares media types (RFC 7515, section 4.1.9).
func sameType(a, b string) bool {
	short := func(s string) string { return strings.TrimPrefix(strings.ToLower(s), "application/") }
	return short(a) == short(b)
}

// session asks whether the token's session lives.
func (c *tokenVerifyCommand) session(ctx context.Context, v *verdict, token *jwt.Token) error {
	id, ok := token.Claims.String("sid")
	if !ok {
		v.add("session", false, "the token has none")
		return nil
	}
	epoch, _ := token.Claims.Int("ep")
	return c.withPeople(ctx, func(p *people) error {
		err := p.sessions.Check(p.ctx, session.Access{SessionID: id, TokenID: token.Claims.ID, Epoch: epoch})
		ended, over := errors.AsType[*session.EndedError](err)
		switch {
		case err == nil:
			v.add("session", true, id+" lives")
		case over:
			v.add("session", false, fmt.Sprintf("%s has ended: %s", id, ended.Reason))
		case errors.Is(err, session.ErrEnded), errors.Is(err, session.ErrUnknown), errors.Is(err, session.ErrRevoked):
			v.add("session", false, id+": "+strings.TrimPrefix(err.Error(), "session: "))
		default:
			return err
		}
		return nil
	})
}
