package installation

import (
	"slices"
	"time"

	"github.com/latchkey-go/latchkey/jwt"
)

const (
	// PublishAhead is how long a scheduled key is published before it signs: far
	// longer than servers take to read the file again, and than other services
	// keep a copy of the public keys.
	PublishAhead = 24 * time.Hour

	// verifyMargin is how much longer a key verifies than a token it signed last
	// can live: time for every server to have read the file.
	verifyMargin = 24 * time.Hour
)

// RotationNow lets the next key sign at once. lifetime is that of the tokens
// that live longest.
func RotationNow(lifetime time.Duration) jwt.Rotation {
	return jwt.Rotation{VerifyFor: lifetime + verifyMargin}
}

// RotationEvery lets a new key take over again and again, published before.
func RotationEvery(every, lifetime time.Duration) jwt.Rotation {
	return jwt.Rotation{Every: every, PublishAhead: PublishAhead, VerifyFor: lifetime + verifyMargin}
}

// RotationWaits says that a key has not been published for long enough to sign:
// one that was imported may sign at the next rotation, which is for a person to
// decide.
func RotationWaits(keys []jwt.KeyInfo, now time.Time) bool {
	waiting := WaitingKey(keys)
	return waiting != nil && now.Before(waiting.CreatedAt.Add(PublishAhead))
}

// WaitingKey is the standby key, if there is one.
func WaitingKey(keys []jwt.KeyInfo) *jwt.KeyInfo {
	i := slices.IndexFunc(keys, func(k jwt.KeyInfo) bool { return k.State == jwt.KeyStandby })
	if i < 0 {
		return nil
	}
	return &keys[i]
}

// KeyChange is what a rotation did with one key. Its kind is that of the record
// in the audit trail.
type KeyChange struct {
	Kind RecordKind
	ID   string
}

// KeyChanges says which key began to do what between two looks at a keyring.
func KeyChanges(before, after []jwt.KeyInfo) []KeyChange {
	var changes []KeyChange
	if waiting := WaitingKey(after); waiting != nil && !Knows(before, waiting.ID) {
		changes = append(changes, KeyChange{KeyPublished, waiting.ID})
	}
	if before[0].ID != after[0].ID { // the one that signs
		changes = append(changes, KeyChange{KeyTookOver, after[0].ID})
	}
	for _, k := range before {
		if !Knows(after, k.ID) {
			changes = append(changes, KeyChange{KeyForgotten, k.ID})
		}
	}
	return changes
}

// Knows says whether a key is among keys.
func Knows(keys []jwt.KeyInfo, id string) bool {
	return slices.ContainsFunc(keys, func(k jwt.KeyInfo) bool { return k.ID == id })
}
