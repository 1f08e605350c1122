package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

// oldKey is how long a key signs before somebody should ask why.
const oldKey = 365 * 24 * time.Hour

// checkKeys looks at the file of the keys, and makes none.
func checkKeys(s Settings) []Finding {
	path := s.Keys()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return []Finding{{"keys", Note, "there are no keys in " + path + " yet", "latchkey serve makes them when it starts"}}
	}
	ring, err := s.OpenKeys()
	if err != nil {
		return []Finding{{"keys", Problem, plain(err), "without usable keys the server does not start"}}
	}
	var found []Finding
	for _, k := range ring.Keys() {
		if f, notable := checkKey(s, k); notable {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		active := ring.KeySet().SigningKey()
		found = []Finding{{"keys", OK, howMany(len(ring.Keys()), "key") + "; " + active.ID() + " signs", ""}}
	}
	return found
}

func checkKey(s Settings, k jwt.KeyInfo) (Finding, bool) {
	now := s.now()
	switch {
	case s.RotateKeys > 0:
		return checkSchedule(s, k)
	case k.State == jwt.KeyActive && now.Sub(k.ActiveAt) > oldKey:
		return Finding{
			"key_age", Warning, fmt.Sprintf("the key %s has signed for %s", k.ID, days(now.Sub(k.ActiveAt))),
			"let another take over: latchkey key rotate; or have the server do it: --rotate-keys 90d",
		}, true
	case k.State == jwt.KeyStandby && !k.ActiveAt.IsZero() && now.After(k.ActiveAt):
		return Finding{
			"key_standby", Note, fmt.Sprintf("the key %s may take over since %s", k.ID, k.ActiveAt.UTC().Format(time.DateTime)),
			"finish the rotation: latchkey key rotate",
		}, true
	case k.State == jwt.KeyRetired && !k.ForgetAt.IsZero() && now.After(k.ForgetAt):
		return Finding{
			"key_retired", Note, fmt.Sprintf("the key %s signed no token that still lives, and is still accepted", k.ID),
			"remove it: latchkey key rotate",
		}, true
	}
	return Finding{}, false
}

// lateRotation is how much longer than its time a key signs before somebody
// should look: a new one is published for a day first, and servers may be down.
const lateRotation = 3 * 24 * time.Hour

// checkSchedule looks whether the server does what it was told.
func checkSchedule(s Settings, k jwt.KeyInfo) (Finding, bool) {
	age := s.now().Sub(k.ActiveAt)
	if k.State != jwt.KeyActive || age < s.RotateKeys+lateRotation {
		return Finding{}, false
	}
	return Finding{
		"key_schedule", Warning, fmt.Sprintf("the key %s has signed for %s, and --rotate-keys is %s", k.ID, days(age), days(s.RotateKeys)),
		"look into the log of the server for why it cannot write " + s.Keys() + ", and whether it runs",
	}, true
}
