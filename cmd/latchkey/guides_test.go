package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/latchkey-go/latchkey/internal/pgtest"
)

func guide(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGuideCommands: the commands in these guides are such as this program takes.
func TestGuideCommands(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"guides/moving-in.md", "guides/keys.md", "guides/many-machines.md", "runbooks/key-leaked.md"} {
		commands := 0
		for _, block := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(guide(t, name), -1) {
			for line := range strings.Lines(block[1]) {
				line, _, _ = strings.Cut(line, " #")
				words := exampleWords(line)
				if len(words) == 0 {
					continue
				}
				commands++
				if parsed, err := kong.Trace(parser, words); err != nil || parsed.Error != nil {
					t.Errorf("%s: %s: %v %v", name, line, err, parsed.Error)
				}
			}
		}
		if commands < 3 {
			t.Errorf("%s has %d commands", name, commands)
		}
	}
}

// theirTables are made as the other systems make them.
var theirTables = map[string]string{
	"flask": `CREATE TABLE "user" (id serial PRIMARY KEY, username varchar(80), name varchar(80), email varchar(120), password_hash varchar(256));
		INSERT INTO "user" (username, name, password_hash) VALUES ('ada', 'Ada, the first', $hash$scrypt:32768:8:1$salt1xyzABCDEFGH$dee53025e77402f0528a0997dba901d18126059d7dd53f81ac6f897401a5f54c8f9eb14f49a3ea2340ee91bdd5f9f0ab822931da1f6583c6f67594db245ab24a$hash$)`,
	"django": `CREATE TABLE auth_user (id serial PRIMARY KEY, password varchar(128) NOT NULL, last_login timestamptz, is_superuser boolean NOT NULL,
			username varchar(150) NOT NULL UNIQUE, first_name varchar(150) NOT NULL, last_name varchar(150) NOT NULL, email varchar(254) NOT NULL,
			is_staff boolean NOT NULL, is_active boolean NOT NULL, date_joined timestamptz NOT NULL);
		INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) VALUES
			($hash$pbkdf2_sha256$260000$salt0xyzABCDEFGH$NDSVABQ97B8w8UrYZJpkvifcxARJ3iJlkVFC+rpb3vk=$hash$, true, 'ada', 'Ada', '', '', true, true, now())`,
	"supabase": `CREATE TABLE users (id uuid PRIMARY KEY, email varchar(255), encrypted_password varchar(255), email_confirmed_at timestamptz,
			raw_user_meta_data jsonb, created_at timestamptz, banned_until timestamptz, deleted_at timestamptz);
		INSERT INTO users VALUES ('7b9d8f86-1c3f-4a3a-9a8e-0d4c5b6a7f01', 'ada@example.com',
			$hash$` + "$2a$10$hchJna38VtMD8JFnCCHH7OTmlMJRJ7rrXFkpdYPbCU1j1u1sDfUEG" + `$hash$, now(), '{"full_name": "Ada \"L\""}', now())`,
	"bcrypt": `CREATE TABLE users (id bigserial PRIMARY KEY, email text, password_digest text);
		INSERT INTO users (email, password_digest) VALUES ('ada@example.com', $hash$` + "$2a$10$hchJna38VtMD8JFnCCHH7OTmlMJRJ7rrXFkpdYPbCU1j1u1sDfUEG" + `$hash$)`,
}

var copyCommand = regexp.MustCompile(`\\copy \((SELECT .*)\) TO 'users.csv' CSV HEADER`)

// TestGuideExports runs the exports of the guide in PostgreSQL, and imports what
// they give.
func TestGuideExports(t *testing.T) {
	chapters := strings.Split(guide(t, "guides/moving-in.md"), "\n## ")
	for system, title := range map[string]string{"flask": "Flask", "django": "Django", "supabase": "supabase", "bcrypt": "Any other table"} {
		t.Run(system, func(t *testing.T) {
			var query string
			for _, chapter := range chapters {
				if match := copyCommand.FindStringSubmatch(chapter); match != nil && strings.HasPrefix(chapter, title) {
					query = strings.NewReplacer(`\"`, `"`, "auth.users", "users").Replace(match[1])
				}
			}
			if query == "" {
				t.Fatal("the guide has no export in this chapter")
			}
			file := filepath.Join(t.TempDir(), "users.csv")
			if err := os.WriteFile(file, copied(t, theirTables[system], query), 0o600); err != nil {
				t.Fatal(err)
			}
			data := filepath.Join(t.TempDir(), "latchkey.db")
			openAny(t, data)
			out, err := exec.Command("latchkey", "import", "users", file, "--from", system, "--data", filepath.Dir(data)).CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "1 account added: 1 with ") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// copied is what PostgreSQL's COPY writes, which psql's \copy writes to the file.
func copied(t *testing.T, tables, query string) []byte {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), tables).ReadAll(); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := conn.CopyTo(t.Context(), &text, "COPY ("+query+") TO STDOUT CSV HEADER"); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}
