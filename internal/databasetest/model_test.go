package databasetest

import (
	"testing"

	"github.com/latchkey-go/latchkey/internal/sessionmodel"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// schedules and steps on each database; memory takes many more.
const schedules, steps = 15, 200

func TestModel(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			sessionmodel.Run(t, stores(database), schedules, steps)
		})
	}
}

// stores opens and reopens databases for schedules that run one after another.
func stores(d database) sessionmodel.Stores {
	var place string
	var last *sqlstore.Store
	return sessionmodel.Stores{
		Open: func(t *testing.T) session.Store {
			place = d.place(t)
			last = d.must(t, place)
			return last
		},
		Reopen: func(t *testing.T) session.Store {
			if err := last.Close(); err != nil {
				t.Fatal(err)
			}
			last = d.must(t, place)
			return last
		},
	}
}
