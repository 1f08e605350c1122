package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/jwt"
)

// keyCommand is "latchkey key".
type keyCommand struct {
	List         keyListCommand         `cmd:"" help:"List the keys that sign and verify tokens, and what comes next for each."`
	Rotate       keyRotateCommand       `cmd:"" help:"Bring the next key: publish it, and later let it take over. Nobody is signed out."`
	Retire       keyRetireCommand       `cmd:"" help:"Remove a key at once; whoever has a token signed by it signs in again."`
	Leaked       keyLeakedCommand       `cmd:"" help:"After a leak: remove the keys, make a new one, end all sessions."`
	Import       keyImportCommand       `cmd:"" help:"Take in a key that was made elsewhere, as PEM or JWK."`
	ExportPublic keyExportPublicCommand `cmd:"" help:"Print the public keys, with which others verify tokens."`
}

// keyFile is the flags of commands on the file of the signing keys.
type keyFile struct {
	Algorithm jwt.Algorithm `help:"Algorithm of the keys in the file. The file of serve has EdDSA." default:"EdDSA" enum:"HS256,HS384,HS512,RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA"`
	location
}

// open opens the keys that are there. It makes none: that would hide a wrong
// --data.
func (k keyFile) open() (*jwt.Keyring, error) {
	path := k.installation().Keys()
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, notFoundError("there are no keys in %s; say with --data or --keys where they are, or make some with: latchkey serve", path)
	}
	return k.installation().OpenKeyring(k.Algorithm)
}

// plainChange is err, of changing the keys, in words for people.
func (k keyFile) plainChange(err error) error {
	if failure, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("the keys in %s are as they were: cannot write there: %w", k.installation().Keys(), failure.Err)
	}
	return plainKey(err)
}

// plainKey is err without the name of the package: what was refused, and why.
func plainKey(err error) error {
	if text, ok := strings.CutPrefix(err.Error(), jwt.ErrKey.Error()+": "); ok {
		return errors.New(text)
	}
	return err
}

// note keeps in the audit trail what was done to the keys, if there is a
// database: programs with the library may have their keys alone in the file.
func (k keyFile) note(ctx context.Context, kind installation.RecordKind, ids ...string) error {
	err := k.withPeople(ctx, func(p *people) error { return p.noteKeys(kind, ids...) })
	if err != nil && !errors.Is(err, installation.ErrMissing) {
		return fmt.Errorf("it was done, but is not in the audit trail: %w", err)
	}
	return nil
}

func (p *people) noteKeys(kind installation.RecordKind, ids ...string) error {
	var errs []error
	for _, id := range ids {
		errs = append(errs, p.record(kind, "key "+id))
	}
	return errors.Join(errs...)
}

// tellServers is what remains to be done after the file has changed.
const tellServers = "Running servers read the file within a minute, and at once on SIGHUP, such as by systemctl reload latchkey."

// keyRow is a key in JSON. No part of the key itself is in it.
type keyRow struct {
	ID        string        `json:"id"`
	Algorithm jwt.Algorithm `json:"algorithm"`
	State     jwt.KeyState  `json:"state"`
	CreatedAt time.Time     `json:"created_at"`
	// ActiveAt is when it began to sign; of a standby key, when it may begin.
	ActiveAt  time.Time `json:"active_at,omitzero"`
	RetiredAt time.Time `json:"retired_at,omitzero"`
	// ForgetAt is when a retired key stops verifying.
	ForgetAt time.Time `json:"forget_at,omitzero"`
	Next     string    `json:"next"`
}

func keyRowOf(k jwt.KeyInfo, now time.Time) keyRow {
	return keyRow{
		ID: k.ID, Algorithm: k.Algorithm, State: k.State, CreatedAt: k.CreatedAt,
		ActiveAt: k.ActiveAt, RetiredAt: k.RetiredAt, ForgetAt: k.ForgetAt, Next: nextOf(k, now),
	}
}

func keyRowsOf(keys []jwt.KeyInfo) []keyRow {
	now := time.Now()
	rows := make([]keyRow, len(keys))
	for i, k := range keys {
		rows[i] = keyRowOf(k, now)
	}
	return rows
}

// keyArgument is an id as an argument: one in 64 begins with a dash.
func keyArgument(id string) string {
	if strings.HasPrefix(id, "-") {
		return "-- " + id
	}
	return id
}

// nextOf says what becomes of a key, and what for.
func nextOf(k jwt.KeyInfo, now time.Time) string {
	switch {
	case k.State == jwt.KeyActive:
		return "signs; for a new one: latchkey key rotate"
	case k.State == jwt.KeyStandby && now.Before(k.ActiveAt):
		return "signs from " + when(k.ActiveAt) + " on; then run: latchkey key rotate"
	case k.State == jwt.KeyStandby:
		return "signs after: latchkey key rotate"
	case k.ForgetAt.IsZero():
		return "verifies until: latchkey key retire " + keyArgument(k.ID)
	case now.Before(k.ForgetAt):
		return "verifies until " + when(k.ForgetAt)
	}
	return "is of no more use; to remove it: latchkey key rotate"
}

type keyListCommand struct {
	keyFile
	format
}

// Run lists the keys.
func (c *keyListCommand) Run(to streams) error {
	ring, err := c.open()
	if err != nil {
		return err
	}
	list := c.table(to, "ID", "ALGORITHM", "STATE", "AGE", "NEXT")
	for _, row := range keyRowsOf(ring.Keys()) {
		if err := list.row(row, row.ID, string(row.Algorithm), string(row.State), age(time.Since(row.CreatedAt)), row.Next); err != nil {
			return err
		}
	}
	return list.end("There are no keys.")
}

// age shows how long ago something was, roughly.
func age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d min", max(d, 0)/time.Minute)
}
