// Package tokencache remembers tokens that have been verified, so that the
// signature of a token that comes with every request is computed once.
//
// It remembers what a token says, and nothing of whether it may still be used.
// The caller judges that anew on each hit: the times, whether the session
// lives, CSRF, freshness, roles.
package tokencache

import (
	"hash/maphash"
	"math/bits"
	"sync/atomic"

	"github.com/latchkey-go/latchkey/jwt"
)

// MaxTokenLength is the longest token that is remembered, in bytes. With the
// number of slots it bounds the memory of a cache: about a kilobyte for a usual
// token, and less than four times MaxTokenLength for any.
const MaxTokenLength = 2 << 10

// ways is how many slots a token may be in. One comparison of hashes each is
// cheap; with fewer, two busy tokens that share a slot would keep driving each
// other out.
const ways = 4

// Cache maps the text of verified tokens to what they say. Readers take no
// lock and write nothing that another core reads. It is safe for concurrent
// use. Everybody who asks gets the same V, which nobody may change.
type Cache[V any] struct {
	seed maphash.Seed
	sets []set[V]        // a power of two of them
	once []atomic.Uint32 // a mark of what Recurs was asked of last

	_      [64]byte // what is written below is not in the cache line of what all read
	victim atomic.Uint32
	counts counts
}

// set is the slots in which a token may be, chosen by its hash.
type set[V any] [ways]atomic.Pointer[entry[V]]

// entry is never changed once it is in a slot.
type entry[V any] struct {
	// hash is compared first. The text is compared only with one whose signature
	// has the same 64 bits under a secret seed, so the time this takes tells
	// nobody how much of a guessed signature is right.
	hash uint64
	text string
	// keys is the set the token was verified with. Holding it here keeps its
	// address from being used again while the entry lives.
	keys  *jwt.KeySet
	value V
}

// New returns a cache of at least so many slots. It grows to its size with use
// and then stays as large.
func New[V any](slots int) *Cache[V] {
	sets := max(1, (slots+ways-1)/ways)
	return &Cache[V]{
		seed: maphash.MakeSeed(),
		sets: make([]set[V], 1<<bits.Len(uint(sets-1))),
		once: make([]atomic.Uint32, ways<<bits.Len(uint(sets-1))),
	}
}

// Get returns what Put was given for exactly this text and this key set; nil
// when it is not there. Another key set, and be it the same keys in a new one,
// is another generation, of which nothing is known yet.
func (c *Cache[V]) Get(keys *jwt.KeySet, text string) *V {
	hash := c.hash(text)
	s := c.set(hash)
	for i := range s {
		if e := s[i].Load(); e != nil && e.is(hash, keys, text) {
			c.counts.hit()
			return &e.value
		}
	}
	c.counts.misses.Add(1)
	return nil
}

// Recurs says whether it was asked of this token before, with this key set, and
// so whether Put is worth while: for a token that Put would not keep it is not.
// There is one mark for each slot, which the next token of the same place takes,
// so a no may be wrong; and a yes is wrong once in four billion times, which
// makes one Put too many.
func (c *Cache[V]) Recurs(keys *jwt.KeySet, text string) bool {
	if len(text) > MaxTokenLength {
		return false
	}
	hash := c.hash(text)
	mark := uint32((hash ^ maphash.Comparable(c.seed, keys)) >> 32)
	last := &c.once[hash&uint64(len(c.once)-1)]
	return last.Load() == mark || last.Swap(mark) == mark
}

// Put remembers a token. keys must be the set that verified it, taken before
// verification began, and only a token that passed every check may be put in.
// A text that is too long is not remembered. It is kept as it is, so it should
// not be a piece of something larger, such as all cookies of a request.
func (c *Cache[V]) Put(keys *jwt.KeySet, text string, value V) {
	if len(text) > MaxTokenLength {
		return
	}
	e := &entry[V]{hash: c.hash(text), text: text, keys: keys, value: value}
	c.slot(e).Store(e)
}

// hashed is how much of a token is hashed: its end, which is signature and so
// tells tokens apart as well as the whole would.
const hashed = 48

func (c *Cache[V]) hash(text string) uint64 {
	return maphash.String(c.seed, text[max(0, len(text)-hashed):])
}

func (c *Cache[V]) set(hash uint64) *set[V] { return &c.sets[hash&uint64(len(c.sets)-1)] }

// slot chooses where a new entry goes: where the same token is already, else
// where nothing of this generation is lost, else by turns.
func (c *Cache[V]) slot(e *entry[V]) *atomic.Pointer[entry[V]] {
	s := c.set(e.hash)
	var spare *atomic.Pointer[entry[V]]
	for i := range s {
		old := s[i].Load()
		switch {
		case old == nil || old.keys != e.keys:
			spare = &s[i]
		case old.hash == e.hash && old.text == e.text:
			return &s[i]
		}
	}
	if spare != nil {
		return spare
	}
	return &s[c.victim.Add(1)%ways]
}

func (e *entry[V]) is(hash uint64, keys *jwt.KeySet, text string) bool {
	return e.hash == hash && e.keys == keys && e.text == text
}
