package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/jwt"
)

type keyRotateCommand struct {
	Now        bool     `help:"Let the next key sign at once, instead of publishing it first. Others who verify tokens may not know it yet."`
	Ahead      duration `help:"How long to publish the next key before it signs: longer than anybody keeps a copy of the public keys." default:"24h"`
	RefreshTTL duration `name:"refresh-ttl" help:"As that of serve: for so long, and a day, the old key still verifies." default:"14d" env:"LATCHKEY_REFRESH_TTL"`
	keyFile
	format
}

// rotation is what a rotation did, in JSON.
type rotation struct {
	Changed bool     `json:"changed"`
	Keys    []keyRow `json:"keys"`
}

// Run does the step of a rotation that is due.
func (c *keyRotateCommand) Run(ctx context.Context, to streams) error {
	if c.RefreshTTL == 0 {
		return usageError("--refresh-ttl must be above zero")
	}
	ring, err := c.open()
	if err != nil {
		return err
	}
	before := ring.Keys()
	plan := installation.RotationNow(time.Duration(c.RefreshTTL))
	if !c.Now {
		plan.PublishAhead = time.Duration(c.Ahead)
	}
	changed, err := ring.Rotate(plan)
	if err != nil {
		return c.plainChange(err)
	}
	result := rotation{changed, keyRowsOf(ring.Keys())}
	if err := c.noteRotation(ctx, before, ring.Keys()); err != nil {
		return err
	}
	return c.print(to, result, rotationText(before, ring.Keys()))
}

// noteRotation keeps in the audit trail which key begins to do what.
func (c *keyRotateCommand) noteRotation(ctx context.Context, before, after []jwt.KeyInfo) error {
	var errs []error
	for _, change := range installation.KeyChanges(before, after) {
		errs = append(errs, c.note(ctx, change.Kind, change.ID))
	}
	return errors.Join(errs...)
}

// rotationText says what a rotation did and what comes next. The active key is
// the first.
func rotationText(before, after []jwt.KeyInfo) string {
	if waiting := installation.WaitingKey(after); waiting != nil {
		again := fmt.Sprintf("It can sign from %s on: then run this again.", when(waiting.ActiveAt))
		if installation.Knows(before, waiting.ID) {
			return fmt.Sprintf("Key %s is published already. %s\nTo not wait for it, add --now.", waiting.ID, again)
		}
		return fmt.Sprintf("Key %s is published. %s\n%s", waiting.ID, again, tellServers)
	}
	old := slices.IndexFunc(after, func(k jwt.KeyInfo) bool { return k.ID == before[0].ID })
	return fmt.Sprintf("Key %s signs. %s verifies until %s, so that nobody is signed out.\n%s",
		after[0].ID, before[0].ID, when(after[old].ForgetAt), tellServers)
}

type keyRetireCommand struct {
	ID string `arg:"" help:"Key to remove, as key list shows it."`
	confirmation
	keyFile
	format
}

// Run removes a key.
func (c *keyRetireCommand) Run(ctx context.Context, to streams) error {
	ring, err := c.open()
	if err != nil {
		return err
	}
	keys := ring.Keys()
	i := slices.IndexFunc(keys, func(k jwt.KeyInfo) bool { return k.ID == c.ID })
	if i < 0 {
		return notFoundError("there is no key %s; look with: latchkey key list", c.ID)
	}
	question := fmt.Sprintf("Remove the %s key %s for good, and with it every token that it has signed?", keys[i].State, c.ID)
	if err := c.confirm(ctx, to, question); err != nil {
		return err
	}
	if err := ring.RetireNow(c.ID); err != nil {
		return c.plainChange(err)
	}
	if err := c.note(ctx, installation.KeyRetired, c.ID); err != nil {
		return err
	}
	return c.print(to, removal{[]string{c.ID}, ring.KeySet().SigningKey().ID()},
		fmt.Sprintf("Key %s is removed; %s signs.\n%s", c.ID, ring.KeySet().SigningKey().ID(), tellServers))
}

// removal is which keys went, and which signs now, in JSON.
type removal struct {
	Removed    []string `json:"removed"`
	SigningKey string   `json:"signing_key"`
}
