package jwt

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

func TestWeakSecrets(t *testing.T) {
	for rule, secrets := range map[string][]string{
		"short": {
			"", "secret", "super-secret", "please-remember-to-change-me", "your_jwt_secret_key", "your-256-bit-secret",
			"changeme", "31 bytes, one less than needed.", strings.Repeat("\x00", 31),
		},
		"low-diversity": {
			strings.Repeat("a", 64), strings.Repeat("\x00", 32), strings.Repeat("ab", 40), "00000000000000000000000000000001",
			strings.Repeat("deadbeef", 4), "1010101010101010101010101010101010",
		},
		"repeated": {
			"secretkeysecretkeysecretkeysecretkey", "0123456789abcdef0123456789abcdef", "12345678901234567890123456789012",
			strings.Repeat("Tr0ub4dor&3", 4), strings.Repeat("x7Kq9-Lm2P", 5) + "x7Kq",
		},
		"uuid": {
			"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "{F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6}",
			"urn:uuid:f81d4fae-7dec-41d0-a765-00a0c91e6bf6",
			"f81d4fae-7dec-41d0-a765-00a0c91e6bf6-0a2b4c6d-8e1f-4a3b-9c5d-7e9f1a3b5c7d",
			"f81d4fae-7dec-41d0-a765-00a0c91e6bf60a2b4c6d-8e1f-4a3b-9c5d-7e9f1a3b5c7d",
		},
		"well-known": {
			"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
			"09D25E094FAA6CA2556C818166B7A9563B93F7099F6F0F4CAA6CF63B88E8D3E7",
			"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4c-and-our-own-end",
			"404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
		},
		"token": {
			"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.TD37p4c_0jmreSrBSDmE0F3mYSPtkZ3WrSyI5wb_KTg",
		},
		"guessable": {
			// phrases
			"correct horse battery staple correct pony", "the quick brown fox jumps over the lazy dog",
			"to be or not to be that is the question", "umbrella giraffe quartz velocity pumpkin lantern",
			"thisisaverylongsecretkeyforjwttokens", "iamthebestprogrammerintheworld1234",
			"a-string-secret-at-least-256-bits-long", "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
			"please-remember-to-change-me-please", "mySecretKeyThatIsAtLeast32CharactersLong123456",
			"CHANGE_THIS_TO_A_LONG_RANDOM_SECRET_256_BITS_MIN", "ThisIsMySuperSecretKeyForJwtAuthentication12345",
			"jwt_secret_key_for_example_app_v1", "donotusethisinproductionever1234", "Lorem ipsum dolor sit amet consectetur",
			// in other languages and scripts
			"tu-secret-key-debe-ser-muy-larga-y-segura-minimo-256-bits", "ma-cle-secrete-tres-longue-et-tres-difficile",
			"il-mio-segreto-super-segreto-per-jwt", "MeinSuperGeheimesPasswortFuerDenServer2024",
			"очень длинный секретный ключ", "geheimer schlüssel für unsere anwendung",
			// disguised
			"P@ssw0rdP@ssw0rd!2024SuperS3cr3tK3y!!", "Tr0ub4dor&3-Tr0ub4dor&4-Tr0ub4dor&5",
			// sequences and dates
			"qwertyuiopasdfghjklzxcvbnm123456", "abcdefghijklmnopqrstuvwxyz0123456789", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9",
			"abcd1234efgh5678ijkl9012mnop3456", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6",
			"2024-01-01T00:00:00Z-2025-01-01T00:00:00Z", "0000-1111-2222-3333-4444-5555-6666-7777",
			"======================BezKoder=Spring===========================", "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH",
			// encoded phrases
			base64.StdEncoding.EncodeToString([]byte("super-secret-key-for-my-app-1234")),
			base64.RawURLEncoding.EncodeToString([]byte("this is our secret, keep it well")),
			hex.EncodeToString([]byte("my-super-secret-key-for-jwt")),
			// of test suites
			"fjwt-golden-vectors-hs256-secret-0123456789abcdef0123456789abcdef",
			"another-golden-vectors-secret-fedcba9876543210fedcba9876543210ff",
		},
	} {
		for _, secret := range secrets {
			_, err := NewHMACKey(HS256, []byte(secret))
			var weak *WeakSecretError
			if !errors.As(err, &weak) || !errors.Is(err, ErrWeakSecret) || !errors.Is(err, ErrKey) {
				t.Errorf("%.40q: got %v, want a WeakSecretError", secret, err)
				continue
			}
			// "short" may hide another rule, and of the others any may come first.
			if weak.Rule != rule && (rule == "short" || weak.Rule == "short") {
				t.Errorf("%.40q: rule %s, want %s", secret, weak.Rule, rule)
			}
			if len(secret) > 7 && strings.Contains(err.Error(), secret) {
				t.Errorf("the message holds the secret: %v", err)
			}
			if !strings.Contains(err.Error(), "openssl rand -base64 32") {
				t.Errorf("the message does not say how to make a good one: %v", err)
			}
		}
	}
}

// TestWeakSecretRules has secrets that break one rule alone.
func TestWeakSecretRules(t *testing.T) {
	for rule, secret := range map[string]string{
		"short":         "x7Kq9-Lm2PvR4tYw",
		"public-key":    `{"kty":"oct","k":"Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"}`,
		"token":         "eyJhbGciOiJIUzI1NiJ9.e30.TD37p4c_0jmreSrBSDmE0F3mYSPtkZ3WrSyI5wb_KTg",
		"uuid":          "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
		"well-known":    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
		"low-diversity": "\x01\x02\x01\x01\x02\x03\x01\x04\x01\x02\x01\x01\x02\x02\x03\x01\x04\x04\x01\x02\x03\x01\x01\x02\x01\x01\x03\x01\x02\x04\x01\x03",
		"repeated":      strings.Repeat("x7Kq9-Lm2Pv", 3),
		"guessable":     "our own private signing passphrase",
	} {
		var weak *WeakSecretError
		if _, err := NewHMACKey(HS256, []byte(secret)); !errors.As(err, &weak) || weak.Rule != rule {
			t.Errorf("%.40q: got %v, want the rule %s", secret, err, rule)
		}
	}
}

func TestSecretLength(t *testing.T) {
	for alg, size := range map[Algorithm]int{HS256: 32, HS384: 48, HS512: 64} {
		secret := make([]byte, size)
		rand.Read(secret)
		if _, err := NewHMACKey(alg, secret); err != nil {
			t.Errorf("%s, %d bytes: %v", alg, size, err)
		}
		if _, err := NewHMACKey(alg, secret[1:]); !errors.Is(err, ErrWeakSecret) {
			t.Errorf("%s, %d bytes: got %v, want ErrWeakSecret", alg, size-1, err)
		}
	}
}

// TestRandomSecretsPass: whatever a random generator makes is accepted, in
// every encoding and length that people use.
func TestRandomSecretsPass(t *testing.T) {
	encodings := map[string]func([]byte) string{
		"raw":       func(b []byte) string { return string(b) },
		"hex":       hex.EncodeToString,
		"HEX":       func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) },
		"base64":    base64.StdEncoding.EncodeToString,
		"base64url": base64.RawURLEncoding.EncodeToString,
		"letters":   randomText("abcdefghijklmnopqrstuvwxyz"),
		"manager":   randomText("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!@#$%^&*-_"),
	}
	count := 0
	for name, encode := range encodings {
		for _, size := range []int{16, 24, 32, 48, 64} {
			for range 400 {
				secret := make([]byte, size)
				rand.Read(secret)
				text := encode(secret)
				if len(text) < 32 {
					break
				}
				count++
				if _, err := NewHMACKey(HS256, []byte(text)); err != nil {
					t.Errorf("%s of %d bytes: %v\n%q", name, size, err, text)
				}
			}
		}
	}
	if count < 10_000 {
		t.Errorf("%d secrets tried, want 10,000 at least", count)
	}
	// Random after a prefix that says what it is.
	for range 100 {
		secret := make([]byte, 32)
		rand.Read(secret)
		if _, err := NewHMACKey(HS256, []byte("prod-2026:"+base64.RawURLEncoding.EncodeToString(secret))); err != nil {
			t.Errorf("with a prefix: %v", err)
		}
	}
}

// randomText maps random bytes to characters of an alphabet.
func randomText(alphabet string) func([]byte) string {
	return func(random []byte) string {
		b := make([]byte, len(random))
		for i, r := range random {
			b[i] = alphabet[int(r)%len(alphabet)]
		}
		return string(b)
	}
}

// TestInsecureHMACKey takes what NewHMACKey refuses, but not nothing.
func TestInsecureHMACKey(t *testing.T) {
	k, err := InsecureHMACKey(HS256, []byte("fjwt-golden-vectors-hs256-secret-0123456789abcdef0123456789abcdef"))
	if err != nil || !k.CanSign() || !k.CanVerify() {
		t.Errorf("%v, %v", k, err)
	}
	if _, err := InsecureHMACKey(HS256, nil); !errors.Is(err, ErrKey) {
		t.Errorf("empty: got %v, want ErrKey", err)
	}
	if _, err := InsecureHMACKey(RS256, []byte("x")); !errors.Is(err, ErrKey) {
		t.Errorf("RS256: got %v, want ErrKey", err)
	}
}
