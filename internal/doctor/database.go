package doctor

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/internal/installation"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore"
)

// checkDatabase looks at the database as it is, without migrating it.
func checkDatabase(ctx context.Context, s Settings) []Finding {
	db, err := s.OpenDB(ctx)
	switch {
	case errors.Is(err, installation.ErrMissing):
		return []Finding{{"database", Note, plain(err), "latchkey serve makes it when it starts"}}
	case err != nil:
		return []Finding{{"database", Problem, plain(err), "without its database the server answers 503"}}
	}
	defer func() { _ = db.Close() }() // read only
	if err := sqlstore.Check(ctx, db, s.Dialect()); err != nil {
		return []Finding{{"schema", Problem, plain(err), cmp.Or(installation.MendSchema(err), "check that the database answers")}}
	}
	if err := installation.Whole(ctx, sqlstore.New(db, s.Dialect())); err != nil {
		return []Finding{{"database", Problem, plain(err), "until then the server does not start"}}
	}
	found := []Finding{{"schema", OK, "the schema is the one of this version", ""}}
	if s.IsPostgres() {
		found = append(found, checkPostgres(ctx, db)...)
		found = append(found, Finding{"backup", Note, "backups of PostgreSQL are made outside Latchkey, so their age is not known here", "make one every day, with pg_dump or as your provider has it; after restoring one: latchkey db restored"})
	} else {
		found = append(found, checkSQLite(ctx, db), checkBackup(ctx, s, db))
	}
	return append(found, checkClock(ctx, s, db), checkServers(ctx, s, db), checkAdmin(ctx, db))
}

func checkSQLite(ctx context.Context, db *sql.DB) Finding {
	var sound string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&sound); err != nil {
		sound = plain(err)
	}
	if sound != "ok" {
		return Finding{"database", Problem, "the database file is damaged: " + sound, "restore a backup: latchkey db restore FILE"}
	}
	return Finding{"database", OK, "SQLite, sound", ""}
}

// oldestPostgres is the oldest version that is tested.
const oldestPostgres = 13

// postgres is what a PostgreSQL server says of itself.
type postgres struct {
	version      int
	replica      bool
	commit, sync string // synchronous_commit and fsync
}

// checkPostgres looks for settings with which the server would lose what it has
// confirmed.
func checkPostgres(ctx context.Context, db *sql.DB) []Finding {
	var p postgres
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int / 10000, pg_is_in_recovery(),
		current_setting('synchronous_commit'), current_setting('fsync')`).Scan(&p.version, &p.replica, &p.commit, &p.sync)
	if err != nil {
		return []Finding{{"database", Problem, plain(err), "check that the server runs, and what --db says"}}
	}
	return p.findings()
}

func (p postgres) findings() []Finding {
	var found []Finding
	if p.version < oldestPostgres {
		found = append(found, Finding{"database_version", Problem, fmt.Sprintf("PostgreSQL %d is too old", p.version), fmt.Sprintf("use %d or newer", oldestPostgres)})
	}
	if p.replica {
		found = append(found, Finding{"database_replica", Problem, "this is a replica, which takes no writes and may not know yet what was revoked", "name the primary with --db"})
	}
	if p.commit == "off" || p.sync == "off" {
		found = append(found, Finding{
			"database_durability", Problem, fmt.Sprintf("synchronous_commit is %s and fsync is %s: a crash can forget a sign-out, and the session is alive again", p.commit, p.sync),
			"turn both on, at least for this database",
		})
	}
	if found == nil {
		found = []Finding{{"database", OK, fmt.Sprintf("PostgreSQL %d, a primary that waits for its disk", p.version), ""}}
	}
	return found
}

// checkClock compares the clock with the database's.
func checkClock(ctx context.Context, s Settings, db *sql.DB) Finding {
	before := s.now()
	feed, err := sqlstore.New(db, s.Dialect()).Feed(ctx, 0)
	if err != nil {
		return Finding{"clock", Problem, plain(err), "check that the database answers"}
	}
	// Half of what the question took, on either side.
	skew := feed.Now.Sub(before.Add(s.now().Sub(before) / 2)).Round(100 * time.Millisecond)
	if skew.Abs() > session.MaxSkew {
		return Finding{
			"clock", Problem, fmt.Sprintf("the database's clock is %s off from this machine's", skew),
			"keep both right with NTP; until then /readyz is red and tokens expire early or late",
		}
	}
	return Finding{"clock", OK, "the clocks of this machine and of the database agree", ""}
}

// oldBackup is when a backup would miss too much.
const oldBackup = 7 * 24 * time.Hour

func checkBackup(ctx context.Context, s Settings, db *sql.DB) Finding {
	const do = "make one every day: latchkey db backup FILE"
	log, err := account.NewAuditLog(account.AuditConfig{Store: sqlstore.New(db, s.Dialect())})
	if err != nil {
		return Finding{"backup", Problem, plain(err), do}
	}
	last, err := log.Query(ctx, account.AuditQuery{Kinds: []string{string(installation.BackupMade)}, Limit: 1})
	switch {
	case err != nil:
		return Finding{"backup", Problem, plain(err), do}
	case len(last) == 0:
		return Finding{"backup", Warning, "there is no record of a backup", do}
	}
	age := s.now().Sub(last[0].At)
	if age > oldBackup {
		return Finding{"backup", Warning, "the last backup is " + days(age) + " old", do}
	}
	return Finding{"backup", OK, "the last backup is " + days(age) + " old", ""}
}

// checkAdmin looks for somebody who could help others.
func checkAdmin(ctx context.Context, db *sql.DB) Finding {
	var admins int
	// Scopes are a JSON list.
	const query = `SELECT count(*) FROM latchkey_users WHERE scopes LIKE '%"` + account.ScopeAdmin + `"%' AND disabled_at IS NULL`
	if err := db.QueryRowContext(ctx, query).Scan(&admins); err != nil {
		return Finding{"admin", Problem, plain(err), "check that the database answers"}
	}
	if admins == 0 {
		return Finding{"admin", Note, "nobody is an administrator", "to have one: latchkey user add NAME --admin"}
	}
	return Finding{"admin", OK, fmt.Sprintf("administrators: %d", admins), ""}
}
