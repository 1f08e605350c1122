package webapp

import (
	"context"
	"errors"
	"log"
	"maps"
	"net/http"
	"path/filepath"
	"time"

	"github.com/latchkey-go/latchkey"
	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/flaskjwt"
	"github.com/latchkey-go/latchkey/sqlstore/postgres"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

// Demo is a user for trying the app out.
type Demo struct {
	ID, Username, Name string
	Password           string // only to be announced
	PasswordHash       string // ready-made: the policy for passwords does not apply
}

// Open opens the database of an app, and its accounts.
func (s *Settings) Open(ctx context.Context, demo ...Demo) error {
	if err := s.OpenStore(ctx, s.Name+".db", ""); err != nil {
		return err
	}
	users, err := s.Store.ListUsers(ctx, "", 1)
	if err != nil {
		return err
	}
	return s.OpenAccounts(ctx, s.Store, len(users) == 0, demo...)
}

// OpenStore opens the PostgreSQL database of the URL dsn, or without one the
// SQLite file of the name in the data directory. Serve closes it.
func (s *Settings) OpenStore(ctx context.Context, name, dsn string) (err error) {
	if dsn != "" {
		s.Store, err = postgres.Open(ctx, dsn)
	} else if err = s.makeData(); err == nil {
		s.Store, err = sqlite.Open(ctx, filepath.Join(s.Data, name))
	}
	return err
}

// OpenAccounts opens the accounts of a store, and puts the demo users into an
// empty one. Guessing is limited, to 60 sign-ins a minute, which may come all
// at once.
func (s *Settings) OpenAccounts(ctx context.Context, store account.Store, empty bool, demo ...Demo) (err error) {
	s.Accounts, err = account.New(account.Config{
		Store: store, Now: s.Now, OnSessionsEnded: s.ended,
		Throttle: account.Throttle{DelayFrom: 60, ClientBurst: 60, ClientRefill: time.Second}, Queue: 60,
	})
	if err != nil {
		return err
	}
	for _, d := range demo {
		if empty {
			err = store.CreateUser(ctx, &account.User{
				ID: d.ID, Username: d.Username, UsernameKey: account.NormalizeUsername(d.Username),
				Name: d.Name, PasswordHash: d.PasswordHash, CreatedAt: time.Now(),
			})
			if err != nil {
				return err
			}
		}
		if u, err := s.Accounts.UserByUsername(ctx, d.Username); err == nil && u.PasswordHash == d.PasswordHash {
			log.Printf("demo user: %s / %s", d.Username, d.Password)
		}
	}
	return nil
}

// ErrInactive is the cause of an ErrUserGone of a user who is there but may not
// sign in.
var ErrInactive = errors.New("webapp: the user is not active")

// ended tells the guards at once of sessions that ended with a password.
func (s *Settings) ended(ids ...string) {
	if s.auth != nil {
		s.auth.Sessions().Ended(ids...)
	}
}

// Config is that of guards for tokens as Flask-JWT-Extended's, with sessions:
// settings come besides the secret and the lifetimes.
func (s *Settings) Config(settings flaskjwt.Settings) (latchkey.Config, *flaskjwt.Manager, error) {
	secret, err := s.Secret()
	if err != nil {
		return latchkey.Config{}, nil, err
	}
	all := flaskjwt.Settings{
		"JWT_SECRET_KEY":            secret,
		"JWT_ACCESS_TOKEN_EXPIRES":  s.AccessTTL,
		"JWT_REFRESH_TOKEN_EXPIRES": s.RefreshTTL,
	}
	maps.Copy(all, settings)
	tokens, err := flaskjwt.New(all, flaskjwt.Options{NoAdoption: true, Now: s.Now})
	if err != nil {
		return latchkey.Config{}, nil, err
	}
	cfg := tokens.Config()
	cfg.Store, cfg.TrustedOrigins, cfg.Hooks = s.Store, s.TrustedOrigins(), hooks(s.Accounts, tokens)
	return cfg, tokens, nil
}

// hooks look up the user of each token, who must be there and active, and
// refuse tokens without one of the claims that all of ours have.
func hooks(people *account.Service, m *flaskjwt.Manager) latchkey.Hooks {
	return latchkey.Hooks{
		User: func(ctx context.Context, t *latchkey.Token) (any, error) {
			u, err := people.User(ctx, t.Subject)
			switch {
			case errors.Is(err, account.ErrUserNotFound):
				return nil, latchkey.ErrUserGone
			case err == nil && u.Disabled():
				return nil, errors.Join(latchkey.ErrUserGone, ErrInactive)
			}
			return u, err
		},
		Verify: hasAllClaims,
		Error: func(w http.ResponseWriter, r *http.Request, e *latchkey.Error) {
			if missing := missingClaim(""); errors.As(e, &missing) {
				e = &latchkey.Error{Code: latchkey.ErrInvalid.Code, Status: http.StatusUnprocessableEntity, Message: missing.Error()}
			}
			m.WriteError(w, r, e)
		},
	}
}

// missingClaim is the name of a claim that a token lacks.
type missingClaim string

func (name missingClaim) Error() string { return "Missing claim: " + string(name) }

func hasAllClaims(_ context.Context, t *latchkey.Token) error {
	var claims Object
	if err := t.Claims(&claims); err != nil {
		return err
	}
	for _, name := range []string{"exp", "jti", "type", "iat"} {
		if _, has := claims[name]; !has {
			return missingClaim(name)
		}
	}
	return nil
}
