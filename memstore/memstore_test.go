package memstore_test

import (
	"testing"

	"github.com/latchkey-go/latchkey/memstore"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/storetest"
)

func TestStore(t *testing.T) {
	storetest.Sessions(t, func(t *testing.T) session.Store { return memstore.New() })
}
