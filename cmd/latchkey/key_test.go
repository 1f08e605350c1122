package main

import (
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/latchkey-go/latchkey/jwt"
)

// keyID is "keyid NAME active|last FILE": it puts the id of a key of the file
// into the variable NAME.
func keyID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: keyid NAME active|last FILE")
	}
	ring, err := jwt.OpenKeyring(ts.MkAbs(args[2]), jwt.EdDSA)
	ts.Check(err)
	keys := ring.Keys()
	k := keys[0]
	if args[1] == "last" {
		k = keys[len(keys)-1]
	}
	ts.Setenv(args[0], k.ID)
}

// forge is "forge FILE": it signs the claims of TOKEN with the keys of the file, as
// a thief of it would, and puts the new token into TOKEN.
func forge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: forge FILE")
	}
	ring, err := jwt.OpenKeyring(ts.MkAbs(args[0]), jwt.EdDSA)
	ts.Check(err)
	known, err := jwt.InsecureParse(ts.Getenv("TOKEN"))
	ts.Check(err)
	token, err := ring.KeySet().Sign(jwt.Header{Type: known.Type}, known.Payload)
	ts.Check(err)
	ts.Setenv("TOKEN", token)
}

// hangup is "hangup": it has the script's server read its keys again.
func hangup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: hangup")
	}
	ts.Check(ts.Value(serverKey{}).(*scriptServer).cmd.Process.Signal(syscall.SIGHUP))
}

// TestKeyArgument: an id that looks like a flag can be given all the same.
func TestKeyArgument(t *testing.T) {
	for id, want := range map[string]string{"abc": "abc", "-bc": "-- -bc"} {
		if got := keyArgument(id); got != want {
			t.Errorf("%s: got %s, want %s", id, got, want)
		}
	}
}
