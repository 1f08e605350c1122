package session_test

import (
	"math/rand/v2"
	"testing"

	"github.com/latchkey-go/latchkey/internal/sessionmodel"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// FuzzSessionMachine turns bytes into operations and holds every answer against
// the model.
func FuzzSessionMachine(f *testing.F) {
	random := rand.NewChaCha8([32]byte{})
	for range 20 {
		seed := make([]byte, 600)
		_, _ = random.Read(seed) // never fails
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		sessionmodel.Follow(t, sessionmodel.Stores{Open: func(*testing.T) session.Store { return memstore.New() }}, choices)
	})
}
