package sessionmodel

import (
	"errors"
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// keyring is what all processes sign tokens with, and what the model knows of
// it. Rotating keys must cost nobody a token; one that is thrown away costs the
// tokens that it signed, and no session.
type keyring struct {
	*jwt.Keyring
	gone map[string]bool // ids of keys that were thrown away
}

// signed is a token as it travels, and the key that signed it.
type signed struct{ text, payload, key string }

// sign makes a token that says what the payload does.
func (w *world) sign(format string, args ...any) signed {
	payload := fmt.Sprintf(format, args...)
	set := w.keys.KeySet()
	text, err := set.Sign(jwt.Header{}, []byte(payload))
	w.must(err)
	return signed{text, payload, set.SigningKey().ID()}
}

// verifies says whether a token gets past its signature, which the model must
// have foreseen while it lasts.
func (w *world) verifies(s signed, expires time.Time) bool {
	_, payload, err := w.keys.KeySet().VerifyJWS(s.text)
	switch {
	case err == nil && string(payload) != s.payload:
		w.t.Errorf("the token says %s, want %s", payload, s.payload)
	case w.keys.gone[s.key]:
		w.want(err, jwt.ErrUnknownKey)
	case err != nil && (w.now.Before(expires) || !errors.Is(err, jwt.ErrUnknownKey)):
		w.t.Errorf("a token of a key that was rotated is refused: %v", err)
	}
	return err == nil
}

// rotateKeys brings another key, or announces it, and now and then throws away
// the one that signs.
func (w *world) rotateKeys() {
	if w.rand.IntN(8) == 0 {
		key := w.keys.KeySet().SigningKey().ID()
		w.must(w.keys.RetireNow(key))
		w.keys.gone[key] = true
		w.note("the key that signs is thrown away")
		return
	}
	// Clocks of the schedule go back by seconds.
	plan := jwt.Rotation{VerifyFor: refreshTTL + time.Hour, Now: w.now}
	if w.rand.IntN(2) == 0 {
		plan.PublishAhead = time.Minute
	}
	_, err := w.keys.Rotate(plan)
	w.must(err)
	w.note("the keys are rotated")
}
