package main

import (
	"strings"

	"github.com/alecthomas/kong"
)

// examples are shown in the help and the reference of each command: what a
// person would type. Lines that begin with # say what the next one does.
var examples = map[string]string{
	"serve": `
# On this machine, with the data in ./data:
latchkey serve
# Behind a reverse proxy, with PostgreSQL, whose URL is in a file:
latchkey serve --base-url https://app.example.com --trusted-proxy 10.0.0.1 --db-file /run/secrets/database-url`,
	"db copy": `
# From SQLite to PostgreSQL, with the server stopped; the URL is in a file, for its password:
latchkey db copy --from /var/lib/latchkey --to-file /run/secrets/database-url
# And back:
latchkey db copy --from postgres://latchkey@db.example.com/app --to /var/lib/latchkey-new`,
	"db backup": `
latchkey db backup --data /var/lib/latchkey /backup/latchkey-2026-01-31.db`,
	"db restore": `
systemctl stop latchkey
latchkey db restore --data /var/lib/latchkey /backup/latchkey-2026-01-31.db`,
	"db restored": `
pg_restore --clean --dbname=app /backup/app.dump
latchkey db restored --yes --db-file /run/secrets/database-url`,
	"migrate plan": `
latchkey migrate plan
# With the statements, for somebody who applies them in another way:
latchkey migrate plan --sql`,
	"migrate apply": `
latchkey migrate apply --data /var/lib/latchkey
# As a role that may change the schema, before the servers start as one that may not:
latchkey migrate apply --db-file /run/secrets/owner-url`,
	"migrate check": `
latchkey migrate check && systemctl restart latchkey`,
	"version": `
latchkey version --json`,
}

// addExamples puts the examples into the help.
func addExamples(app *kong.Application) {
	for _, command := range app.Leaves(true) {
		lines := strings.TrimSpace(examples[command.Path()])
		if lines == "" {
			continue
		}
		if command.Detail != "" {
			command.Detail += "\n\n"
		}
		command.Detail += "Examples:\n\n  " + strings.ReplaceAll(lines, "\n", "\n  ")
	}
}
