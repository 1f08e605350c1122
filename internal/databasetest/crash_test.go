package databasetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/latchkey-go/latchkey/internal/pgtest"
	"github.com/latchkey-go/latchkey/session"
	"github.com/latchkey-go/latchkey/sqlstore/sqlite"
)

const (
	// crashRounds names the variable that sets how often a process on SQLite is
	// killed: 5 times unless it is set; CI has 25, a long run 1,000.
	crashRounds = "LATCHKEY_CRASH_ROUNDS"
	// serverCrashRounds is the same of PostgreSQL's server: 2, 5 and 100.
	serverCrashRounds = "LATCHKEY_SERVER_CRASH_ROUNDS"
	// crashChild makes this test binary a process to be killed: the path of its
	// database and its seed.
	crashChild = "LATCHKEY_CRASH_CHILD"
)

func TestMain(m *testing.M) {
	if path, seed, ok := strings.Cut(os.Getenv(crashChild), "|"); ok {
		fmt.Fprintln(os.Stderr, crashTraffic(path, seed))
		os.Exit(1) // it should have been killed
	}
	pgtest.Main(m)
}

// crashTraffic signs in, refreshes and revokes until it is killed. It says what
// it is about to do and what was done, one line each:
//
//	ending ID, ended ID, started ID, rotated ID GENERATION
func crashTraffic(path, seedText string) error {
	seed, err := strconv.ParseUint(seedText, 10, 64)
	if err != nil {
		return err
	}
	ctx := context.Background()
	st, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	// The smallest window, so that nearly every refresh rotates, and no limit, so
	// that nothing ends but what is ended.
	m, err := session.NewManager(session.Config{Store: st, Grace: 1, Limit: -1})
	if err != nil {
		return err
	}
	var lines sync.Mutex
	say := func(format string, args ...any) {
		lines.Lock()
		defer lines.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	failed := make(chan error)
	for worker := range uint64(4) {
		go func() { failed <- crashWorker(ctx, m, rand.New(rand.NewPCG(seed, worker)), say) }()
	}
	return <-failed
}

func crashWorker(ctx context.Context, m *session.Manager, r *rand.Rand, say func(string, ...any)) error {
	var mine []*session.Session
	for {
		if len(mine) == 0 || r.IntN(3) == 0 {
			s, err := m.Start(ctx, session.Start{Subject: "u" + strconv.Itoa(r.IntN(9))})
			if err != nil {
				return err
			}
			say("started %s", s.ID)
			mine = append(mine, s)
			continue
		}
		i := r.IntN(len(mine))
		s := mine[i]
		if r.IntN(4) > 0 {
			next, err := m.Refresh(ctx, present(s, s.Generation))
			if err != nil {
				return err
			}
			say("rotated %s %d", s.ID, next.Generation)
			mine[i] = next
			continue
		}
		say("ending %s", s.ID)
		if err := m.End(ctx, s.ID, session.EndedBySignOut); err != nil {
			return err
		}
		say("ended %s", s.ID)
		mine[i] = mine[len(mine)-1]
		mine = mine[:len(mine)-1]
	}
}

// claims is what killed processes said of sessions.
type claims struct {
	generation    map[string]int64
	ending, ended map[string]bool
}

// TestCrash kills a process at random moments, again and again on one database:
// no session that was committed is lost, none that was ended is alive, and no
// chain has forked. It tests SQLite and the settings that package sqlite makes,
// not the disk, which keeps what it was given when a process dies.
func TestCrash(t *testing.T) {
	rounds := roundsOf(t, crashRounds, 5)
	var path string
	var said claims
	for round := range rounds {
		if round%roundsPerDatabase == 0 {
			path = filepath.Join(t.TempDir(), "db", "latchkey.db")
			said = claims{map[string]int64{}, map[string]bool{}, map[string]bool{}}
		}
		said.crash(t, path, uint64(round))
		said.verifyFile(t, path)
		if t.Failed() {
			t.Fatalf("round and seed %d", round)
		}
	}
}

// roundsPerDatabase is after how many rounds a new database begins: each round
// looks at every session of its database.
const roundsPerDatabase = 25

// roundsOf reads how many rounds a variable asks for.
func roundsOf(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	rounds, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return rounds
}

// crash runs a process and kills it after a random number of lines.
func (c *claims) crash(t *testing.T, path string, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 99))
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashChild+"="+path+"|"+strconv.FormatUint(seed, 10))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for n, kill := 0, 20+r.IntN(300); ; n++ {
		if n == kill {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break // what was written of a last line does not count
		}
		if err != nil {
			t.Fatal(err)
		}
		c.take(t, strings.Fields(line))
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the process was not killed: %v", err)
	}
}

func (c *claims) take(t *testing.T, words []string) {
	t.Helper()
	switch id := words[1]; words[0] {
	case "started":
		c.generation[id] = 0
	case "rotated":
		generation, err := strconv.ParseInt(words[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		c.generation[id] = generation
	case "ending":
		c.ending[id] = true
	case "ended":
		c.ended[id] = true
	default:
		t.Fatalf("the process said %q", words)
	}
}

// verifyFile opens a SQLite file as the next process would.
func (c *claims) verifyFile(t *testing.T, path string) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var sound string
	if err := st.DB().QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&sound); err != nil || sound != "ok" {
		t.Fatalf("integrity_check: %s, %v", sound, err)
	}
	c.verify(t, st)
}

// verify holds a store against what was said.
func (c *claims) verify(t *testing.T, st session.Store) {
	t.Helper()
	feed, err := st.Feed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	published := map[string]bool{}
	for _, r := range feed.Revoked {
		published[r.SessionID] = true
	}
	for id, generation := range c.generation {
		row, err := st.Get(t.Context(), id)
		if err != nil {
			t.Errorf("a committed session is lost: %s, %v", id, err)
			continue
		}
		dead := !row.EndedAt.IsZero()
		if c.ended[id] && !dead || dead && !c.ending[id] || dead != published[id] {
			t.Errorf("session %s: dead %v, in the feed %v, its end was asked for %v and done %v", id, dead, published[id], c.ending[id], c.ended[id])
		}
		// One more rotation may have been committed and not said.
		if row.Generation != generation && row.Generation != generation+1 {
			t.Errorf("session %s is at generation %d, the process had %d", id, row.Generation, generation)
		}
		c.generation[id] = row.Generation
		if !dead {
			c.retry(t, st, row, generation)
		}
	}
}

// retry presents the last token that was answered, as the browser would: whether
// or not the rotation after it was committed, the chain goes on.
func (c *claims) retry(t *testing.T, st session.Store, row *session.Session, generation int64) {
	t.Helper()
	at := row.RotatedAt
	if at.IsZero() {
		at = row.CreatedAt
	}
	m, err := session.NewManager(session.Config{Store: st, Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Validate(t.Context(), present(row, generation))
	if err != nil || got.Generation != row.Generation {
		t.Errorf("session %s: generation %d was answered with %+v, %v; want %d", row.ID, generation, got, err, row.Generation)
	}
}
