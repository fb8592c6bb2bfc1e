-- 2026-11-24  The journal and what a terminal keeps beside it. Migrations only append.

-- The journal: the only truth. Rows are never changed, but for a sealed part that is dropped in time.
CREATE TABLE entry (
    epoch       INTEGER NOT NULL, -- which enrolment of which machine
    seq         INTEGER NOT NULL, -- counts from 1 without gaps within the epoch
    at          INTEGER NOT NULL, -- UTC ms: when it happened
    heard       INTEGER NOT NULL, -- UTC ms: when it was entered; never runs backwards
    terminal    TEXT NOT NULL,    -- desk at which it was entered
    clerk       TEXT NOT NULL,    -- work account that entered it
    kind        TEXT NOT NULL,    -- row of the table of kinds
    subject     TEXT NOT NULL,    -- id ("epoch.seq") of the thing it is about
    head        TEXT NOT NULL,    -- frozen bytes: what is sent is what stands here
    sealed      BLOB,             -- sealed personal data; NULL: none, or dropped after its time
    sealed_hash BLOB,             -- BLAKE2b-256 of the sealed bytes; NULL: there never were any
    hash        BLOB NOT NULL,    -- link of the chain
    PRIMARY KEY (epoch, seq)
) STRICT;
CREATE INDEX entry_by_kind ON entry (kind, at);
CREATE INDEX entry_by_subject ON entry (subject);
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER entry_frozen BEFORE UPDATE OF
    epoch, seq, at, heard, terminal, clerk, kind, subject, head, sealed_hash, hash ON entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- What the hub said, as it came.
CREATE TABLE orders (
    n           INTEGER NOT NULL PRIMARY KEY, -- counts from 1 without gaps
    at          INTEGER NOT NULL, -- UTC ms at the hub
    heard       INTEGER NOT NULL, -- UTC ms: when it arrived here
    kind        TEXT NOT NULL,    -- row of the table of kinds
    subject     TEXT NOT NULL,    -- id of the entry it is about, or its own
    head        TEXT NOT NULL,    -- frozen bytes, as signed by the hub
    sealed      BLOB,             -- personal data under the site's data key
    hash        BLOB NOT NULL,    -- BLAKE2b-256 over n, head and sealed: what was signed
    after_epoch INTEGER NOT NULL, -- where the journal stood when it came:
    after_seq   INTEGER NOT NULL  -- a replay takes it up at the same place
) STRICT;

-- Small facts of this terminal's database: site code, epoch, name, hub, marks.
CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY, -- name of the fact
    value TEXT NOT NULL              -- its value as text
) STRICT;

-- The data key, wrapped once for each clerk. Never travels.
CREATE TABLE clerk_key (
    name    TEXT NOT NULL PRIMARY KEY, -- work account
    salt    BLOB NOT NULL,             -- of the PIN derivation
    ops     INTEGER NOT NULL,          -- Argon2id passes
    memory  INTEGER NOT NULL,          -- Argon2id bytes
    wrap    BLOB NOT NULL,             -- the data key under PIN and machine key
    wrong   INTEGER NOT NULL DEFAULT 0, -- wrong PINs since the last right one
    wait_ms INTEGER NOT NULL DEFAULT 0, -- what is left of the present lock
    seen    INTEGER NOT NULL DEFAULT 0, -- steady ms when wait_ms was last brought up to date
    boot    TEXT NOT NULL DEFAULT ''    -- the boot that `seen` belongs to
) STRICT;

-- What was typed and not yet saved.
CREATE TABLE draft (
    form     TEXT NOT NULL,    -- which form
    clerk    TEXT NOT NULL,    -- whose
    terminal TEXT NOT NULL,    -- at which desk
    pid      INTEGER NOT NULL, -- process that holds it
    boot     TEXT NOT NULL,    -- boot of that process
    at       INTEGER NOT NULL, -- UTC ms of the last change
    sealed   BLOB NOT NULL,    -- the values, sealed with the data key
    PRIMARY KEY (form, clerk, terminal)
) STRICT;

-- Entries that the hub stored but could not use.
CREATE TABLE refusal (
    epoch INTEGER NOT NULL, -- the entry's epoch
    seq   INTEGER NOT NULL, -- and number
    why   TEXT NOT NULL,    -- the hub's reason, in words
    PRIMARY KEY (epoch, seq)
) STRICT;

-- Every version of every definition that this terminal has known: kept for ever.
CREATE TABLE definition (
    what    TEXT NOT NULL,    -- policy, catalogue, form
    id      TEXT NOT NULL,    -- its name
    version INTEGER NOT NULL, -- its version
    source  TEXT NOT NULL,    -- "shipped", or the order that brought it
    body    TEXT NOT NULL,    -- the JSON
    PRIMARY KEY (what, id, version)
) STRICT;

-- Projection of kinds site and enrol: one row.
CREATE TABLE site (
    code    TEXT NOT NULL,    -- 12 digits
    name    TEXT NOT NULL,    -- shown on top of every screen
    policy  TEXT NOT NULL,    -- base policy that the site was made with
    demo    INTEGER NOT NULL, -- 1: everything in it is invented
    hub_url TEXT NOT NULL,    -- "" until enrolled
    at      INTEGER NOT NULL  -- UTC ms
) STRICT;

-- Projection of kind clerk.
CREATE TABLE clerk (
    name  TEXT NOT NULL PRIMARY KEY, -- work account
    role  TEXT NOT NULL,             -- gate, window, ledger, leader, admin
    since INTEGER NOT NULL           -- UTC ms
) STRICT;
