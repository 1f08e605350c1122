package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/jwt"
)

type keyImportCommand struct {
	File string `arg:"" help:"File with one key, in PEM or as a JWK; - for standard input."`
	As   string `help:"What it is for: standby signs after the next key rotate; active signs at once; verify never signs, and verifies until it is retired." default:"standby" enum:"standby,active,verify"`
	// RefreshTTL is for the key that an active one takes the place of.
	RefreshTTL duration `name:"refresh-ttl" help:"As that of serve: for so long, and a day, the key that has signed until now still verifies." default:"14d" env:"LATCHKEY_REFRESH_TTL"`
	keyFile
	format
}

// Run imports a key.
func (c *keyImportCommand) Run(ctx context.Context, to streams) error {
	if c.RefreshTTL == 0 {
		return usageError("--refresh-ttl must be above zero")
	}
	ring, err := c.open()
	if err != nil {
		return err
	}
	k, err := c.read(ctx, to)
	if err != nil {
		return err
	}
	if c.As != "verify" && !k.CanSign() {
		return usageError("the key has no private half, so it cannot sign; take it in with --as verify")
	}
	if c.As == "active" {
		if waiting := installation.WaitingKey(ring.Keys()); waiting != nil {
			return fmt.Errorf("key %s waits to sign, and would come first; remove it with: latchkey key retire %s", waiting.ID, keyArgument(waiting.ID))
		}
	}
	if err := ring.Import(k); err != nil {
		return c.plainChange(err)
	}
	if c.As == "active" {
		plan := installation.RotationNow(time.Duration(c.RefreshTTL))
		if _, err := ring.Rotate(plan); err != nil {
			return c.plainChange(err)
		}
	}
	if err := c.note(ctx, installation.KeyImported, k.ID()); err != nil {
		return err
	}
	return c.report(to, ring, k.ID())
}

func (c *keyImportCommand) report(to streams, ring *jwt.Keyring, id string) error {
	text := map[string]string{
		"standby": "Key %s verifies from now on, and signs after: latchkey key rotate",
		"active":  "Key %s signs.",
		"verify":  "Key %s verifies until it is retired, and never signs.",
	}[c.As]
	rows := keyRowsOf(ring.Keys())
	for _, row := range rows {
		if row.ID == id {
			return c.print(to, row, fmt.Sprintf(text, id)+"\n"+tellServers)
		}
	}
	return fmt.Errorf("the key %s was removed by somebody else meanwhile", id)
}

// maxKeyText bounds what is read of one key.
const maxKeyText = 64 << 10

// read reads the key, and takes the private half away from one that shall only
// verify.
func (c *keyImportCommand) read(ctx context.Context, to streams) (*jwt.Key, error) {
	text, wide, err := c.text(ctx, to)
	if err != nil {
		return nil, err
	}
	var k *jwt.Key
	if strings.HasPrefix(text, "{") {
		k, err = jwt.ParseJWK([]byte(text))
	} else {
		k, err = jwt.ParsePEM(c.Algorithm, []byte(text))
	}
	if err != nil {
		return nil, fmt.Errorf("the key cannot be used: %w", plainKey(err))
	}
	if wide != 0 && k.CanSign() {
		return nil, fmt.Errorf("%s is open to other users (mode %04o), so its key may be known to others; make a new one, or close the file with: chmod 600 %s",
			c.File, wide, c.File)
	}
	if c.As != "verify" || !k.CanSign() {
		return k, nil
	}
	if k.Algorithm().Symmetric() {
		return nil, usageError("a key for %s that verifies can sign as well; take it in as standby", k.Algorithm())
	}
	public, err := jwt.NewVerificationKey(k.Algorithm(), k.Public())
	if err != nil {
		return nil, plainKey(err)
	}
	return public.WithID(k.ID())
}

// text is what the file has, and its mode if others can read it.
func (c *keyImportCommand) text(ctx context.Context, to streams) (text string, wide fs.FileMode, err error) {
	if c.File != "-" {
		if text, err = readBounded(c.File, maxKeyText); err != nil {
			return "", 0, cannotRead("the key", c.File, err)
		}
		return strings.TrimSpace(text) + "\n", modeForOthers(c.File), nil
	}
	if text, err = bounded(to.reader(ctx, "the key"), maxKeyText); err != nil {
		return "", 0, fmt.Errorf("cannot read the key: %w", err)
	}
	return strings.TrimSpace(text) + "\n", 0, nil
}

// modeForOthers is the mode of a file that users beside its owner can read;
// otherwise 0.
func modeForOthers(path string) fs.FileMode {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" {
		return 0
	}
	return info.Mode().Perm()
}
