package installation

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/latchkey-go/latchkey/account"
	"github.com/latchkey-go/latchkey/jwt"
)

const (
	// AnnounceEvery is how often a server repeats with which keys it works; it
	// says so at once when they change.
	AnnounceEvery = 24 * time.Hour

	// silentFor is after how long a server that says nothing is not there.
	silentFor = AnnounceEvery + time.Hour
)

// maxAnnounced is how many keys an announcement names, with room to spare in a
// record of the audit trail.
const maxAnnounced = 4

// ServerName names the server of this process at this location: the host and
// the file of its keys. Two servers that share both share their keys.
func (l Location) ServerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	path := l.Keys()
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return "serve " + host + " " + path
}

// Announcement is the record by which a server says which keys it works with:
// their ids, the one that signs first.
func (l Location) Announcement(keys []jwt.KeyInfo) account.AuditRecord {
	ids := make([]string, 0, maxAnnounced+1)
	for _, k := range keys[:min(len(keys), maxAnnounced)] {
		ids = append(ids, k.ID)
	}
	if len(keys) > maxAnnounced {
		ids = append(ids, andMore)
	}
	return account.AuditRecord{Kind: string(KeysInUse), Actor: l.ServerName(), Reason: processNow() + " " + strings.Join(ids, " ")}
}

// andMore stands for the keys that an announcement has no room for.
const andMore = "…"

// Farewell is the record by which a server says that it has stopped.
func (l Location) Farewell() account.AuditRecord {
	return account.AuditRecord{Kind: string(ServerStopped), Actor: l.ServerName(), Reason: processNow()}
}

// processNow tells a server from the one that takes its place on the same
// machine: for a moment both are at work.
func processNow() string { return "process " + strconv.Itoa(os.Getpid()) }

// Announced is what a server last said of its keys.
type Announced struct {
	Server string
	At     time.Time
	Keys   []string // the ids; the first signs
	All    bool     // there are no others
}

// Servers returns what each server that is at work on the database has said of
// its keys, in the order of their names. One that was killed is among them for a
// day.
func Servers(ctx context.Context, log *account.AuditLog, now time.Time) ([]Announced, error) {
	// The latest come first. A server that takes the place of another on the same
	// machine may say so before the other says that it has stopped.
	latest, stopped := map[string]Announced{}, map[string]bool{}
	query := account.AuditQuery{Kinds: []string{string(KeysInUse), string(ServerStopped)}, Since: now.Add(-silentFor), Limit: 1000}
	for {
		records, err := log.Query(ctx, query)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			process, ids := splitReason(r.Reason)
			if r.Kind == string(ServerStopped) {
				stopped[r.Actor+" "+process] = true
				continue
			}
			if _, known := latest[r.Actor]; known || stopped[r.Actor+" "+process] || len(ids) == 0 {
				continue
			}
			latest[r.Actor] = announced(r, ids)
		}
		if len(records) < query.Limit {
			return sortedServers(latest), nil
		}
		query.Before = records[len(records)-1].Number
	}
}

// splitReason takes the reason of a record apart: "process N ID…".
func splitReason(reason string) (process string, ids []string) {
	words := strings.Fields(reason)
	if len(words) < 2 {
		return "", nil
	}
	return words[1], words[2:]
}

func announced(r account.AuditRecord, ids []string) Announced {
	more := slices.Index(ids, andMore)
	if more >= 0 {
		ids = ids[:more]
	}
	return Announced{Server: strings.TrimPrefix(r.Actor, "serve "), At: r.At, Keys: ids, All: more < 0}
}

func sortedServers(all map[string]Announced) []Announced {
	var list []Announced
	for _, a := range all {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b Announced) int { return strings.Compare(a.Server, b.Server) })
	return list
}

// Disagree says why tokens that a server signs, or that are signed with keys
// here, are refused by the other; empty if neither is.
func (a Announced) Disagree(keys []jwt.KeyInfo) string {
	switch {
	case !Knows(keys, a.Keys[0]):
		return fmt.Sprintf("signs with the key %s, which is not here", a.Keys[0])
	case a.All && !slices.Contains(a.Keys, keys[0].ID):
		return fmt.Sprintf("does not know the key %s, which signs here", keys[0].ID)
	}
	return ""
}
