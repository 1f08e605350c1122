package account

import (
	"errors"
	"strings"
	"testing"
)

// recorded are hashes of recordedPassword that other programs made.
const recordedPassword = "correct horse battery staple é"

var recorded = []struct {
	by, hash, algorithm string
}{
	{"argon2 of Debian 12, the reference implementation", "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$W8KOZKfuzUUfAPPuPa4DiA6fv1tGGiM7DVnhxIwSCe0", "argon2id"},
	{"argon2 of Debian 12", "$argon2i$v=19$m=512,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$rhzrWX3eiguzZz7lgtR6XIEWvvNLXF/u", "argon2i"},
	{"argon2-cffi 21.1.0", "$argon2id$v=19$m=1024,t=2,p=2$9pqORVLogrnt2+WECgOS3Q$9aCamjpz7C/cCn+z3GqPyg", "argon2id"},
	{"argon2-cffi 21.1.0", "$argon2i$v=19$m=512,t=3,p=1$xZOw5HCO5y3Bk3eIHF541A$LM/nxybPfCX+zvoh5Pjx4Q", "argon2i"},
	{"bcrypt 3.2.2", "$2b$04$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7m", "bcrypt"},
	{"bcrypt 3.2.2", "$2a$04$lin7haiO4/fnjad88VVPm.jfEUc9.Pxy6AZJvP4p56k9crsgYXkP6", "bcrypt"},
	{"htpasswd of Apache 2.4.71", "$2y$05$In0Iir.VHXjdCg412.vWCeLYEPT//5qXSk5UI47lCTbGGX1quDR/m", "bcrypt"},
	{"Werkzeug 3.1.8", "pbkdf2:sha256:1000$yxCN3aklaIOpP7iB$73d5dbe4dfa58cd778d04f773d4fdf30d42c15e20d40621d35a24c3d3cfaeff3", "pbkdf2-sha256"},
	{"Werkzeug 3.1.8", "pbkdf2:sha512:1000$pOgDVbSUYhM2ra14$53e0ac8ea3d59643890739473ebb19f0c79fe8897b41341c4e881e352e548d737eac8a5348274a0d4162523cdf47ea329821a4f53d5e6ce35a37606d476705b3", "pbkdf2-sha512"},
	{"Werkzeug 3.1.8", "pbkdf2:sha1:1000$FipM7VOokTqLNtCL$ab81111abe661901a970205940af4cb0052bc4e3", "pbkdf2-sha1"},
	{"Werkzeug 3.1.8", "scrypt:1024:8:1$knsg3LbTCgzBYbBX$bfa0dbd5d56b3fa1e7a988fae5e04dbb323363c33c93de563d5871d4568173e519f04038395d43925bffec1a438714da31de1f477e48cc0fdb782915cc0568ff", "scrypt"},
	{"Werkzeug 3.1.8", "scrypt:512:4:3$p9P9aLDeO4b8Qi86$e867719858165a1b79ac1946e6e48280f8075ec0daac68fe6b66137b9dd8e465a99239fe73d734e1f4abfadd881c8e70ffd5d4c6d8f93f75aa37fd80e1102592", "scrypt"},
	{"Werkzeug 3.1.8, its default", "scrypt:32768:8:1$hR5qnpQ7lWeL8jto$0ec2434cf063d05cb01a10caae0cba21ed27dd80a70c7e0b5950e19ba802b471a67c99d293c0e0889eaeeef1c463085e8ad1a8f1faf04dd0efa1064dc38ab1bf", "scrypt"},
	{"Django 3.2.25", "pbkdf2_sha256$1000$saltsaltsalt12$3wphQ0RJ9hF1mvoplK6VY9ycrfHHa4zeT9dsqRJqGxY=", "pbkdf2-sha256"},
	{"Django 3.2.25, its default", "pbkdf2_sha256$260000$YE190GJFklOwiuDHm18BxU$iXfYi39GfOjrNjayPsjOYc7A/xv5p26JjsymnGAm0ic=", "pbkdf2-sha256"},
	{"passlib 1.7.4", "$scrypt$ln=10,r=8,p=1$3FuLkbIWYizFWKu1tjYm5A$m0TflmxjS9oRzaiBwQrpHpF3iO8rTiKwB3neO5LzuYc", "scrypt"},
}

func TestRecordedHashes(t *testing.T) {
	for _, tt := range recorded {
		h, err := ParseHash(tt.hash)
		if err != nil {
			t.Errorf("%s: %v", tt.by, err)
			continue
		}
		if got := h.Algorithm(); got != tt.algorithm {
			t.Errorf("%s: %s, want %s", tt.by, got, tt.algorithm)
		}
		if !h.verify(normalize(recordedPassword)) {
			t.Errorf("%s: the password of the %s hash is refused", tt.by, tt.algorithm)
		}
		if h.verify(normalize(recordedPassword + " ")) {
			t.Errorf("%s: another password fits the %s hash", tt.by, tt.algorithm)
		}
	}
}

// TestForeignHashesAreOverWhatWasTyped: the systems that made them did not
// normalise.
func TestForeignHashesAreOverWhatWasTyped(t *testing.T) {
	const typed = "cre\u0300me bru\u0302le\u0301e \uff41" // by Werkzeug 3.1.8
	h, err := ParseHash("pbkdf2:sha256:1000$5jzgAXhtYd8Nx1JF$4260d0487d00df5e25fbabde769009246f72e43d7b52b4f20109c93b679591d9")
	if err != nil {
		t.Fatal(err)
	}
	if !h.verify(normalize(typed)) {
		t.Error("the password as it was typed is refused")
	}
	if h.verify(normalize(normalize(typed).normalized)) {
		t.Error("another spelling fits a hash that was made without normalising")
	}
}

func TestParseHashRefuses(t *testing.T) {
	const salt, key = "c2FsdHNhbHRzYWx0c2FsdA", "W8KOZKfuzUUfAPPuPa4DiA6fv1tGGiM7DVnhxIwSCe0"
	argon := func(params string) string { return "$argon2id$v=19$" + params + "$" + salt + "$" + key }
	hexKey := strings.Repeat("ab", 32)
	for name, hash := range map[string]string{
		"empty":                     "",
		"text":                      "password",
		"plain":                     "{plain}secret",
		"Django's unusable":         "!xNBtjFXPQdcFCf06w1I3o6u4wY58Aj8IOzu1T4Am",
		"md5 crypt":                 "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
		"too long":                  argon("m=1024,t=1,p=1") + strings.Repeat("A", maxHashText),
		"argon2d":                   "$argon2d$v=19$m=512,t=3,p=1$12OFvGx+NQdjBFTK6KCDpQ$eOFJJudgzkS/keJsEXReyg",
		"argon2 version 16":         "$argon2id$v=16$m=4096,t=2,p=1$" + salt + "$" + key,
		"argon2 without version":    "$argon2id$m=4096,t=2,p=1$" + salt + "$" + key,
		"argon2 of 4 TiB":           argon("m=4294967295,t=1,p=1"),
		"argon2 of 512 MiB":         argon("m=524288,t=1,p=1"),
		"argon2 of many passes":     argon("m=1024,t=4294967295,p=1"),
		"argon2 memory overflow":    argon("m=4294967296,t=1,p=1"),
		"argon2 without passes":     argon("m=1024,t=0,p=1"),
		"argon2 without lanes":      argon("m=1024,t=1,p=0"),
		"argon2 of 256 lanes":       argon("m=4096,t=1,p=256"),
		"argon2 of little memory":   argon("m=15,t=1,p=2"),
		"argon2 parameters swapped": argon("t=1,m=1024,p=1"),
		"argon2 leading zero":       argon("m=01024,t=1,p=1"),
		"argon2 sign":               argon("m=+1024,t=1,p=1"),
		"argon2 with key id":        argon("m=1024,t=1,p=1,keyid=AAAA"),
		"argon2 padding":            argon("m=1024,t=1,p=1") + "=",
		"argon2 line break":         argon("m=1024,t=1,p=1") + "\n",
		"argon2 trailing bits":      "$argon2id$v=19$m=1024,t=1,p=1$" + salt[:21] + "B$" + key,
		"argon2 short salt":         "$argon2id$v=19$m=1024,t=1,p=1$c2FsdA$" + key,
		"argon2 short hash":         "$argon2id$v=19$m=1024,t=1,p=1$" + salt + "$" + salt[:18],
		"argon2 empty hash":         "$argon2id$v=19$m=1024,t=1,p=1$" + salt + "$",
		"bcrypt 2x":                 "$2x$04$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7m",
		"bcrypt cost 16":            "$2b$16$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7m",
		"bcrypt cost 3":             "$2b$03$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7m",
		"bcrypt cost sign":          "$2b$+4$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7m",
		"bcrypt short":              "$2b$04$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7",
		"bcrypt alphabet":           "$2b$04$Qbm295h48dZ1R8.c4PnFmu.S/bzU6g9L7ImZS/l1Y0QtQ9ZXZZF7+",
		"pbkdf2 without count":      "pbkdf2:sha256$salt$" + hexKey,
		"pbkdf2 of 2^32-1":          "pbkdf2:sha256:4294967295$salt$" + hexKey,
		"pbkdf2 of none":            "pbkdf2:sha256:0$salt$" + hexKey,
		"pbkdf2 md5":                "pbkdf2:md5:1000$salt$" + hexKey[:32],
		"pbkdf2 short key":          "pbkdf2:sha256:1000$salt$" + hexKey[2:],
		"pbkdf2 empty salt":         "pbkdf2:sha256:1000$$" + hexKey,
		"pbkdf2 upper case":         "pbkdf2:sha256:1000$salt$" + strings.ToUpper(hexKey),
		"Django without padding":    "pbkdf2_sha256$1000$saltsaltsalt12$3wphQ0RJ9hF1mvoplK6VY9ycrfHHa4zeT9dsqRJqGxY",
		"Django of 2^32-1":          "pbkdf2_sha256$4294967295$saltsaltsalt12$3wphQ0RJ9hF1mvoplK6VY9ycrfHHa4zeT9dsqRJqGxY=",
		"scrypt of 4 GiB":           "scrypt:4194304:8:1$salt$" + hexKey,
		"scrypt of 2^31":            "$scrypt$ln=31,r=8,p=1$" + salt + "$" + key,
		"scrypt of ln 2^32-1":       "$scrypt$ln=4294967295,r=8,p=1$" + salt + "$" + key,
		"scrypt of large r":         "scrypt:2:4294967295:1$salt$" + hexKey,
		"scrypt of large p":         "scrypt:1024:8:4294967295$salt$" + hexKey,
		"scrypt not a power of 2":   "scrypt:1000:8:1$salt$" + hexKey,
		"scrypt of 1":               "scrypt:1:8:1$salt$" + hexKey,
		"scrypt r 0":                "scrypt:1024:0:1$salt$" + hexKey,
		"scrypt three parts":        "scrypt:1024:8$salt$" + hexKey,
	} {
		h, err := ParseHash(hash)
		if !errors.Is(err, ErrUnsupportedHash) || h != nil {
			t.Errorf("%s: %v, %v", name, h, err)
		}
	}
}

// TestHugeHashAllocatesNothing: what a row of the database asks for is refused
// before anything is made for it.
func TestHugeHashAllocatesNothing(t *testing.T) {
	const hash = "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c2FsdHNhbHRzYWx0c2FsdA$W8KOZKfuzUUfAPPuPa4DiA6fv1tGGiM7DVnhxIwSCe0"
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ParseHash(hash); err == nil {
				b.Fatal("accepted")
			}
		}
	})
	if got := r.AllocedBytesPerOp(); got > 4096 {
		t.Errorf("%d bytes allocated to refuse a hash", got)
	}
}

func TestNewHashIsRead(t *testing.T) {
	p := HashParams{Memory: 64, Time: 2, Parallelism: 2}
	a, b := newArgon2(p, "one password"), newArgon2(p, "one password")
	if a.String() == b.String() {
		t.Error("two hashes of one password are equal: the salt does not vary")
	}
	h, err := ParseHash(a.String())
	if err != nil {
		t.Fatal(err)
	}
	if !h.verify(normalize("one password")) || h.verify(normalize("one passwore")) {
		t.Error("a new hash does not decide between its password and another")
	}
	if !strings.HasPrefix(a.String(), "$argon2id$v=19$m=64,t=2,p=2$") {
		t.Error(a.String())
	}
}

func TestOutdated(t *testing.T) {
	p := HashParams{Memory: 64, Time: 2, Parallelism: 1}
	current := newArgon2(p, goodPassword)
	for name, tt := range map[string]struct {
		change func(*argon2Hash)
		want   bool
	}{
		"current":     {func(h *argon2Hash) {}, false},
		"argon2i":     {func(h *argon2Hash) { h.i = true }, true},
		"memory":      {func(h *argon2Hash) { h.params.Memory++ }, true},
		"time":        {func(h *argon2Hash) { h.params.Time-- }, true},
		"parallelism": {func(h *argon2Hash) { h.params.Parallelism++ }, true},
		"salt":        {func(h *argon2Hash) { h.salt = h.salt[1:] }, true},
		"key":         {func(h *argon2Hash) { h.key = h.key[1:] }, true},
	} {
		h := *current
		tt.change(&h)
		if got := newHasher(p).outdated(&Hash{algorithm: &h}); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestNoTruncation: passwords that differ late are different, also behind a
// zero byte.
func TestNoTruncation(t *testing.T) {
	long := strings.Repeat("long passwords stay long ", 8)
	p := HashParams{Memory: 64, Time: 1, Parallelism: 1}
	for _, base := range []string{long, "zero\x00byte", long[:100]} {
		h, err := ParseHash(newArgon2(p, base+"1").String())
		if err != nil {
			t.Fatal(err)
		}
		if h.verify(normalize(base + "2")) {
			t.Errorf("%q is cut off", base)
		}
		if !h.verify(normalize(base + "1")) {
			t.Errorf("%q is refused", base)
		}
	}
}

// FuzzPHCString feeds ParseHash with the hash column of a hostile database.
func FuzzPHCString(f *testing.F) {
	for _, tt := range recorded {
		f.Add(tt.hash)
	}
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$W8KOZKfuzUUfAPPuPa4DiA6fv1tGGiM7DVnhxIwSCe0")
	f.Add("$scrypt$ln=63,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$W8KOZKfuzUUfAPPuPa4DiA6fv1tGGiM7DVnhxIwSCe0")
	f.Add("$2b$04$")
	f.Add("scrypt:::$$")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHash(s)
		if err != nil {
			if !errors.Is(err, ErrUnsupportedHash) || h != nil {
				t.Fatalf("%q: %v", s, err)
			}
			if len(s) > 16 && strings.Contains(err.Error(), s) {
				t.Fatalf("the error repeats the hash: %v", err)
			}
			return
		}
		a := h.algorithm
		if a.memory() < 0 || a.memory() > maxHashMemory || a.cost() < 0 || a.cost() > maxHashCost {
			t.Fatalf("%q asks for %d KiB and %d", s, a.memory(), a.cost())
		}
		if argon, ok := a.(*argon2Hash); ok && argon.String() != s {
			t.Fatalf("%q has another spelling %q", s, argon.String())
		}
		if a.cost() < 4096 {
			h.verify(normalize("any password")) // must not panic
		}
	})
}
