package jwt

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// KeyState is where a key of a [Keyring] stands. Keys of all three states
// verify and are published; they go through them in this order.
type KeyState string

// The states there are.
const (
	KeyStandby KeyState = "standby" // published, so that others know it before it signs
	KeyActive  KeyState = "active"  // signs; there is exactly one
	KeyRetired KeyState = "retired" // verifies until the tokens it signed have ended
)

// KeyInfo describes a key of a [Keyring].
type KeyInfo struct {
	ID        string
	Algorithm Algorithm
	State     KeyState
	CreatedAt time.Time
	// ActiveAt is when the key began to sign; for a standby key, when it may
	// begin. Zero for a key imported without its private half.
	ActiveAt time.Time
	// RetiredAt is when it stopped signing, or zero.
	RetiredAt time.Time
	// ForgetAt is when a retired key stops verifying and is deleted by the
	// next Rotate. Zero: only RetireNow removes it.
	ForgetAt time.Time
}

// Keyring keeps keys of one algorithm and rotates them. It is a [KeySource]:
// its key set is replaced as a whole when something changes. It is safe for
// concurrent use; a file-backed ring is safe for use by many processes too.
//
// Nothing happens by itself: call Rotate regularly to keep a schedule, and
// Reload to see what another process did to the file.
type Keyring struct {
	alg  Algorithm
	path string // empty: in memory

	mu   sync.Mutex // held while the ring changes
	keys []ringKey
	set  atomic.Pointer[KeySet]
}

// ringKey is a key with where it stands.
type ringKey struct {
	KeyInfo
	key *Key
}

// NewKeyring returns a ring in memory with one new active key. Its keys, and
// with them the tokens they signed, end with the process.
func NewKeyring(alg Algorithm) (*Keyring, error) {
	r := &Keyring{alg: alg}
	first, err := newRingKey(alg, KeyActive, time.Now())
	if err != nil {
		return nil, err
	}
	if err := r.use([]ringKey{first}); err != nil {
		return nil, err
	}
	return r, nil
}

// OpenKeyring opens the ring in the file at path. If there is no file it makes
// one, mode 0600, with one new active key; the directory must exist.
//
// The file holds private keys in clear. It is refused, with an error that says
// what to do, when it is a symbolic link, not a regular file, or open to group
// or others (on systems that have such modes); and when it is for another
// algorithm.
func OpenKeyring(path string, alg Algorithm) (*Keyring, error) {
	if path == "" {
		return nil, fmt.Errorf("%w: the keyring has no path; NewKeyring makes one in memory", ErrKey)
	}
	if alg.parameters().family == familyNone {
		return nil, fmt.Errorf("%w: unknown algorithm %q", ErrKey, alg)
	}
	r := &Keyring{alg: alg, path: path}
	err := r.change(func(keys []ringKey) ([]ringKey, error) {
		if len(keys) > 0 {
			return keys, nil
		}
		first, err := newRingKey(alg, KeyActive, time.Now())
		return []ringKey{first}, err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

func newRingKey(alg Algorithm, state KeyState, now time.Time) (ringKey, error) {
	k, err := GenerateKey(alg)
	if err != nil {
		return ringKey{}, err
	}
	now = now.UTC().Truncate(time.Second)
	return ringKey{KeyInfo{ID: k.id, Algorithm: alg, State: state, CreatedAt: now, ActiveAt: now}, k}, nil
}

// KeySet returns the keys in force. It does no I/O and returns the same
// pointer until the ring changes.
func (r *Keyring) KeySet() *KeySet { return r.set.Load() }

// Keys describes all keys: the active one, then standby, then retired ones.
func (r *Keyring) Keys() []KeyInfo {
	r.mu.Lock()
	defer r.mu.Unlock()
	infos := make([]KeyInfo, len(r.keys))
	for i, k := range r.keys {
		infos[i] = k.KeyInfo
	}
	return infos
}

// Import adds a key of the ring's algorithm that was made elsewhere. One that
// can sign becomes a standby key: it verifies at once and signs from the next
// call of Rotate. One that cannot becomes a retired key that verifies until
// RetireNow removes it. A key that a file cannot hold, such as one of a key
// management service, is refused by a ring that has a file.
func (r *Keyring) Import(k *Key) error {
	switch {
	case k == nil:
		return fmt.Errorf("%w: no key to import", ErrKey)
	case k.alg != r.alg:
		return fmt.Errorf("%w: the ring is for %s, the key for %s", ErrKey, r.alg, k.alg)
	case !k.verify:
		return fmt.Errorf("%w: the key cannot verify", ErrKey)
	}
	now := time.Now().UTC().Truncate(time.Second)
	entry := ringKey{KeyInfo{ID: k.id, Algorithm: k.alg, State: KeyStandby, CreatedAt: now, ActiveAt: now}, k}
	if !k.sign {
		entry.State, entry.ActiveAt, entry.RetiredAt = KeyRetired, time.Time{}, now
	}
	return r.change(func(keys []ringKey) ([]ringKey, error) {
		return append(keys, entry), nil
	})
}

// RetireNow removes a key at once: for one that may have leaked. Tokens it
// signed are ErrUnknownKey from here on, in this process now and in others
// after their Reload. When it is the active key, the oldest standby key or else
// a new one takes its place without having been published before.
func (r *Keyring) RetireNow(kid string) error {
	return r.change(func(keys []ringKey) ([]ringKey, error) {
		i := slices.IndexFunc(keys, func(k ringKey) bool { return k.ID == kid })
		if i < 0 {
			return nil, fmt.Errorf("%w: the ring has no key with this id", ErrUnknownKey)
		}
		wasActive := keys[i].State == KeyActive
		keys = slices.Delete(keys, i, i+1)
		if !wasActive {
			return keys, nil
		}
		now := time.Now().UTC().Truncate(time.Second)
		if next := oldestStandby(keys); next != nil {
			next.State, next.ActiveAt = KeyActive, now
			return keys, nil
		}
		fresh, err := newRingKey(r.alg, KeyActive, now)
		return append(keys, fresh), err
	})
}

// Reload reads the file again, for changes of other processes. It keeps the
// keys it has when that fails. For a ring in memory it does nothing.
func (r *Keyring) Reload() error {
	if r.path == "" {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, err := readKeyFile(r.path, r.alg)
	if err != nil {
		return err
	}
	return r.use(keys)
}

// change replaces the ring's keys by what f makes of them, in the file first.
// Between reading and writing the file no other process can change it.
func (r *Keyring) change(f func([]ringKey) ([]ringKey, error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" {
		keys, err := f(slices.Clone(r.keys))
		if err != nil {
			return err
		}
		return r.use(keys)
	}
	return withKeyFileLock(r.path, func() error {
		before, err := readKeyFile(r.path, r.alg)
		if err != nil && !isNotExist(err) {
			return err
		}
		after, err := f(slices.Clone(before))
		if err != nil {
			return err
		}
		if _, err := ringSet(after); err != nil {
			return err // nothing is written that could not be read again
		}
		if !slices.Equal(before, after) {
			if err := writeKeyFile(r.path, r.alg, after); err != nil {
				return err
			}
		}
		return r.use(after)
	})
}

// use puts keys into force. The key set stays the same when they are the same.
func (r *Keyring) use(keys []ringKey) error {
	sortRing(keys)
	if r.set.Load() != nil && slices.EqualFunc(r.keys, keys, sameInForce) {
		r.keys = keys
		return nil
	}
	set, err := ringSet(keys)
	if err != nil {
		return err
	}
	r.keys = keys
	r.set.Store(set)
	return nil
}

func sameInForce(a, b ringKey) bool {
	return a.ID == b.ID && a.State == b.State && a.key.material() == b.key.material()
}

// ringSet is the key set of a ring.
func ringSet(keys []ringKey) (*KeySet, error) {
	var active *Key
	var others []*Key
	for _, k := range keys {
		if k.State != KeyActive {
			others = append(others, k.key)
			continue
		}
		if active != nil {
			return nil, fmt.Errorf("%w: the keyring has two active keys", ErrKey)
		}
		active = k.key
	}
	if active == nil {
		return nil, fmt.Errorf("%w: the keyring has no active key", ErrKey)
	}
	return NewKeySet(active, others...)
}

// sortRing brings the active key first, then standby keys, then retired ones,
// each from old to new.
func sortRing(keys []ringKey) {
	rank := map[KeyState]int{KeyActive: 0, KeyStandby: 1, KeyRetired: 2}
	slices.SortStableFunc(keys, func(a, b ringKey) int {
		if d := rank[a.State] - rank[b.State]; d != 0 {
			return d
		}
		return a.ActiveAt.Compare(b.ActiveAt)
	})
}

// oldestStandby returns the standby key that is to sign next, or nil.
func oldestStandby(keys []ringKey) *ringKey {
	var oldest *ringKey
	for i := range keys {
		k := &keys[i]
		if k.State == KeyStandby && (oldest == nil || k.ActiveAt.Before(oldest.ActiveAt)) {
			oldest = k
		}
	}
	return oldest
}
