package doctor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/jwt"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// checkServers compares the keys here with those that the servers on the same
// database work with.
func checkServers(ctx context.Context, s Settings, db *sql.DB) Finding {
	log, err := account.NewAuditLog(account.AuditConfig{Store: sqlstore.New(db, s.Dialect())})
	if err != nil {
		return Finding{"server_keys", Problem, plain(err), "check that the database answers"}
	}
	var keys []jwt.KeyInfo
	// The check of the keys says what is wrong with them.
	if _, err := os.Stat(s.Keys()); !errors.Is(err, fs.ErrNotExist) {
		if ring, err := s.OpenKeys(); err == nil {
			keys = ring.Keys()
		}
	}
	return ServerKeys(ctx, log, s, keys)
}

// ServerKeys says whether the servers on one database work with the keys given,
// of which the first signs; there may be none.
func ServerKeys(ctx context.Context, log *account.AuditLog, s Settings, keys []jwt.KeyInfo) Finding {
	servers, err := installation.Servers(ctx, log, s.now())
	if err != nil {
		return Finding{"server_keys", Problem, plain(err), "check that the database answers"}
	}
	const do = "let all servers have one file of keys: copy it from the server whose key shall stay to %s, mode 0600, and reload or restart the servers; " +
		"if that server is no more, this goes away in a day"
	for _, other := range servers {
		said := fmt.Sprintf("%s, as it said at %sZ,", other.Server, other.At.UTC().Format(time.DateTime))
		if len(keys) == 0 {
			return Finding{
				"server_keys", Problem, fmt.Sprintf("%s signs with the key %s, and there are no usable keys here: a server here would make others", said, other.Keys[0]),
				fmt.Sprintf(do, s.Keys()),
			}
		}
		if why := other.Disagree(keys); why != "" {
			return Finding{
				"server_keys", Problem, fmt.Sprintf("%s %s: people are signed out at random", said, why), fmt.Sprintf(do, s.Keys()),
			}
		}
	}
	if len(servers) == 0 {
		return Finding{"server_keys", OK, "no server is at work on this database", ""}
	}
	return Finding{"server_keys", OK, fmt.Sprintf("servers on this database: %d, with the same keys", len(servers)), ""}
}
