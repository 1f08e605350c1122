package flaskjwt

import (
	"errors"
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/internal/dialect"
	"github.com/latchkey-go/latchkey/jwt"
)

// Manager speaks as a Flask application with Flask-JWT-Extended does: what it
// issues that application accepts, and the other way about. Make one with
// [New]; it is safe for concurrent use.
//
// With [Manager.Config] it makes the guards of package latchkey do so. Its
// other methods are those of Flask-JWT-Extended for code that issues, reads or
// sets tokens itself.
type Manager struct {
	set  *settings
	opt  Options
	keys *keyring
}

// New reads the settings and returns all that is wrong with them as one error,
// weak secrets included: Flask accepts "super-secret", and whoever guesses it
// can be anybody.
func New(s Settings, o Options) (*Manager, error) {
	return newManager(s, o, jwt.NewHMACKey)
}

func newManager(in Settings, o Options, hmac newHMAC) (*Manager, error) {
	set := in.read()
	keys, err := set.keys(hmac)
	errs := []error{set.mistakes(), err}
	if (o.TokenInBlocklist == nil) != (o.RevokeToken == nil) && o.TokenInBlocklist == nil {
		errs = append(errs, errors.New("Options.RevokeToken needs Options.TokenInBlocklist: nobody would read the list"))
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	errs = append(errs, (&Manager{set: set, opt: o}).cookieMistakes())
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("flaskjwt: the settings have mistakes:\n%w", err)
	}
	if o.TokenInBlocklist == nil {
		list := &blocklist{now: o.Now}
		o.TokenInBlocklist, o.RevokeToken = list.revoked, list.revoke
	}
	return &Manager{set: set, opt: o, keys: keys}, nil
}

// AnyAge as a latchkey.Policy's MaxAge is fresh=True of jwt_required: the
// token's fresh claim alone decides. A shorter time asks besides that the token
// was issued less than so long ago.
const AnyAge = time.Duration(1<<63 - 1)

// AnyAsRefresh as a latchkey.Policy's Type is refresh=True with
// verify_type=False: a token of either type, in the cookie or JSON member of
// refresh tokens.
const AnyAsRefresh = latchkey.TokenType(dialect.AnyAsRefresh)

// Config returns a configuration for [latchkey.New]: stateless, as
// Flask-JWT-Extended is. Set its Store to have sessions that end at once and
// refresh tokens that rotate; then also Logger, IdleTimeout and others to
// taste. Hooks may be added where they are nil. With RenewWithin set, set
// RefreshTTL to zero.
//
// TrustedOrigins must name the other origins whose pages make unsafe requests
// with cookies; Flask-JWT-Extended asks for a CSRF value only.
func (m *Manager) Config() latchkey.Config {
	s := m.set
	cfg := latchkey.Config{
		Dialect: dialectOf{m},
		Store:   latchkey.Stateless,
		Now:     m.opt.Now,
		Leeway:  s.leeway,
		Header:  latchkey.HeaderConfig{Name: s.headerName, Scheme: s.headerType},
		Cookie: latchkey.CookieConfig{
			AccessName: s.access.cookieName, RefreshName: s.refresh.cookieName,
			CSRFName: s.access.csrfName, RefreshCSRFName: s.refresh.csrfName,
			AccessPath: quotePath(s.access.cookiePath), RefreshPath: quotePath(s.refresh.cookiePath),
			Domain: s.domain, ForceSecure: s.secure, SameSite: s.strayCookies(),
		},
		CSRF:      latchkey.CSRFConfig{HeaderName: s.access.csrfHeader, FormField: s.access.csrfField},
		QueryName: s.queryName,
		Hooks: latchkey.Hooks{
			Verify: m.verifyHook(), User: m.userHook(), Error: m.WriteError,
		},
	}
	if set := m.keys.public(); set != nil {
		cfg.Keys = set
	}
	for _, l := range s.locations {
		cfg.Locations = append(cfg.Locations, locationOf[l])
	}
	cfg.AccessTTL, cfg.RefreshTTL = s.accessExpires.d, s.refreshExpires.d
	cfg.SessionTTL = max(30*24*time.Hour, cfg.RefreshTTL)
	return cfg
}

// locationOf are latchkey's names of Flask-JWT-Extended's locations.
var locationOf = map[string]latchkey.Location{
	"headers": latchkey.InHeader, "cookies": latchkey.InCookie,
	"query_string": latchkey.InQuery, "json": latchkey.InJSON,
}
