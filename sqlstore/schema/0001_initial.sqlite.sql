-- compatible: 1

-- One row: what every process watches.
CREATE TABLE latchkey_state (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    incarnation TEXT    NOT NULL, -- made anew when the store is restored
    last        INTEGER NOT NULL, -- the newest number of the feed
    epoch       INTEGER NOT NULL, -- sessions below it are dead
    epoch_at    INTEGER NOT NULL, -- when epoch was last raised
    lifetime    INTEGER NOT NULL  -- of access tokens, microseconds
) STRICT;

INSERT INTO latchkey_state (id, incarnation, last, epoch, epoch_at, lifetime)
VALUES (1, lower(hex(randomblob(16))), 0, 0, 0, 0);

-- The database's clock in microseconds.
CREATE VIEW latchkey_clock AS
SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS micros;

-- Rows to lock, so that changes to one subject's sessions take turns.
CREATE TABLE latchkey_subject_locks (
    slot  INTEGER NOT NULL PRIMARY KEY,
    taken INTEGER NOT NULL
) STRICT;

INSERT INTO latchkey_subject_locks (slot, taken)
WITH RECURSIVE slots(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM slots WHERE n < 255)
SELECT n, 0 FROM slots;

CREATE TABLE latchkey_sessions (
    id           TEXT    NOT NULL PRIMARY KEY,
    subject      TEXT    NOT NULL,
    generation   INTEGER NOT NULL,
    secret       BLOB    NOT NULL,
    epoch        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    rotated_at   INTEGER,
    seen_at      INTEGER NOT NULL,
    auth_time    INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    idle_timeout INTEGER NOT NULL, -- microseconds; 0: none
    amr          TEXT    NOT NULL,
    acr          TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    user_agent   TEXT    NOT NULL,
    ended_at     INTEGER,
    end_reason   TEXT    NOT NULL,
    over_at      INTEGER NOT NULL  -- when it ended, or ends if nothing more happens
) STRICT;

CREATE INDEX latchkey_sessions_subject ON latchkey_sessions (subject);
CREATE INDEX latchkey_sessions_over_at ON latchkey_sessions (over_at);
CREATE INDEX latchkey_sessions_epoch ON latchkey_sessions (epoch);

-- The feed.
CREATE TABLE latchkey_revocations (
    number INTEGER NOT NULL PRIMARY KEY,
    kind   TEXT    NOT NULL, -- 'session' or 'token'
    id     TEXT    NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX latchkey_revocations_id ON latchkey_revocations (id, kind);
CREATE INDEX latchkey_revocations_at ON latchkey_revocations (at);

CREATE TABLE latchkey_users (
    id                  TEXT    NOT NULL PRIMARY KEY,
    username            TEXT    NOT NULL,
    username_key        TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    password_hash       TEXT    NOT NULL,
    password_changed_at INTEGER,
    scopes              TEXT    NOT NULL,
    created_at          INTEGER NOT NULL,
    disabled_at         INTEGER
) STRICT;

CREATE UNIQUE INDEX latchkey_users_username_key ON latchkey_users (username_key);

-- The counters of the throttle.
CREATE TABLE latchkey_attempts (
    key        TEXT    NOT NULL PRIMARY KEY,
    count      INTEGER NOT NULL,
    at         INTEGER,
    expires_at INTEGER
) STRICT;

CREATE INDEX latchkey_attempts_expires_at ON latchkey_attempts (expires_at);
