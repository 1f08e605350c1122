package account

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/latchkey-go/latchkey/session"
)

// maxName is the most code points of a User.Name.
const maxName = 128

// SignUp is what a person gives to get an account.
type SignUp struct {
	// Username has 3 to 64 letters, digits and . _ - + @ ' so that it may be
	// an e-mail address.
	Username string
	// Name is what the person is called; may be empty, at most 128 characters.
	// Of a name of which nothing can be seen nothing is kept.
	Name string
	// Password must satisfy the Policy.
	Password string
	// Client says where the request comes from; see Credentials.Client.
	Client session.Client
}

// SignUp makes an account. Whether the name is taken costs the same hashing as
// success, and attempts are limited by address.
//
// Errors: *ValidationError with everything that is wrong, ErrUsernameTaken,
// *ThrottledError, *BusyError, or that of the store or of ctx.
func (s *Service) SignUp(ctx context.Context, in SignUp) (*User, error) {
	u, err := s.newUser(in.Username, in.Name, func(e *ValidationError, key string) {
		if s.reserved[key] {
			e.add("username", "This username is kept for the operator. Choose another.")
		}
		e.add("password", s.config.Policy.problem(normalize(in.Password), []string{in.Username, in.Name}))
	})
	if err != nil {
		return nil, err
	}
	refused := Event{Kind: EventSignUpRefused, Client: in.Client}
	u.PasswordHash, err = s.hash(ctx, in.Password, s.throttle.signUpBucket(in.Client.Address))
	if errors.Is(err, ErrThrottled) {
		refused.Reason = ReasonClientThrottle
		s.emit(ctx, refused)
	}
	if err != nil {
		return nil, err
	}
	u.PasswordChangedAt = u.CreatedAt
	e := about(EventSignedUp, u)
	e.Client = in.Client
	e, log := s.change(ctx, e)
	if err := s.config.Store.CreateUser(ctx, u, log...); err != nil {
		if errors.Is(err, ErrUsernameTaken) {
			refused.Reason = ReasonUsernameTaken
			s.emit(ctx, refused)
		}
		return nil, wrap("create the user", err)
	}
	s.tell(ctx, e)
	return u, nil
}

// NewUser is what an operator gives to make an account for somebody.
type NewUser struct {
	Username string
	Name     string
	// PasswordHash is a hash from another system, in one of the formats of
	// ParseHash; it is replaced when the person first signs in. Empty: the
	// person has no password until SetPassword.
	PasswordHash string
	// Scopes are what the person may do besides signing in; see
	// Service.SetScopes.
	Scopes []string
	// MustChangePassword asks for another password at the first sign-in.
	MustChangePassword bool
}

// AddUser makes an account for somebody else: for operators, and for taking
// users over from another system. Reserved names are allowed. There is no way
// for an operator to choose a person's password here; see SetPassword.
//
// argon2 hashes are checked against the password in Unicode form NFKC, as this
// package makes them. Somebody whose old system did not normalise, and whose
// password has signs that NFKC changes (such as "ﬁ" or "½"), must set a new one.
// A hash that costs more than the service's own shows by the time it takes,
// until its owner first signs in, that the name exists.
//
// Errors: *ValidationError, ErrUnsupportedHash, ErrUsernameTaken, ErrNotAllowed
// (see WithAuthority), or that of the store.
func (s *Service) AddUser(ctx context.Context, in NewUser) (*User, error) {
	u, err := s.newUser(in.Username, in.Name, nil)
	if err != nil {
		return nil, err
	}
	if in.PasswordHash != "" {
		if _, err := ParseHash(in.PasswordHash); err != nil {
			return nil, err
		}
		u.PasswordHash, u.PasswordChangedAt = in.PasswordHash, u.CreatedAt
	}
	if u.Scopes, err = checkScopes(in.Scopes); err != nil {
		return nil, err
	}
	u.MustChangePassword = in.MustChangePassword
	if err := s.checkAuthority(ctx); err != nil {
		return nil, err
	}
	e, log := s.change(ctx, about(EventUserAdded, u))
	if err := s.config.Store.CreateUser(ctx, u, log...); err != nil {
		return nil, wrap("create the user", err)
	}
	s.tell(ctx, e)
	return u, nil
}

// newUser checks what every new user has, and what more says, all at once.
func (s *Service) newUser(username, name string, more func(e *ValidationError, key string)) (*User, error) {
	var e ValidationError
	key, problem := checkUsername(username)
	e.add("username", problem)
	name = strings.TrimSpace(name)
	e.add("name", checkName(name))
	if more != nil {
		more(&e, key)
	}
	if err := e.orNil(); err != nil {
		return nil, err
	}
	id := make([]byte, 16)
	rand.Read(id) // never fails
	return &User{
		ID:          base64.RawURLEncoding.EncodeToString(id),
		Username:    strings.TrimSpace(username),
		UsernameKey: key,
		Name:        visible(name),
		CreatedAt:   s.config.Now(),
	}, nil
}

// checkName returns what is wrong with a name in plain words. Names of people
// follow no rules, so only what breaks a page or a log line is refused.
func checkName(name string) string {
	switch {
	case len(name) > 4*maxName || utf8.RuneCountInString(name) > maxName:
		return "A name may have at most 128 characters."
	case !utf8.ValidString(name) || strings.ContainsFunc(name, breaksText):
		return "A name may not have control characters or line breaks."
	}
	return ""
}

// visible is a name, or empty if nothing of it can be seen, as if it were space.
func visible(name string) string {
	if strings.ContainsFunc(name, canBeSeen) {
		return name
	}
	return ""
}

// canBeSeen is false for spaces, joiners and other characters without a shape of
// their own: those that Unicode calls ignorable, and the empty Braille pattern.
func canBeSeen(r rune) bool {
	return r != '\u2800' && unicode.IsGraphic(r) && !unicode.IsSpace(r) &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// breaksText finds control characters, line breaks and the marks that turn the
// direction of text around; joiners, which some languages need, are fine.
func breaksText(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
		'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
