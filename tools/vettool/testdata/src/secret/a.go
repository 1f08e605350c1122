package secret

import (
	"bytes"
	"strings"
)

type row struct {
	Secret, CSRFToken, Name, PasswordHash string
	MAC                                   [4]byte
}

func compare(a, b row, mac, name []byte) bool {
	ok := bytes.Equal(mac, name) // want `bytes.Equal on mac takes longer`
	ok = ok || bytes.Equal(name, name[1:])
	ok = ok || a.Secret == b.Name    // want `== on Secret takes longer`
	ok = ok || b.Name != a.CSRFToken // want `!= on CSRFToken takes longer`
	ok = ok || a.MAC == b.MAC        // want `== on MAC takes longer`
	ok = ok || a.Secret == ""        // an empty one is no guess
	ok = ok || a.Name == b.Name
	ok = ok || a.PasswordHash == b.PasswordHash
	ok = ok || a.CSRFToken == b.Secret                   //latchkey:allow secretcompare both are ours
	ok = ok || strings.EqualFold(a.PasswordHash, b.Name) // want `strings.EqualFold on PasswordHash`
	ok = ok || bytes.Equal(mac[2:], mac[:2])             // parts of one
	return ok || len(a.Secret) == len(b.Secret)
}

func machine(machineID, other string) bool { return machineID == other }
