-- 2026-11-24  Entries that overtook the stream: valid by their own signature, not yet in the chain.
CREATE TABLE express (
    site        TEXT NOT NULL,    -- 12 digits
    epoch       INTEGER NOT NULL, -- its place
    seq         INTEGER NOT NULL, -- its place, behind the mark
    kind        TEXT NOT NULL,    -- a kind that may overtake
    at          INTEGER NOT NULL, -- UTC ms: when it happened
    heard       INTEGER NOT NULL, -- UTC ms: when it was entered
    arrived     INTEGER NOT NULL, -- UTC ms: when it came here
    head        BLOB NOT NULL,    -- frozen bytes
    sealed      BLOB,             -- sealed personal data; NULL: none
    sealed_hash BLOB,             -- its hash; NULL: there is none
    hash        BLOB NOT NULL,    -- link of the chain, by the hash before it that came along
    refused     TEXT,             -- why it could not be used; NULL: it could
    PRIMARY KEY (site, epoch, seq)
) STRICT;
