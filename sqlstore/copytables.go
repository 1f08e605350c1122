package sqlstore

import "math"

// copied is a table as Copy walks through it: page by page, in the order of its
// key, so that it can go on after the last row that arrived.
type copied struct {
	name, columns string
	key           []int // the places of the key among the columns
	first         []any // below every key
	page          string
	last          string
	count         string
}

// copiedTables are all tables but those that hold no facts: locks, migrations,
// and the state, which is copied last.
var copiedTables = []copied{
	{
		name:    "latchkey_users",
		columns: userColumns,
		key:     []int{0}, first: []any{""},
		page:  `SELECT ` + userColumns + ` FROM latchkey_users WHERE id > $1 ORDER BY id LIMIT $2`,
		last:  `SELECT id FROM latchkey_users ORDER BY id DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_users`,
	},
	{
		name:    "latchkey_sessions",
		columns: sessionColumns + `, over_at`,
		key:     []int{0}, first: []any{""},
		page:  `SELECT ` + sessionColumns + `, over_at FROM latchkey_sessions WHERE id > $1 ORDER BY id LIMIT $2`,
		last:  `SELECT id FROM latchkey_sessions ORDER BY id DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_sessions`,
	},
	{
		name:    "latchkey_revocations",
		columns: `number, kind, id, at`,
		key:     []int{0}, first: []any{int64(math.MinInt64)},
		page:  `SELECT number, kind, id, at FROM latchkey_revocations WHERE number > $1 ORDER BY number LIMIT $2`,
		last:  `SELECT number FROM latchkey_revocations ORDER BY number DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_revocations`,
	},
	{
		name:    "latchkey_attempts",
		columns: `key, count, at, expires_at`,
		key:     []int{0}, first: []any{""},
		page:  `SELECT key, count, at, expires_at FROM latchkey_attempts WHERE key > $1 ORDER BY key LIMIT $2`,
		last:  `SELECT key FROM latchkey_attempts ORDER BY key DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_attempts`,
	},
	{
		name:    "latchkey_resets",
		columns: `token_hash, user_id, basis, expires_at`,
		key:     []int{0}, first: []any{""},
		page:  `SELECT token_hash, user_id, basis, expires_at FROM latchkey_resets WHERE token_hash > $1 ORDER BY token_hash LIMIT $2`,
		last:  `SELECT token_hash FROM latchkey_resets ORDER BY token_hash DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_resets`,
	},
	{
		name:    "latchkey_devices",
		columns: `user_id, token_hash, created_at, seen_at, address, user_agent`,
		key:     []int{0, 1}, first: []any{"", ""},
		page: `SELECT user_id, token_hash, created_at, seen_at, address, user_agent FROM latchkey_devices
			WHERE (user_id, token_hash) > ($1, $2) ORDER BY user_id, token_hash LIMIT $3`,
		last:  `SELECT user_id, token_hash FROM latchkey_devices ORDER BY user_id DESC, token_hash DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_devices`,
	},
	{
		name:    "latchkey_audit",
		columns: `number, ` + auditColumns,
		key:     []int{0}, first: []any{int64(math.MinInt64)},
		page:  `SELECT number, ` + auditColumns + ` FROM latchkey_audit WHERE number > $1 ORDER BY number LIMIT $2`,
		last:  `SELECT number FROM latchkey_audit ORDER BY number DESC LIMIT 1`,
		count: `SELECT count(*) FROM latchkey_audit`,
	},
}
