-- compatible: 1

-- 1: the person must choose another password before anything else.
ALTER TABLE latchkey_users ADD COLUMN must_change_password bigint NOT NULL DEFAULT 0;
