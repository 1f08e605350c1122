package flaskjwt

import (
	"context"
	"errors"
	"net/http"

	"github.com/latchkey-go/latchkey/internal/dialect"
)

// dialectOf is a Manager as latchkey sees it.
type dialectOf struct{ m *Manager }

var _ dialect.Dialect = dialectOf{}

// Check asks for what guards need and New does not.
func (d dialectOf) Check(sessions bool) []error {
	m := d.m
	var errs []error
	if m.keys.verifyErr != nil && m.opt.DecodeKey == nil {
		errs = append(errs, m.keys.verifyErr)
	}
	if sessions && m.set.neverExpire() {
		errs = append(errs, errors.New("JWT_ACCESS_TOKEN_EXPIRES and JWT_REFRESH_TOKEN_EXPIRES must not be false or 0 with a Store: tokens of a session end with it"))
	}
	return errs
}

func (d dialectOf) Open(r *http.Request, w dialect.Wanted) (dialect.Found, error) {
	if r.Method == http.MethodOptions && !w.AllowExpired {
		return dialect.Found{Exempt: true}, nil
	}
	f, err := d.m.locate(r, w)
	if err != nil {
		return dialect.Found{Stray: f.stray}, err
	}
	known, err := d.m.verify(r.Context(), f.raw, f.csrf, w)
	return dialect.Found{Known: known, At: f.at, Stray: f.stray}, err
}

func (d dialectOf) Revoked(ctx context.Context, k *dialect.Known) (bool, error) {
	return d.m.opt.TokenInBlocklist(ctx, headerOf(k.Raw), filled(object(string(k.Claims.Payload()))))
}

func (d dialectOf) Revoke(ctx context.Context, k *dialect.Known) error {
	if d.m.opt.RevokeToken == nil || k.ID == "" {
		return nil
	}
	return d.m.opt.RevokeToken(ctx, k.ID, k.ExpiresAt)
}

func (d dialectOf) Issue(ctx context.Context, g dialect.Grant) (dialect.Issued, error) {
	return d.m.create(ctx, g.Subject, TokenOptions{Fresh: g.Fresh}, g)
}

func (d dialectOf) SetCookies(w http.ResponseWriter, access, refresh dialect.Issued) error {
	var all []*http.Cookie
	if access.Text != "" {
		all = d.m.pair(false, access.Text, access.CSRF, CookieOptions{})
	}
	if refresh.Text != "" {
		all = append(all, d.m.pair(true, refresh.Text, refresh.CSRF, CookieOptions{})...)
	}
	return d.m.writeCookies(w, all)
}

func (d dialectOf) ClearCookies(w http.ResponseWriter) {
	// Names, paths and domain cannot be wrong where setting them was right.
	_ = d.m.UnsetJWTCookies(w, "")
}

func (d dialectOf) Say(err error) error { return d.m.say(err) }
