package session_test

import (
	"testing"

	"github.com/latchkey-go/latchkey/internal/sessionmodel"
	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
)

// TestModel runs random schedules against a model of what must come out.
// Package sessionmodel does the same on databases.
func TestModel(t *testing.T) {
	sessionmodel.Run(t, sessionmodel.Stores{Open: func(*testing.T) session.Store { return memstore.New() }}, 400, 300)
}
