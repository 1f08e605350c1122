package importer

import (
	"context"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

// amendedStore is the store under the account.Service of an import: rows pass
// through the same rules as every new account, and get what only an import
// knows just before they are stored, in the same transaction.
type amendedStore struct {
	account.Store
	dryRun bool
	person *Person // who is made an account of
}

// CreateUser implements account.Store.
func (s *amendedStore) CreateUser(ctx context.Context, u *account.User, log ...account.AuditRecord) error {
	amend(u, s.person)
	for i := range log {
		log[i].UserID = u.ID
	}
	if s.dryRun {
		return nil
	}
	return s.Store.CreateUser(ctx, u, log...)
}

// amend gives an account what it was elsewhere.
func amend(u *account.User, p *Person) {
	if p.ID != "" {
		u.ID = p.ID
	}
	if !p.CreatedAt.IsZero() {
		u.CreatedAt = p.CreatedAt
	}
	if u.PasswordHash != "" {
		u.PasswordChangedAt = u.CreatedAt
		if !p.PasswordChangedAt.IsZero() {
			u.PasswordChangedAt = p.PasswordChangedAt
		}
	}
	u.DisabledAt = p.DisabledAt
}

// differences names what an account and a row that should be the same have
// different. A password that was hashed anew at a sign-in is the same.
func differences(u *account.User, p *Person, scopes []string) []string {
	var names []string
	add := func(differs bool, name string) {
		if differs {
			names = append(names, name)
		}
	}
	add(p.ID != "" && u.ID != p.ID, "id")
	add(u.Name != p.Name, "name")
	add(!slices.Equal(u.Scopes, scopes), "scopes")
	add(u.Disabled() != !p.DisabledAt.IsZero(), "whether it is disabled")
	add(!samePassword(u, p), "password")
	return names
}

func samePassword(u *account.User, p *Person) bool {
	if u.PasswordHash == p.PasswordHash {
		return true
	}
	if u.PasswordHash == "" || p.PasswordHash == "" {
		return false
	}
	h, err := account.ParseHash(u.PasswordHash)
	if err != nil || h.Algorithm() != "argon2id" {
		return false
	}
	// A person who chooses another password changes the time too; a rehash
	// leaves it.
	imported := u.CreatedAt
	if !p.PasswordChangedAt.IsZero() {
		imported = p.PasswordChangedAt
	}
	return u.PasswordChangedAt.Equal(imported.Truncate(time.Microsecond))
}
