-- Ledgers that went out as files and came in from files.
CREATE TABLE ledger_file (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms
    clerk   TEXT NOT NULL,    -- who took it out, or brought it in
    way     TEXT NOT NULL,    -- export, import
    ledger  TEXT NOT NULL,    -- id of the ledger's definition
    profile TEXT NOT NULL,    -- of which addressee; of an import: whose titles were read
    format  TEXT NOT NULL,    -- csv, xlsx, pdf
    first   INTEGER,          -- UTC ms: the period's beginning; NULL: open
    last    INTEGER,          -- UTC ms: the first moment behind the period; NULL: open
    rows    INTEGER NOT NULL, -- how many
    hash    TEXT NOT NULL     -- BLAKE2b-256 of the file
) STRICT;
CREATE INDEX ledger_file_by_at ON ledger_file (way, at, epoch, seq);
CREATE INDEX ledger_file_by_hash ON ledger_file (hash);
