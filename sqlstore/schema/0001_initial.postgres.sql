-- compatible: 1

-- One row: what every process watches. Room is left on the page so that
-- updates stay on it.
CREATE TABLE latchkey_state (
    id          integer NOT NULL PRIMARY KEY CHECK (id = 1),
    incarnation text    NOT NULL, -- made anew when the store is restored
    last        bigint  NOT NULL, -- the newest number of the feed
    epoch       bigint  NOT NULL, -- sessions below it are dead
    epoch_at    bigint  NOT NULL, -- when epoch was last raised
    lifetime    bigint  NOT NULL  -- of access tokens, microseconds
) WITH (fillfactor = 10);

INSERT INTO latchkey_state (id, incarnation, last, epoch, epoch_at, lifetime)
VALUES (1, replace(gen_random_uuid()::text, '-', ''), 0, 0, 0, 0);

-- The database's clock in microseconds.
CREATE VIEW latchkey_clock AS
SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros;

-- Rows to lock, so that changes to one subject's sessions take turns.
CREATE TABLE latchkey_subject_locks (
    slot  integer NOT NULL PRIMARY KEY,
    taken bigint  NOT NULL
) WITH (fillfactor = 25);

INSERT INTO latchkey_subject_locks (slot, taken)
SELECT n, 0 FROM generate_series(0, 255) AS n;

-- Names and ids are compared byte by byte, whatever the database's collation.
CREATE TABLE latchkey_sessions (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    subject      text COLLATE "C" NOT NULL,
    generation   bigint  NOT NULL,
    secret       bytea   NOT NULL,
    epoch        bigint  NOT NULL,
    created_at   bigint  NOT NULL,
    rotated_at   bigint,
    seen_at      bigint  NOT NULL,
    auth_time    bigint  NOT NULL,
    expires_at   bigint  NOT NULL,
    idle_timeout bigint  NOT NULL, -- microseconds; 0: none
    amr          text    NOT NULL,
    acr          text    NOT NULL,
    address      text    NOT NULL,
    user_agent   text    NOT NULL,
    ended_at     bigint,
    end_reason   text    NOT NULL,
    over_at      bigint  NOT NULL  -- when it ended, or ends if nothing more happens
) WITH (fillfactor = 80);

CREATE INDEX latchkey_sessions_subject ON latchkey_sessions (subject);
CREATE INDEX latchkey_sessions_over_at ON latchkey_sessions (over_at);
CREATE INDEX latchkey_sessions_epoch ON latchkey_sessions (epoch);

-- The feed.
CREATE TABLE latchkey_revocations (
    number bigint NOT NULL PRIMARY KEY,
    kind   text   NOT NULL, -- 'session' or 'token'
    id     text COLLATE "C" NOT NULL,
    at     bigint NOT NULL
);

CREATE UNIQUE INDEX latchkey_revocations_id ON latchkey_revocations (id, kind);
CREATE INDEX latchkey_revocations_at ON latchkey_revocations (at);

CREATE TABLE latchkey_users (
    id                  text COLLATE "C" NOT NULL PRIMARY KEY,
    username            text   NOT NULL,
    username_key        text COLLATE "C" NOT NULL,
    name                text   NOT NULL,
    password_hash       text   NOT NULL,
    password_changed_at bigint,
    scopes              text   NOT NULL,
    created_at          bigint NOT NULL,
    disabled_at         bigint
);

CREATE UNIQUE INDEX latchkey_users_username_key ON latchkey_users (username_key);

-- The counters of the throttle.
CREATE TABLE latchkey_attempts (
    key        text COLLATE "C" NOT NULL PRIMARY KEY,
    count      bigint NOT NULL,
    at         bigint,
    expires_at bigint
);

CREATE INDEX latchkey_attempts_expires_at ON latchkey_attempts (expires_at);
