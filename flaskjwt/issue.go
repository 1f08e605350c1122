package flaskjwt

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/session"
)

// TokenOptions are the arguments of create_access_token and
// create_refresh_token. The zero value is theirs when none is given.
type TokenOptions struct {
	// Fresh says that the person has just proved who they are. Only access
	// tokens can be fresh.
	Fresh bool
	// FreshUntil makes the token fresh up to a time instead.
	FreshUntil time.Time
	// ExpiresIn replaces JWT_ACCESS_TOKEN_EXPIRES or JWT_REFRESH_TOKEN_EXPIRES,
	// unless it is zero.
	ExpiresIn time.Duration
	// NeverExpires leaves exp out. It is an error unless one of the two
	// settings is false or 0: else no guard would accept the token.
	NeverExpires bool
	// Claims are further claims; they win over those of
	// Options.AdditionalClaims. None may be one that the package sets itself.
	Claims map[string]any
	// Headers are further header parameters. kid and typ replace ours; an empty
	// typ leaves it out.
	Headers map[string]any
	// Session makes the access token one of this session: it carries its sid
	// and does not outlive it. Refresh tokens of sessions come from
	// latchkey.Auth alone.
	Session *session.Session
}

// CreateAccessToken makes an access token for identity, or for what
// Options.UserIdentity makes of it.
func (m *Manager) CreateAccessToken(ctx context.Context, identity any, o TokenOptions) (string, error) {
	issued, err := m.create(ctx, identity, o, dialect.Grant{Now: m.opt.Now(), Session: o.Session})
	return issued.Text, err
}

// CreateRefreshToken makes a refresh token that no session stands behind, as
// Flask-JWT-Extended's do.
func (m *Manager) CreateRefreshToken(ctx context.Context, identity any, o TokenOptions) (string, error) {
	if o.Session != nil {
		return "", errors.New("flaskjwt: refresh tokens of a session come from latchkey.Auth")
	}
	o.Fresh, o.FreshUntil = false, time.Time{}
	issued, err := m.create(ctx, identity, o, dialect.Grant{Now: m.opt.Now(), IsRefresh: true})
	return issued.Text, err
}

// create makes a token.
func (m *Manager) create(ctx context.Context, identity any, o TokenOptions, g dialect.Grant) (dialect.Issued, error) {
	key, err := m.encodeKey(ctx, identity)
	if err != nil {
		return dialect.Issued{}, err
	}
	header, err := m.header(ctx, identity, o)
	if err != nil {
		return dialect.Issued{}, err
	}
	claims, issued, err := m.claims(ctx, identity, o, g)
	if err != nil {
		return dialect.Issued{}, err
	}
	if header.kid != "" {
		if key, err = key.WithID(header.kid); err != nil {
			return dialect.Issued{}, fmt.Errorf("flaskjwt: %w", err)
		}
	}
	if header.alg != "" && header.alg != string(key.Algorithm()) {
		return dialect.Issued{}, fmt.Errorf("flaskjwt: the header parameter alg is %q, but the key is for %s", header.alg, key.Algorithm())
	}
	issued.Text, err = key.KeySet().Sign(jwt.Header{
		Type: header.typ, OmitKeyID: header.kid == "", Extra: header.extra,
		// As the original: old readers of its tokens take any identity.
		InsecureAnySubject: true,
	}, claims)
	if err != nil {
		return dialect.Issued{}, fmt.Errorf("flaskjwt: %w", err)
	}
	return issued, nil
}

func (m *Manager) encodeKey(ctx context.Context, identity any) (*jwt.Key, error) {
	if m.opt.EncodeKey == nil {
		if m.keys.sign == nil {
			return nil, fmt.Errorf("flaskjwt: %w", m.keys.signErr)
		}
		return m.keys.sign, nil
	}
	key, err := m.opt.EncodeKey(ctx, identity)
	switch {
	case err != nil:
		return nil, fmt.Errorf("flaskjwt: Options.EncodeKey: %w", err)
	case key == nil || !key.CanSign():
		return nil, errors.New("flaskjwt: Options.EncodeKey returned no key that signs")
	}
	return key, nil
}

// tokenHeader are the parameters that a caller may decide of a header.
type tokenHeader struct {
	typ, kid, alg string
	extra         map[string]any
}

func (m *Manager) header(ctx context.Context, identity any, o TokenOptions) (tokenHeader, error) {
	h := tokenHeader{typ: "JWT", extra: map[string]any{}}
	if m.opt.AdditionalHeaders != nil {
		more, err := m.opt.AdditionalHeaders(ctx, identity)
		if err != nil {
			return h, fmt.Errorf("flaskjwt: Options.AdditionalHeaders: %w", err)
		}
		maps.Copy(h.extra, more)
	}
	maps.Copy(h.extra, o.Headers)
	for name, field := range map[string]*string{"typ": &h.typ, "kid": &h.kid, "alg": &h.alg} {
		v, has := h.extra[name]
		if !has {
			continue
		}
		text, ok := v.(string)
		if !ok {
			return h, fmt.Errorf("flaskjwt: the header parameter %s must be a string", name)
		}
		*field = text
		delete(h.extra, name)
	}
	return h, nil
}

// reserved are the claims that the package sets itself.
var reserved = []string{"fresh", "iat", "jti", "type", "sub", "nbf", "csrf", "aud", "iss", "exp", "sid"}

// claims are the claims of a token as JSON text, in the original's order.
func (m *Manager) claims(ctx context.Context, identity any, o TokenOptions, g dialect.Grant) ([]byte, dialect.Issued, error) {
	var issued dialect.Issued
	extra, err := m.additionalClaims(ctx, identity, o, g)
	if err != nil {
		return nil, issued, err
	}
	if m.opt.UserIdentity != nil {
		if identity, err = m.opt.UserIdentity(ctx, identity); err != nil {
			return nil, issued, fmt.Errorf("flaskjwt: Options.UserIdentity: %w", err)
		}
	}
	if issued.ExpiresAt, err = m.expiry(o, g); err != nil {
		return nil, issued, err
	}
	at, jti := g.Now, newUUID()
	if s := g.Session; s != nil {
		if g.IsRefresh {
			at, jti = g.IssuedAt, refreshIDClaim(s)
		}
		issued.CSRF = session.CSRFToken(s)
	} else {
		issued.CSRF = newUUID()
	}
	c := claimWriter{}
	c.add("fresh", freshClaim(o))
	c.add("iat", at.Unix())
	c.add("jti", jti)
	c.add("type", map[bool]string{false: "access", true: "refresh"}[g.IsRefresh])
	c.add(m.set.identityClaim, identity)
	if m.set.encodeNBF {
		c.add("nbf", at.Unix())
	}
	if m.set.csrfProtect {
		c.add("csrf", issued.CSRF)
	} else {
		issued.CSRF = ""
	}
	if m.set.encodeAudience != nil {
		c.add("aud", m.set.encodeAudience)
	}
	if m.set.encodeIssuer != "" {
		c.add("iss", m.set.encodeIssuer)
	}
	if !issued.ExpiresAt.IsZero() {
		c.add("exp", issued.ExpiresAt.Unix())
	}
	if g.Session != nil {
		c.add("sid", sessionIDClaim(g.Session))
	}
	for _, name := range sorted(extra) {
		c.add(name, extra[name])
	}
	text, err := c.done()
	return text, issued, err
}

// additionalClaims merges the claims of the three places that may add some.
func (m *Manager) additionalClaims(ctx context.Context, identity any, o TokenOptions, g dialect.Grant) (map[string]any, error) {
	all := map[string]any{}
	if m.opt.AdditionalClaims != nil {
		more, err := m.opt.AdditionalClaims(ctx, identity)
		if err != nil {
			return nil, fmt.Errorf("flaskjwt: Options.AdditionalClaims: %w", err)
		}
		maps.Copy(all, more)
	}
	maps.Copy(all, g.Claims)
	maps.Copy(all, o.Claims)
	for name := range all {
		if name == m.set.identityClaim || slices.Contains(reserved, name) {
			return nil, fmt.Errorf("flaskjwt: the additional claim %q is one that the package sets itself", name)
		}
	}
	return all, nil
}

// expiry is when a token expires; the zero time means never.
func (m *Manager) expiry(o TokenOptions, g dialect.Grant) (time.Time, error) {
	if !g.ExpiresAt.IsZero() {
		return g.ExpiresAt.Truncate(time.Second), nil
	}
	life := m.set.expires(g.IsRefresh)
	switch {
	case o.NeverExpires && !m.set.neverExpire():
		return time.Time{}, errors.New("flaskjwt: a token that never expires would not be accepted: set JWT_ACCESS_TOKEN_EXPIRES or JWT_REFRESH_TOKEN_EXPIRES to false")
	case o.NeverExpires:
		life = lifetime{never: true}
	case o.ExpiresIn != 0:
		life = lifetime{d: o.ExpiresIn}
	}
	if life.never {
		return time.Time{}, nil
	}
	end := g.Now.Add(life.d)
	if s := g.Session; s != nil && s.End().Before(end) {
		end = s.End()
	}
	if end.Year() > 9999 {
		return time.Time{}, errors.New("flaskjwt: the token would expire after the year 9999")
	}
	return end.Truncate(time.Second), nil
}

// freshClaim is true, false, or seconds with their fraction.
func freshClaim(o TokenOptions) any {
	if o.FreshUntil.IsZero() {
		return o.Fresh
	}
	return float64(o.FreshUntil.UnixNano()) / 1e9
}

// claimWriter writes a JSON object member by member.
type claimWriter struct {
	text []byte
	err  error
}

func (c *claimWriter) add(name string, value any) {
	quoted, err := json.Marshal(name)
	if err != nil {
		c.err = err
	}
	text, err := json.Marshal(value)
	if err != nil {
		c.err = fmt.Errorf("flaskjwt: the claim %s cannot be JSON: %w", name, err)
	}
	c.text = append(append(append(append(c.text, ','), quoted...), ':'), text...)
}

func (c *claimWriter) done() ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	c.text[0] = '{'
	return append(c.text, '}'), nil
}

// newUUID makes a random UUID (RFC 9562, section 5.4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
