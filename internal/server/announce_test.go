package server_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/latchkey-go/latchkey/internal/doctor"
	"github.com/latchkey-go/latchkey/internal/server"
	"github.com/latchkey-go/latchkey/jwt"
)

// serverKeys is what the doctor says of the keys of the servers on a database,
// where the keys are those of a file.
func serverKeys(t *testing.T, cfg server.Config, keys string) doctor.Finding {
	t.Helper()
	cfg.KeysFile = keys
	for _, f := range doctor.Installation(t.Context(), server.DoctorSettings(cfg)) {
		if f.Check == "server_keys" {
			return f
		}
	}
	t.Fatal("the doctor says nothing of the servers")
	return doctor.Finding{}
}

// TestTwoMachinesTwoKeys: two servers on one database with keys of their own
// refuse each other's tokens. The doctor says so on either machine, and so does
// the log of the second; with one file all is well.
func TestTwoMachinesTwoKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, database func(*server.Config)) {
		one := start(t, database)
		first, second := filepath.Join(one.data, "keys.json"), filepath.Join(t.TempDir(), "keys.json")
		if f := serverKeys(t, one.cfg, first); f.Level != doctor.OK || !strings.Contains(f.What, "database: 1") {
			t.Errorf("one server: %+v", f)
		}
		if f := serverKeys(t, one.cfg, second); f.Level != doctor.Problem || !strings.Contains(f.What, "no usable keys here") {
			t.Errorf("a second machine without keys: %+v", f)
		}

		two := start(t, database, func(c *server.Config) { c.DataDir, c.KeysFile = one.data, second })
		if !strings.Contains(two.log.String(), "people are signed out at random") {
			t.Error("the log of the second does not tell")
		}
		for machine, keys := range map[string]string{"first": first, "second": second} {
			f := serverKeys(t, one.cfg, keys)
			if f.Level != doctor.Problem || !strings.Contains(f.What, "which is not here: people are signed out at random") || !strings.Contains(f.Do, "0600") {
				t.Errorf("on the %s machine: %+v", machine, f)
			}
		}

		two.stop()
		if f := serverKeys(t, one.cfg, first); f.Level != doctor.OK {
			t.Errorf("after the second has stopped: %+v", f)
		}
	})
}

// TestAnnouncedRotation: a server tells of the keys that a reload brings.
func TestAnnouncedRotation(t *testing.T) {
	a := start(t)
	keys := filepath.Join(a.data, "keys.json")
	ring, err := jwt.OpenKeyring(keys, jwt.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.RetireNow(ring.KeySet().SigningKey().ID()); err != nil {
		t.Fatal(err)
	}
	if f := serverKeys(t, a.cfg, keys); f.Level != doctor.Problem {
		t.Errorf("the server has not read the file yet: %+v", f)
	}
	if err := a.server.Reload(a.cfg); err != nil {
		t.Fatal(err)
	}
	if f := serverKeys(t, a.cfg, keys); f.Level != doctor.OK {
		t.Errorf("it has: %+v", f)
	}
}
