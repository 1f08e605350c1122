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
	"user add": `
# The person chooses the password; give them the link that is printed:
latchkey user add ada --name Ada --link --base-url https://app.example.com
# The first administrator:
latchkey user add grace --admin --base-url https://app.example.com
# With a password that the person has to change:
pwgen -s 24 1 | latchkey user add ada --password-stdin --must-change`,
	"user list": `
latchkey user list --search ad
# All, for another program:
latchkey user list --limit 0 --json | jq -r .username`,
	"user show": `
latchkey user show ada`,
	"user disable": `
latchkey user disable ada`,
	"user enable": `
latchkey user enable ada`,
	"user unlock": `
latchkey user unlock ada`,
	"user password": `
# Asks for it, without showing it:
latchkey user password ada
latchkey user password ada --password-stdin --must-change </run/secrets/first-password`,
	"user reset-link": `
latchkey user reset-link ada --base-url https://app.example.com`,
	"user admin": `
latchkey user admin ada --grant
latchkey user admin ada --revoke`,
	"user delete": `
latchkey user delete ada
# In a script, by the id that never changes:
latchkey user delete id:Vn0tAhkWbVbJcFcnUsv2xw --yes`,
	"session list": `
latchkey session list ada
# How many are signed in:
latchkey session list --limit 0 --json | wc -l`,
	"session show": `
latchkey session show Vn0tAhkWbVbJcFcnUsv2xw`,
	"session revoke": `
latchkey session revoke Vn0tAhkWbVbJcFcnUsv2xw
# A telephone was lost:
latchkey session revoke --user ada
# Everybody, without a question:
latchkey session revoke --all --yes`,
	"key list": `
latchkey key list --data /var/lib/latchkey`,
	"key rotate": `
# Today, and again tomorrow; the servers read the keys again after each:
latchkey key rotate && systemctl reload latchkey
# One server, and nobody else verifies:
latchkey key rotate --now && systemctl reload latchkey`,
	"key retire": `
latchkey key retire Yj5xrFMGmMGq5GBOw3fIX5QBdqrsMzwEo8PDq3SV3eE`,
	"key leaked": `
latchkey key leaked --yes && systemctl reload latchkey`,
	"key import": `
openssl genpkey -algorithm ed25519 | latchkey key import -
# The public key of another program, whose tokens shall pass here too:
latchkey key import public.pem --as verify`,
	"key export-public": `
latchkey key export-public >jwks.json
latchkey key export-public --pem`,
	"token inspect": `
# Asks for it, without showing it:
latchkey token inspect
pbpaste | latchkey token inspect --json | jq .payload.exp`,
	"token verify": `
latchkey token verify --file token.txt --type at+jwt --issuer https://app.example.com --session
# Elsewhere, with the keys that the server publishes:
latchkey token verify --file token.txt --jwks https://app.example.com/.well-known/jwks.json`,
	"token mint": `
latchkey token mint ada --insecure-mint --ttl 2m --base-url https://app.example.com >token.txt`,
	"token client": `
latchkey token client gateway
# A new file of the services, and the secret for the one in it:
latchkey token client gateway --revoke --json >client.json
jq '[.client]' client.json >clients.json
jq -r .secret client.json | install -m 600 /dev/stdin gateway-secret`,
	"audit list": `
# What happened to one account in the last week:
latchkey audit list --user ada --since 7d
# Failed sign-ins of a day, for another program:
latchkey audit list --kind sign_in_failed --since 2026-01-30 --until 2026-01-31 --limit 0 --json`,
	"audit purge": `
latchkey audit purge --older-than 365d`,
	"import users": `
# First a look, then in earnest:
latchkey import users users.csv --from django --dry-run
latchkey import users users.csv --from django --report not-taken.jsonl
# The database file of a Flask application, whose people sign in with their e-mail address:
latchkey import users app.db --from flask --table user --username-column email
# PocketBase, keeping the ids that other tables have:
latchkey import users pb_data/data.db --from pocketbase --keep-ids`,
	"export users": `
latchkey export users >users.jsonl
latchkey export users --as csv --with-password-hashes --out users.csv
latchkey export users --with-password-hashes --out - | age -r age1… >users.jsonl.age`,
	"bench-hash": `
latchkey bench-hash --target 250ms --max-memory 128`,
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
	"config show": `
# What would serve do, with the environment and the flags as they are here?
latchkey config show --access-ttl 5m
latchkey config show --json`,
	"config check": `
latchkey config check && systemctl reload latchkey`,
	"completion": `
# In ~/.bashrc or ~/.zshrc:
source <(latchkey completion bash)
source <(latchkey completion zsh)
# In ~/.config/fish/config.fish:
latchkey completion fish | source`,
	"doctor": `
latchkey doctor
# For a monitor, which is to wake somebody when the exit code is 1:
latchkey doctor --json --data /var/lib/latchkey`,
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
