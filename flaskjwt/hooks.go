package flaskjwt

import (
	"context"
	"errors"

	"github.com/latchkey-go/latchkey"
)

// verifyHook is Options.TokenVerification as a hook of latchkey.
func (m *Manager) verifyHook() func(context.Context, *latchkey.Token) error {
	if m.opt.TokenVerification == nil {
		return nil
	}
	return func(ctx context.Context, t *latchkey.Token) error {
		ok, err := m.opt.TokenVerification(ctx, Header(t), Payload(t))
		if err == nil && !ok {
			err = errors.New("Options.TokenVerification said no")
		}
		return err
	}
}

// userHook is Options.UserLookup as a hook of latchkey.
func (m *Manager) userHook() func(context.Context, *latchkey.Token) (any, error) {
	if m.opt.UserLookup == nil {
		return nil
	}
	return func(ctx context.Context, t *latchkey.Token) (any, error) {
		user, err := m.opt.UserLookup(ctx, Header(t), Payload(t))
		if err == nil && user == nil {
			err = latchkey.ErrUserGone
		}
		return user, err
	}
}
