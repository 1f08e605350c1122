package libs

import (
	"testing"

	"github.com/latchkey-go/latchkey/bench/internal/fixture"
	"github.com/latchkey-go/latchkey/bench/internal/floor"
)

// What is compared must do the work: each library accepts the good token, each
// refuses the forged one and those of another issuer or of last week, and reads
// what it has signed itself.
func TestLibrariesDoTheWork(t *testing.T) {
	for _, alg := range fixture.Algorithms {
		key, err := fixture.NewKey(alg)
		if err != nil {
			t.Fatal(err)
		}
		sign := func(change func(*fixture.Claims)) string {
			claims := fixture.NewClaims()
			change(&claims)
			token, err := key.Sign(claims)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		good := sign(func(*fixture.Claims) {})
		bad := map[string]string{
			"forged":         fixture.Forge(good),
			"other issuer":   sign(func(c *fixture.Claims) { c.Issuer = "https://other.example" }),
			"other audience": sign(func(c *fixture.Claims) { c.Audience = "https://other.example" }),
			"expired":        sign(func(c *fixture.Claims) { c.IssuedAt, c.NotBefore, c.ExpiresAt = 1000, 1000, 2000 }),
		}
		for _, lib := range All() {
			t.Run(string(alg)+"/"+lib.Name, func(t *testing.T) {
				codec, err := lib.New(key)
				if err != nil {
					t.Fatal(err)
				}
				if subject, err := codec.Verify(good); err != nil || subject != fixture.NewClaims().Subject {
					t.Errorf("a good token gives %q, %v", subject, err)
				}
				for name, token := range bad {
					if _, err := codec.Verify(token); err == nil {
						t.Errorf("accepts: %s", name)
					}
				}
				own, err := codec.Sign(fixture.NewClaims())
				if err != nil {
					t.Fatal(err)
				}
				if _, err := codec.Verify(own); err != nil {
					t.Errorf("does not accept its own token: %v", err)
				}
			})
		}
	}
}

func TestFloorDoesTheWork(t *testing.T) {
	key, err := fixture.NewKey("HS256")
	if err != nil {
		t.Fatal(err)
	}
	claims := fixture.NewClaims()
	token, err := key.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	f := floor.New(key.Private.([]byte))
	for name, read := range map[string]func(string) (*fixture.Claims, error){"encoding/json": f.JSON, "json/v2": f.JSONv2} {
		if got, err := read(token); err != nil || got.Subject != claims.Subject || got.ExpiresAt != claims.ExpiresAt {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	got, err := f.Scan(token)
	if err != nil || got.Subject != claims.Subject || got.ExpiresAt != claims.ExpiresAt || got.ID != claims.ID {
		t.Errorf("scan: %+v, %v", got, err)
	}
	if _, err := f.Scan(fixture.Forge(token)); err == nil {
		t.Error("accepts a forged token")
	}
	codec, err := newLatchkey(key)
	if err != nil {
		t.Fatal(err)
	}
	header := token[:len("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9")]
	if _, err := codec.Verify(f.Sign(header, claims.JSON())); err != nil {
		t.Errorf("what the floor signs is not good: %v", err)
	}
}
