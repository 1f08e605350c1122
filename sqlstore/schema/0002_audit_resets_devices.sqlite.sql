-- compatible: 1

-- The audit trail. Numbers are never given out again, also after a purge.
CREATE TABLE latchkey_audit (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    username   TEXT    NOT NULL,
    session_id TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    user_agent TEXT    NOT NULL
) STRICT;

CREATE INDEX latchkey_audit_at ON latchkey_audit (at);
CREATE INDEX latchkey_audit_user_id ON latchkey_audit (user_id, number);

-- Password resets that were asked for and not used.
CREATE TABLE latchkey_resets (
    token_hash TEXT    NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL,
    basis      TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX latchkey_resets_user_id ON latchkey_resets (user_id);
CREATE INDEX latchkey_resets_expires_at ON latchkey_resets (expires_at);

-- Devices on which a user has signed in.
CREATE TABLE latchkey_devices (
    user_id    TEXT    NOT NULL,
    token_hash TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    address    TEXT    NOT NULL,
    user_agent TEXT    NOT NULL,
    PRIMARY KEY (user_id, token_hash)
) STRICT;

CREATE INDEX latchkey_devices_seen_at ON latchkey_devices (seen_at);
