package jwt

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// rings returns a keyring in memory and one in a file.
func rings(t *testing.T, alg Algorithm) map[string]*Keyring {
	t.Helper()
	return map[string]*Keyring{
		"memory": must(NewKeyring(alg)),
		"file":   must(OpenKeyring(filepath.Join(t.TempDir(), "keys.json"), alg)),
	}
}

func states(r *Keyring) string {
	var list []string
	for _, k := range r.Keys() {
		list = append(list, string(k.State))
	}
	return strings.Join(list, " ")
}

// plan is a schedule of a month, with a day ahead and an hour after.
func plan(now time.Time) Rotation {
	return Rotation{Every: 30 * 24 * time.Hour, PublishAhead: 24 * time.Hour, VerifyFor: time.Hour, Now: now}
}

// TestScheduledRotation follows one rotation through all its states.
func TestScheduledRotation(t *testing.T) {
	for name, ring := range rings(t, EdDSA) {
		t.Run(name, func(t *testing.T) {
			start := ring.Keys()[0].ActiveAt
			old := ring.KeySet()
			day := 24 * time.Hour
			token := must(old.Sign(Header{}, []byte(goodClaims)))
			for _, step := range []struct {
				at      time.Duration
				changed bool
				states  string
				signs   string // "old" or "new"
				token   error  // of the token the old key signed
			}{
				{0, false, "active", "old", nil},
				{29*day - time.Second, false, "active", "old", nil},
				{29 * day, true, "active standby", "old", nil},
				{29 * day, false, "active standby", "old", nil},
				{30*day - time.Second, false, "active standby", "old", nil},
				{30 * day, true, "active retired", "new", nil},
				{30*day + time.Hour - time.Second, false, "active retired", "new", nil},
				{30*day + time.Hour, true, "active", "new", ErrUnknownKey},
				{30*day + time.Hour, false, "active", "new", ErrUnknownKey},
			} {
				before := ring.KeySet()
				changed, err := ring.Rotate(plan(start.Add(step.at)))
				if err != nil || changed != step.changed || states(ring) != step.states {
					t.Fatalf("%v: changed %v, %v, states %q", step.at, changed, err, states(ring))
				}
				if (ring.KeySet() == before) == step.changed {
					t.Errorf("%v: the key set is the same = %v", step.at, !step.changed)
				}
				signer := ring.KeySet().SigningKey().ID()
				if (signer == old.SigningKey().ID()) != (step.signs == "old") {
					t.Errorf("%v: the wrong key signs", step.at)
				}
				if _, err := ring.KeySet().Verify(token, Expect{Now: epoch}); !errors.Is(err, step.token) || step.token == nil && err != nil {
					t.Errorf("%v: the old token: %v, want %v", step.at, err, step.token)
				}
				// Everything that verifies is published.
				if n := strings.Count(string(ring.KeySet().JWKS()), `"kid"`); n != len(ring.Keys()) {
					t.Errorf("%v: %d keys published", step.at, n)
				}
			}
		})
	}
}

// TestLateRotation: a schedule that nobody called does not shorten what is
// published ahead.
func TestLateRotation(t *testing.T) {
	ring := must(NewKeyring(EdDSA))
	late := ring.Keys()[0].ActiveAt.Add(90 * 24 * time.Hour)
	must(ring.Rotate(plan(late)))
	if states(ring) != "active standby" || !ring.Keys()[1].ActiveAt.Equal(late.Add(24*time.Hour)) {
		t.Errorf("%+v", ring.Keys())
	}
}

func TestRotationByHand(t *testing.T) {
	ring := must(NewKeyring(HS256))
	first := ring.KeySet().SigningKey().ID()
	at := ring.Keys()[0].ActiveAt
	// At once.
	if changed, err := ring.Rotate(Rotation{VerifyFor: time.Hour, Now: at}); err != nil || !changed || states(ring) != "active retired" {
		t.Fatalf("%v, %v, %q", changed, err, states(ring))
	}
	if ring.Keys()[1].ID != first || !ring.Keys()[1].ForgetAt.Equal(at.Add(time.Hour)) {
		t.Errorf("%+v", ring.Keys())
	}
	// Published first: it takes two calls.
	ahead := Rotation{PublishAhead: time.Minute, VerifyFor: time.Hour, Now: at}
	must(ring.Rotate(ahead))
	if states(ring) != "active standby retired" {
		t.Errorf("states %q", states(ring))
	}
	ahead.Now = at.Add(time.Minute)
	must(ring.Rotate(ahead))
	if states(ring) != "active retired retired" {
		t.Errorf("states %q", states(ring))
	}
	// Who cannot wait for the key that is published already.
	must(ring.Rotate(ahead))
	standby := ring.Keys()[1].ID
	must(ring.Rotate(Rotation{VerifyFor: time.Hour, Now: ahead.Now}))
	if states(ring) != "active retired retired retired" || ring.Keys()[0].ID != standby || !ring.Keys()[0].ActiveAt.Equal(ahead.Now) {
		t.Errorf("%+v", ring.Keys())
	}
	for name, bad := range map[string]Rotation{
		"no VerifyFor":          {},
		"negative Every":        {Every: -1, VerifyFor: 1},
		"negative PublishAhead": {PublishAhead: -1, VerifyFor: 1},
	} {
		if changed, err := ring.Rotate(bad); !errors.Is(err, ErrKey) || changed {
			t.Errorf("%s: %v, %v, want ErrKey", name, changed, err)
		}
	}
}

// TestRetiredKeysLoseTheirPrivateHalf: it is of no more use to anyone but a
// thief.
func TestRetiredKeysLoseTheirPrivateHalf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	ring := must(OpenKeyring(path, ES256))
	before := string(must(os.ReadFile(path)))
	must(ring.Rotate(Rotation{VerifyFor: time.Hour}))
	after := string(must(os.ReadFile(path)))
	if strings.Count(before, `"d"`) != 1 || strings.Count(after, `"d"`) != 1 || strings.Count(after, `"x"`) != 2 {
		t.Errorf("%s", after)
	}
}

func TestRetireNow(t *testing.T) {
	for name, ring := range rings(t, EdDSA) {
		t.Run(name, func(t *testing.T) {
			token := must(ring.KeySet().Sign(Header{}, []byte(goodClaims)))
			leaked := ring.KeySet().SigningKey().ID()
			if err := ring.RetireNow(leaked); err != nil {
				t.Fatal(err)
			}
			if _, err := ring.KeySet().Verify(token, Expect{Now: epoch}); !errors.Is(err, ErrUnknownKey) {
				t.Errorf("the leaked key's token: got %v, want ErrUnknownKey", err)
			}
			if states(ring) != "active" || ring.KeySet().SigningKey().ID() == leaked {
				t.Errorf("states %q", states(ring))
			}
			if err := ring.RetireNow(leaked); !errors.Is(err, ErrUnknownKey) {
				t.Errorf("again: got %v, want ErrUnknownKey", err)
			}
			// A standby key takes over if there is one.
			must(ring.Rotate(Rotation{PublishAhead: time.Hour, VerifyFor: time.Hour}))
			standby := ring.Keys()[1].ID
			if err := ring.RetireNow(ring.Keys()[0].ID); err != nil || ring.KeySet().SigningKey().ID() != standby || states(ring) != "active" {
				t.Errorf("%v, states %q", err, states(ring))
			}
		})
	}
}

func TestImport(t *testing.T) {
	for name, ring := range rings(t, ES256) {
		t.Run(name, func(t *testing.T) {
			mine := must(must(GenerateKey(ES256)).WithID("mine"))
			if err := ring.Import(mine); err != nil {
				t.Fatal(err)
			}
			token := must(mine.KeySet().Sign(Header{}, []byte(goodClaims)))
			if _, err := ring.KeySet().Verify(token, Expect{Now: epoch}); err != nil || states(ring) != "active standby" {
				t.Errorf("%v, states %q", err, states(ring))
			}
			must(ring.Rotate(Rotation{Every: time.Hour, VerifyFor: time.Hour}))
			if ring.KeySet().SigningKey().ID() != "mine" {
				t.Errorf("%v signs", ring.KeySet().SigningKey())
			}
			theirs := must(NewVerificationKey(ES256, must(GenerateKey(ES256)).Public()))
			if err := ring.Import(theirs); err != nil || states(ring) != "active retired retired" {
				t.Errorf("%v, states %q", err, states(ring))
			}
			must(ring.Rotate(Rotation{Every: 10 * 365 * 24 * time.Hour, VerifyFor: 1, Now: time.Now().Add(5 * 365 * 24 * time.Hour)}))
			if states(ring) != "active retired" {
				t.Errorf("a key that was imported to verify is forgotten: %q", states(ring))
			}
			if err := ring.RetireNow(theirs.ID()); err != nil || states(ring) != "active" {
				t.Errorf("%v, states %q", err, states(ring))
			}
			for what, k := range map[string]*Key{
				"nil":               nil,
				"another algorithm": testKey(t, EdDSA),
				"one it has":        mine,
			} {
				if err := ring.Import(k); !errors.Is(err, ErrKey) {
					t.Errorf("%s: got %v, want ErrKey", what, err)
				}
			}
		})
	}
	// A key whose private half is elsewhere cannot be written to a file.
	remote := must(NewSigningKey(ES256, brokenSigner{Signer: must(GenerateKey(ES256)).signer()}))
	both := rings(t, ES256)
	if err := both["memory"].Import(remote); err != nil {
		t.Errorf("memory: %v", err)
	}
	before := both["file"].KeySet()
	if err := both["file"].Import(remote); !errors.Is(err, ErrKey) || both["file"].KeySet() != before {
		t.Errorf("file: got %v, want ErrKey", err)
	}
	if err := must(NewKeyring(HS256)).Import(must(ParseJWK(edited(t, HS256, map[string]any{"use": nil, "key_ops": []string{"sign"}})))); !errors.Is(err, ErrKey) {
		t.Errorf("a key that cannot verify: got %v, want ErrKey", err)
	}
}

// TestReload: two processes share a file.
func TestReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	a, b := must(OpenKeyring(path, EdDSA)), must(OpenKeyring(path, EdDSA))
	if a.KeySet().SigningKey().ID() != b.KeySet().SigningKey().ID() {
		t.Fatal("two keyrings from one file")
	}
	must(a.Rotate(Rotation{VerifyFor: time.Hour}))
	token := must(a.KeySet().Sign(Header{}, []byte(goodClaims)))
	before := b.KeySet()
	if _, err := before.Verify(token, Expect{Now: epoch}); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("before Reload: got %v, want ErrUnknownKey", err)
	}
	if err := b.Reload(); err != nil || b.KeySet() == before {
		t.Fatalf("Reload: %v", err)
	}
	if _, err := b.KeySet().Verify(token, Expect{Now: epoch}); err != nil {
		t.Errorf("after Reload: %v", err)
	}
	before = b.KeySet()
	if err := b.Reload(); err != nil || b.KeySet() != before {
		t.Errorf("nothing has changed, but the key set has: %v", err)
	}
	// A change of one that has not reloaded loses nothing of the other's.
	must(a.Rotate(Rotation{PublishAhead: time.Hour, VerifyFor: time.Hour}))
	if err := b.Import(must(GenerateKey(EdDSA))); err != nil || states(b) != "active standby standby retired" {
		t.Errorf("%v, states %q", err, states(b))
	}
	// A file that cannot be read changes nothing.
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	before = b.KeySet()
	if err := b.Reload(); !errors.Is(err, ErrKey) || b.KeySet() != before {
		t.Errorf("Reload of a broken file: %v", err)
	}
	if err := must(NewKeyring(EdDSA)).Reload(); err != nil {
		t.Errorf("Reload in memory: %v", err)
	}
}

// TestConcurrentRings lets many change one file at once: no change is lost.
func TestConcurrentRings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	var wg sync.WaitGroup
	const processes, imports = 6, 4
	for range processes {
		wg.Go(func() {
			ring, err := OpenKeyring(path, EdDSA)
			if err != nil {
				t.Error(err)
				return
			}
			for range imports {
				if err := ring.Import(must(GenerateKey(EdDSA))); err != nil {
					t.Error(err)
				}
				ring.KeySet().Sign(Header{}, []byte(goodClaims))
				ring.Keys()
			}
		})
	}
	wg.Wait()
	if n := len(must(OpenKeyring(path, EdDSA)).Keys()); n != 1+processes*imports {
		t.Errorf("%d keys, want %d", n, 1+processes*imports)
	}
}

// TestRotationUnderLoad signs and verifies while the ring rotates: no token is
// refused.
func TestRotationUnderLoad(t *testing.T) {
	ring := must(NewKeyring(HS256))
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				token := must(ring.KeySet().Sign(Header{}, []byte(goodClaims)))
				if _, err := ring.KeySet().Verify(token, Expect{Now: epoch}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	now := ring.Keys()[0].ActiveAt
	for i := range 30 {
		p := Rotation{VerifyFor: time.Hour, Now: now.Add(time.Duration(i) * time.Minute)}
		must(ring.Rotate(p))
	}
	close(stop)
	wg.Wait()
}

func TestKeyringFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	for _, alg := range []Algorithm{HS256, RS256, ES512, EdDSA} {
		os.Remove(path)
		ring := must(OpenKeyring(path, alg))
		must(ring.Rotate(Rotation{PublishAhead: time.Hour, VerifyFor: time.Hour}))
		again := must(OpenKeyring(path, alg))
		if !slices.Equal(ring.Keys(), again.Keys()) {
			t.Errorf("%s: %+v is read as %+v", alg, ring.Keys(), again.Keys())
		}
		token := must(ring.KeySet().Sign(Header{}, []byte(goodClaims)))
		if _, err := again.KeySet().Verify(token, Expect{Now: epoch}); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		info := must(os.Stat(path))
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", alg, info.Mode())
		}
		if _, err := OpenKeyring(path, ES384); !errors.Is(err, ErrKey) || !strings.Contains(err.Error(), string(alg)) {
			t.Errorf("%s opened as ES384: %v", alg, err)
		}
	}
	if list := must(os.ReadDir(filepath.Dir(path))); len(list) != 1 {
		t.Errorf("files left behind: %v", list)
	}
}

func TestKeyringFileRefused(t *testing.T) {
	good := filepath.Join(t.TempDir(), "good.json")
	must(OpenKeyring(good, EdDSA))
	text := string(must(os.ReadFile(good)))
	for name, content := range map[string]string{
		"empty":          ``,
		"not JSON":       `{`,
		"no keys":        `{"version":1,"algorithm":"EdDSA","keys":[]}`,
		"version 2":      strings.Replace(text, `"version": 1`, `"version": 2`, 1),
		"unknown member": strings.Replace(text, `"version"`, `"note":"","version"`, 1),
		"unknown state":  strings.Replace(text, `"active"`, `"asleep"`, 1),
		"no active key":  strings.Replace(text, `"active"`, `"retired"`, 1),
		"public alone":   strings.Replace(text, `"d"`, `"e"`, 1),
		"broken key":     strings.Replace(text, `"x"`, `"z"`, 1),
		"of another alg": strings.Replace(text, `"algorithm": "EdDSA"`, `"algorithm": "ES256"`, 1),
		"too long":       text + strings.Repeat(" ", maxKeyFile),
		"two documents":  text + text,
	} {
		path := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if name == "no keys" {
			// An empty ring is one that is to be filled.
			if ring, err := OpenKeyring(path, EdDSA); err != nil || states(ring) != "active" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if _, err := OpenKeyring(path, EdDSA); !errors.Is(err, ErrKey) {
			t.Errorf("%s: got %v, want ErrKey", name, err)
		}
		if after := must(os.ReadFile(path)); string(after) != content {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := OpenKeyring("", EdDSA); !errors.Is(err, ErrKey) {
		t.Errorf("no path: got %v, want ErrKey", err)
	}
	if _, err := OpenKeyring(good, "none"); !errors.Is(err, ErrKey) {
		t.Errorf("none: got %v, want ErrKey", err)
	}
	if _, err := NewKeyring("none"); !errors.Is(err, ErrKey) {
		t.Errorf("none in memory: got %v, want ErrKey", err)
	}
	if _, err := OpenKeyring(filepath.Join(t.TempDir(), "no", "such", "directory"), EdDSA); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no directory: got %v, want os.ErrNotExist", err)
	}
	if _, err := OpenKeyring(t.TempDir(), EdDSA); !errors.Is(err, ErrKey) {
		t.Errorf("a directory: got %v, want ErrKey", err)
	}
}

// TestKeyringSources: everything that gives keys is a KeySource.
func TestKeyringSources(t *testing.T) {
	k := testKey(t, HS256)
	for _, source := range []KeySource{k, k.KeySet(), must(NewKeyring(HS256)), newIssuer(t, EdDSA, "k").keys} {
		if first, second := source.KeySet(), source.KeySet(); first == nil || first != second {
			t.Errorf("%T: %v, then %v", source, first, second)
		}
	}
}
