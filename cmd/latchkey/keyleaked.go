package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/jwt"
)

type keyLeakedCommand struct {
	ID string `arg:"" optional:"" help:"The one key that leaked. Default: all, for whoever has the file has all of them."`
	confirmation
	keyFile
	format
}

// Run removes the keys, first of all, and ends every session.
func (c *keyLeakedCommand) Run(ctx context.Context, to streams) error {
	ring, err := c.open()
	if err != nil {
		return err
	}
	ids, err := c.leaked(ring.Keys())
	if err != nil {
		return err
	}
	question := fmt.Sprintf("Remove %s for good, end every session, and let everybody sign in again?", plural(int64(len(ids)), "key"))
	if err := c.confirm(ctx, to, question); err != nil {
		return err
	}
	for _, id := range ids {
		if err := ring.RetireNow(id); err != nil && !errors.Is(err, jwt.ErrUnknownKey) {
			return fmt.Errorf("%w; mend that and run this again", c.plainChange(err))
		}
	}
	signs := ring.KeySet().SigningKey().ID()
	err = c.withPeople(ctx, func(p *people) error {
		return errors.Join(p.sessions.EndAll(p.ctx), p.noteKeys(installation.KeyLeaked, ids...), p.noteKeys(installation.KeyTookOver, signs))
	})
	if err != nil {
		return fmt.Errorf("the keys are removed, but the sessions have not all ended: %w; mend that, then run: latchkey session revoke --all", err)
	}
	return c.print(to, leak{removal{ids, signs}, true}, c.text(len(ids), signs))
}

// leak is what was done about one, in JSON.
type leak struct {
	removal
	SessionsEnded bool `json:"sessions_ended"`
}

// leaked are the keys that have to go. Those in waiting go before the one that
// signs, so that none of them takes its place.
func (c *keyLeakedCommand) leaked(keys []jwt.KeyInfo) ([]string, error) {
	if c.ID != "" {
		if !installation.Knows(keys, c.ID) {
			return nil, notFoundError("there is no key %s; look with: latchkey key list", c.ID)
		}
		return []string{c.ID}, nil
	}
	var ids []string
	for _, k := range slices.Backward(keys) {
		ids = append(ids, k.ID)
	}
	return ids, nil
}

// text says what is done and what is left to do.
func (c *keyLeakedCommand) text(removed int, signs string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s removed. Key %s signs. Every session has ended: everybody signs in again.\n", plural(int64(removed), "key"), signs)
	b.WriteString("\nNow, in this order:\n")
	for i, step := range []string{
		"Send every running server SIGHUP, such as with systemctl reload latchkey, or restart it. Until then it takes tokens that a thief signs.",
		"Have services that check tokens by themselves fetch the public keys again, or restart them.",
		"Close the hole. Destroy copies of the old file, backups too.",
		"Look at what was done meanwhile: latchkey audit list --since 30d",
	} {
		fmt.Fprintf(&b, "%d. %s\n", i+1, step)
	}
	return b.String()
}
