package importer

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/account"
)

func system(t *testing.T, name string) System {
	t.Helper()
	all := Systems()
	i := slices.IndexFunc(all, func(s System) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no system %s", name)
	}
	return all[i]
}

func TestTimes(t *testing.T) {
	want := time.Date(2024, 1, 2, 3, 4, 5, 678901000, time.UTC)
	for _, text := range []string{
		"2024-01-02T03:04:05.678901Z", "2024-01-02 03:04:05.678901+00", "2024-01-02 04:04:05.678901+01:00",
		"2024-01-02 03:04:05.678901", "2024-01-02T03:04:05.678901", "2024-01-02 03:04:05.678901 +0000 UTC", "1704164645.678901",
	} {
		if got, err := parseTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]int64{"1704164645": 1704164645000, "1704164645678": 1704164645678, "2024-01-02": 1704153600000} {
		if got, err := parseTime(text); err != nil || got.UnixMilli() != want {
			t.Errorf("%q: %v, %v", text, got.UnixMilli(), err)
		}
	}
	for _, text := range []string{"yesterday", "-1", "infinity", "9999-12-31", "1e99", "NaN", "02/01/2024"} {
		if got, err := parseTime(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

// TestBannedForever: however far away the end is, the person may not sign in, and
// is not left behind.
func TestBannedForever(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, disabled := range map[string]bool{
		"infinity": true, "2999-12-31 00:00:00+00": true, "2126-01-02 03:04:05+00": true, "2025-01-01 00:00:00+00": false, "": false,
	} {
		p, err := system(t, "supabase").Person(&Record{Line: 1, values: map[string]string{
			"email": "ada@example.com", "email_confirmed_at": "2024-01-02 03:04:05+00", "banned_until": text,
		}}, now)
		if err != nil || p.DisabledAt.IsZero() == disabled {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	_, err := system(t, "jsonl").Person(&Record{Line: 1, values: map[string]string{"username": "ada", "created_at": "2999-01-01"}}, now)
	if err == nil || !strings.Contains(err.Error(), "its created_at is not between 1970 and 2261") {
		t.Errorf("got %v", err)
	}
}

// TestRowsRefused: what is wrong is named, and the value is not repeated.
func TestRowsRefused(t *testing.T) {
	for _, c := range []struct {
		system string
		values map[string]string
		want   string
	}{
		{"jsonl", map[string]string{"username": "ada", "created_at": "s3cret"}, "its created_at is no time"},
		{"jsonl", map[string]string{"username": "ada", "must_change_password": "s3cret"}, "its must_change_password is neither true nor false"},
		{"jsonl", map[string]string{"username": "ada", "scopes": `["s3cret`}, "its scopes is no list"},
		{"jsonl", map[string]string{"username": "ada", "id": "s3cret\x00"}, "its id has characters"},
		{"jsonl", map[string]string{"username": "ada", "id": strings.Repeat("s3cret", 50)}, "longer than 255"},
		{"jsonl", map[string]string{"password_hash": "s3cret"}, "it has no username"},
		{"flask", map[string]string{"email": "ada", "active": "s3cret"}, "its active or is_active is neither"},
	} {
		p, err := system(t, c.system).Person(&Record{Line: 1, values: c.values}, time.Now())
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v: got %v, %v, want %q", c.values, p, err, c.want)
		}
	}
}

func TestDjangoHashes(t *testing.T) {
	for in, want := range map[string]string{
		"":         "",
		"!":        "",
		"!abcdefg": "",
		"argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA": "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
		"bcrypt$$2b$12$abc":              "$2b$12$abc",
		"scrypt$salt$16384$8$5$aGFzaA==": "$scrypt$ln=14,r=8,p=5$c2FsdA$aGFzaA",
		"scrypt$salt$16383$8$5$aGFzaA==": "scrypt$salt$16383$8$5$aGFzaA==",
		"scrypt$salt$16384$8$5":          "scrypt$salt$16384$8$5",
		"scrypt$salt$16384$8$5$!":        "scrypt$salt$16384$8$5$!",
		"bcrypt_sha256$$2b$12$abc":       "bcrypt_sha256$$2b$12$abc",
		"pbkdf2_sha256$1$salt$hash":      "pbkdf2_sha256$1$salt$hash",
	} {
		if got := djangoHash(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	// What cannot be checked is refused later on.
	for _, in := range []string{"bcrypt_sha256$$2b$12$abc", "scrypt$salt$16383$8$5$aGFzaA==", "md5$salt$hash"} {
		if _, err := account.ParseHash(djangoHash(in)); err == nil {
			t.Errorf("%q is taken", in)
		}
	}
}
