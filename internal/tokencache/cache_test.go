package tokencache

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/latchkey-go/latchkey/jwt"
)

func newKeySet(t testing.TB) *jwt.KeySet {
	t.Helper()
	key, err := jwt.GenerateKey(jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	return key.KeySet()
}

// text is a token: what differs is the signature, at its end.
func text(i int) string { return fmt.Sprintf("header.payload.signature-%d", i) }

func TestRemembersExactlyWhatWasPut(t *testing.T) {
	keys := newKeySet(t)
	c := New[int](1 << 14) // so many that no two meet
	for i := range 16 {
		c.Put(keys, text(i), i)
	}
	for i := range 16 {
		if got := c.Get(keys, text(i)); got == nil || *got != i {
			t.Errorf("token %d gives %v", i, got)
		}
	}
	for _, other := range []string{
		"", text(99), text(1) + "x", "x" + text(1), text(1)[1:], text(1)[:len(text(1))-1], strings.ToUpper(text(1)),
		strings.Repeat("x", hashed) + text(1), "other." + strings.Repeat("y", hashed),
	} {
		if got := c.Get(keys, other); got != nil {
			t.Errorf("%q was never put in and gives %d", other, *got)
		}
	}
}

// Claims that are not those signed do not borrow the signature of others.
func TestOtherClaimsUnderTheSameSignature(t *testing.T) {
	keys := newKeySet(t)
	c := New[int](64)
	signature := "." + strings.Repeat("s", 2*hashed)
	c.Put(keys, "header.user"+signature, 0)
	if c.Get(keys, "header.root"+signature) != nil || c.Get(keys, "HEADER.user"+signature) != nil {
		t.Error("another token with the same signature is taken for the one put in")
	}
	if c.Get(keys, "header.user"+signature) == nil {
		t.Error("the token put in is not found")
	}
}

// A hash is no proof: an entry of the same hash and another text is no hit.
func TestComparesTheWholeText(t *testing.T) {
	keys := newKeySet(t)
	c := New[string](ways)
	value := "somebody else"
	hash := c.hash(text(1))
	c.set(hash)[0].Store(&entry[string]{hash: hash, text: text(2), keys: keys, value: value})
	if got := c.Get(keys, text(1)); got != nil {
		t.Errorf("a token with the same hash gives %q", *got)
	}
	c.Put(keys, text(1), "me")
	if got := c.Get(keys, text(1)); got == nil || *got != "me" {
		t.Errorf("beside a token of the same hash: %v", got)
	}
}

// Caches differ in where they put a token, so that nobody can prepare tokens
// that drive each other out.
func TestEachCacheHasItsSeed(t *testing.T) {
	a, b := New[int](64), New[int](64)
	if a.hash(text(1)) == b.hash(text(1)) {
		t.Error("two caches hash alike")
	}
}

func TestAnotherKeySetIsAnotherGeneration(t *testing.T) {
	key, err := jwt.GenerateKey(jwt.HS256)
	if err != nil {
		t.Fatal(err)
	}
	old, err := jwt.NewKeySet(key)
	if err != nil {
		t.Fatal(err)
	}
	next, err := jwt.NewKeySet(key)
	if err != nil {
		t.Fatal(err)
	}
	c := New[string](64)
	c.Put(old, text(1), "old")
	if c.Get(next, text(1)) != nil {
		t.Fatal("what the old keys verified is taken for verified by the new")
	}
	c.Put(next, text(1), "new")
	// A verification that began before the change ends after it.
	c.Put(old, text(1), "late")
	if got := c.Get(next, text(1)); got != nil && *got != "new" {
		t.Errorf("the new keys give %q", *got)
	}
}

// Entries of keys that are gone make room before any others.
func TestOldGenerationsMakeRoom(t *testing.T) {
	old, keys := newKeySet(t), newKeySet(t)
	c := New[int](ways)
	for i := range ways {
		c.Put(old, text(i), i)
	}
	for i := range ways {
		c.Put(keys, text(i), i)
	}
	for i := range ways {
		if c.Get(keys, text(i)) == nil {
			t.Errorf("token %d was driven out while older keys had a slot", i)
		}
	}
}

func (c *Cache[V]) filled() (n, bytes int) {
	for i := range c.sets {
		for j := range c.sets[i] {
			if e := c.sets[i][j].Load(); e != nil {
				n++
				bytes += len(e.text)
			}
		}
	}
	return n, bytes
}

func TestMemoryIsBounded(t *testing.T) {
	const slots = 256
	keys := newKeySet(t)
	c := New[int](slots)
	for i := range 10 * slots {
		c.Put(keys, text(i), i)
		c.Put(keys, text(i)+strings.Repeat("x", MaxTokenLength), i)
		c.Put(keys, text(7), i) // again and again, in one slot
	}
	n, bytes := c.filled()
	if n != slots || bytes > slots*len(text(10*slots)) {
		t.Errorf("%d entries of %d bytes in all; there are %d slots", n, bytes, slots)
	}
	long := strings.Repeat("x", MaxTokenLength)
	if c.Put(keys, long, 0); c.Get(keys, long) == nil {
		t.Errorf("a token of %d bytes is not remembered", len(long))
	}
	if c.Put(keys, long+"x", 0); c.Get(keys, long+"x") != nil {
		t.Errorf("a token of %d bytes is remembered", len(long)+1)
	}
}

func TestSlotsAreRoundedUp(t *testing.T) {
	for slots, want := range map[int]int{-1: 4, 0: 4, 1: 4, 4: 4, 5: 8, 9: 16, 4096: 4096, 5000: 8192} {
		if got := len(New[int](slots).sets) * ways; got != want {
			t.Errorf("New(%d) has %d slots, not %d", slots, got, want)
		}
	}
}

func TestHitsAllocateNothing(t *testing.T) {
	keys := newKeySet(t)
	c := New[int](64)
	c.Put(keys, text(1), 0)
	if n := testing.AllocsPerRun(1000, func() { c.Get(keys, text1) }); n != 0 {
		t.Errorf("a hit makes %v allocations", n)
	}
}

var text1 = text(1)

// Ten times more tokens than slots, two generations, many goroutines: whoever
// gets a value gets the one of the token asked for, by the keys asked for.
func TestChurn(t *testing.T) {
	const slots, tokens = 64, 640
	generations := []*jwt.KeySet{newKeySet(t), newKeySet(t)}
	type said struct {
		token int
		keys  *jwt.KeySet
	}
	c := New[said](slots)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20_000 {
				i, keys := rand.IntN(tokens), generations[rand.IntN(2)]
				got := c.Get(keys, text(i))
				if got == nil {
					c.Put(keys, text(i), said{i, keys})
					continue
				}
				if got.token != i || got.keys != keys {
					t.Errorf("token %d gives what was said of token %d", i, got.token)
					return
				}
			}
		})
	}
	wg.Wait()
	if n, _ := c.filled(); n > slots {
		t.Errorf("%d entries in %d slots", n, slots)
	}
	if s := c.Stats(); s.Misses == 0 || s.Hits == 0 {
		t.Errorf("after churn the counts are %+v", s)
	}
}

// What comes once is not worth a place; with other keys it is as new.
func TestRecurs(t *testing.T) {
	old, keys := newKeySet(t), newKeySet(t)
	c := New[int](1 << 14)
	tokens := apart(c, 16)
	for _, token := range tokens {
		if c.Recurs(old, token) || c.Recurs(keys, token) {
			t.Errorf("%s is said to come again", token)
		}
	}
	for _, token := range tokens {
		if !c.Recurs(keys, token) || c.Recurs(old, token) {
			t.Errorf("%s is not said to come again with the keys it came with, or with others", token)
		}
	}
}

// apart returns tokens of which Recurs keeps the marks in different places.
func apart(c *Cache[int], n int) []string {
	var tokens []string
	taken := map[uint64]bool{}
	for i := 0; len(tokens) < n; i++ {
		place := c.hash(text(i)) & uint64(len(c.once)-1)
		if !taken[place] {
			taken[place] = true
			tokens = append(tokens, text(i))
		}
	}
	return tokens
}

// What Put would not keep is not worth it however often it comes.
func TestRecursNotIfTooLong(t *testing.T) {
	keys := newKeySet(t)
	c := New[int](64)
	for length, want := range map[int]bool{MaxTokenLength: true, MaxTokenLength + 1: false} {
		long := strings.Repeat("x", length)
		c.Recurs(keys, long)
		if c.Recurs(keys, long) != want {
			t.Errorf("%d bytes: not %v", length, want)
		}
	}
}

// However many ask, of few tokens and many, each soon recurs.
func TestRecursConcurrently(t *testing.T) {
	keys := newKeySet(t)
	c := New[int](1 << 14)
	tokens := apart(c, 32)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 1000 {
				c.Recurs(keys, tokens[i%len(tokens)])
			}
		})
	}
	wg.Wait()
	for _, token := range tokens {
		if !c.Recurs(keys, token) {
			t.Errorf("%s is not said to come again", token)
		}
	}
}

func TestStats(t *testing.T) {
	keys := newKeySet(t)
	c := New[int](64)
	for i := range 100 {
		c.Get(keys, text(i))
	}
	c.Put(keys, text(1), 0)
	const hits = 1_000_000
	for range hits {
		c.Get(keys, text1)
	}
	s := c.Stats()
	if s.Misses != 100 {
		t.Errorf("%d misses, not 100", s.Misses)
	}
	// The sample's standard deviation is 0.8 percent.
	if s.Hits < hits*9/10 || s.Hits > hits*11/10 {
		t.Errorf("%d hits estimated of %d", s.Hits, hits)
	}
}
