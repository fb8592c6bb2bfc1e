-- 2026-11-24  What is told to other servers by itself: who is told of what, and each telling until
-- it was taken or given up. Nobody's data is in it.

CREATE TABLE webhook (
    id      TEXT NOT NULL PRIMARY KEY, -- 8 hex digits
    url     TEXT NOT NULL,    -- http or https
    topics  TEXT NOT NULL,    -- incident, decision; a comma between
    secret  BLOB NOT NULL,    -- what signs, sealed to the hub's box key
    added   INTEGER NOT NULL, -- UTC ms
    removed INTEGER           -- UTC ms; NULL: it counts
) STRICT;

CREATE TABLE webhook_delivery (
    id       TEXT NOT NULL PRIMARY KEY, -- BLAKE2b of hook and entry, in hex: told twice, kept once
    hook     TEXT NOT NULL,    -- whom
    topic    TEXT NOT NULL,    -- of what
    site     TEXT NOT NULL,    -- 12 digits
    made     INTEGER NOT NULL, -- UTC ms
    body     TEXT NOT NULL,    -- JSON, as it is sent
    tries    INTEGER NOT NULL, -- so far
    due      INTEGER NOT NULL, -- UTC ms: not tried before
    claimed  INTEGER NOT NULL, -- UTC ms: until then a process is at it; 0: none is
    claimer  TEXT NOT NULL,    -- which process
    sent     INTEGER,          -- UTC ms: it was taken; NULL: not yet
    given_up INTEGER,          -- UTC ms; NULL: not
    status   INTEGER NOT NULL, -- of the last answer; 0: there was none
    trouble  TEXT NOT NULL     -- why the last try failed; "" when it did not
) STRICT;
CREATE INDEX webhook_delivery_due ON webhook_delivery (due) WHERE sent IS NULL AND given_up IS NULL;
CREATE INDEX webhook_delivery_made ON webhook_delivery (made);
