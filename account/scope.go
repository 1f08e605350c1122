package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ScopeAdmin is the scope of people who look after the accounts of others, with
// the handlers that accounthttp.Handlers.RegisterAdmin adds.
const ScopeAdmin = "admin"

// Bounds of User.Scopes.
const (
	maxScopes     = 32
	maxScopeBytes = 64
)

// HasScope says whether the user has a scope.
func (u *User) HasScope(scope string) bool { return slices.Contains(u.Scopes, scope) }

// SetScopes replaces what the user may do besides signing in, and ends all their
// sessions in the same transaction, so that no token from before outlives the
// change. Nothing happens if these are the scopes they have.
//
// Scopes are scope-tokens of RFC 6749, section 3.3: printable ASCII without
// space, quotation mark and backslash. There may be 32, each of at most 64
// bytes; order and repetition do not matter.
//
// Errors: *ValidationError with the field "scopes", ErrUserNotFound,
// ErrUserChanged if others change them at the same time, ErrOwnAccount and
// ErrNotAllowed (see WithAuthority), or that of the store.
func (s *Service) SetScopes(ctx context.Context, userID string, scopes []string) error {
	return s.changeScopes(ctx, userID, func([]string) []string { return scopes })
}

// GrantScope adds a scope to those of the user, as SetScopes does.
func (s *Service) GrantScope(ctx context.Context, userID, scope string) error {
	return s.changeScopes(ctx, userID, func(old []string) []string {
		return append(slices.Clone(old), scope)
	})
}

// RevokeScope takes a scope from the user, as SetScopes does.
func (s *Service) RevokeScope(ctx context.Context, userID, scope string) error {
	return s.changeScopes(ctx, userID, func(old []string) []string {
		return slices.DeleteFunc(slices.Clone(old), func(one string) bool { return one == scope })
	})
}

// changeScopes tries again when somebody else was faster.
func (s *Service) changeScopes(ctx context.Context, userID string, change func(old []string) []string) error {
	if err := notToSelf(ctx, userID); err != nil {
		return err
	}
	var err error
	for range 5 {
		if err = s.changeScopesOnce(ctx, userID, change); !errors.Is(err, ErrUserChanged) {
			return err
		}
	}
	return err
}

func (s *Service) changeScopesOnce(ctx context.Context, userID string, change func(old []string) []string) error {
	u, err := s.User(ctx, userID)
	if err != nil {
		return err
	}
	scopes, err := checkScopes(change(u.Scopes))
	if err != nil {
		return err
	}
	var events []Event
	event := func(kind EventKind, scope string) {
		e := about(kind, u)
		e.Reason = Reason(scope)
		events = append(events, e)
	}
	for _, scope := range scopes {
		if !u.HasScope(scope) {
			event(EventScopeGranted, scope)
		}
	}
	for _, scope := range u.Scopes {
		if !slices.Contains(scopes, scope) {
			event(EventScopeRevoked, scope)
		}
	}
	if events == nil {
		return nil
	}
	c, events := s.userChange(ctx, u, events...)
	ended, err := s.config.Store.SetScopes(ctx, c, u.Scopes, scopes)
	if err != nil {
		return wrap("change the scopes", err)
	}
	s.ended(ctx, events[0], ended)
	for _, e := range events[1:] {
		s.tell(ctx, e)
	}
	return nil
}

// checkScopes returns scopes sorted and each once, or a *ValidationError.
func checkScopes(scopes []string) ([]string, error) {
	scopes = slices.Compact(slices.Sorted(slices.Values(scopes)))
	var e ValidationError
	switch {
	case len(scopes) > maxScopes:
		e.add("scopes", fmt.Sprintf("A user may have at most %d scopes.", maxScopes))
	case slices.ContainsFunc(scopes, func(scope string) bool { return !isScopeToken(scope) }):
		e.add("scopes", fmt.Sprintf("A scope is 1 to %d letters, digits and signs, without spaces, quotation marks and backslashes.", maxScopeBytes))
	}
	return scopes, e.orNil()
}

// isScopeToken is scope-token of RFC 6749, section 3.3, with a bound.
func isScopeToken(scope string) bool {
	return scope != "" && len(scope) <= maxScopeBytes && !strings.ContainsFunc(scope, func(r rune) bool {
		return r < '!' || r > '~' || r == '"' || r == '\\'
	})
}
