-- 2026-11-24  The wordings of definitions that were sent, and which one each village was sent last.

CREATE TABLE definition (
    kind    TEXT NOT NULL,    -- policy, overlay, catalogue, form
    id      TEXT NOT NULL,    -- its own id
    version INTEGER NOT NULL, -- its own version
    hash    TEXT NOT NULL,    -- BLAKE2b of the wording, hex
    text    TEXT NOT NULL,    -- JSON
    at      INTEGER NOT NULL, -- UTC ms: when it was sent first
    officer TEXT NOT NULL,    -- who sent it first
    PRIMARY KEY (kind, id, version, hash)
) STRICT;

CREATE TABLE site_definition (
    site    TEXT NOT NULL,    -- 12 digits
    kind    TEXT NOT NULL,    -- as above
    id      TEXT NOT NULL,    -- as above
    version INTEGER NOT NULL, -- as above
    hash    TEXT NOT NULL,    -- as above
    n       INTEGER NOT NULL, -- the order
    at      INTEGER NOT NULL, -- UTC ms
    PRIMARY KEY (site, kind, id)
) STRICT;
