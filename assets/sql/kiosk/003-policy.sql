-- 2026-11-24  Policies over time: overlays, adaptations, who has read what, the site's measures.

ALTER TABLE site ADD COLUMN type TEXT NOT NULL DEFAULT 'village'; -- district, branch, town, village

-- An overlay in force from its start until it is ended: nothing lapses by itself (notice: R68).
CREATE TABLE overlay (
    n          INTEGER NOT NULL PRIMARY KEY, -- counts as they came: the later of an id stands
    entry      TEXT NOT NULL,    -- the entry or order that started it
    at         INTEGER NOT NULL, -- UTC ms of that
    by         TEXT NOT NULL,    -- clerk or officer
    id         TEXT NOT NULL,    -- the pack
    version    INTEGER NOT NULL, -- and its version
    document   TEXT NOT NULL,    -- the superior's order that it rests on
    starts     INTEGER NOT NULL, -- UTC ms
    review     INTEGER NOT NULL, -- UTC ms: from then on somebody must look at it again
    approver   TEXT NOT NULL,    -- who approved it
    ended      INTEGER,          -- UTC ms; NULL: nobody has ended it
    end_entry  TEXT,             -- the entry or order that did
    end_by     TEXT,             -- clerk or officer
    end_order  TEXT,             -- the superior's order
    end_reason TEXT              -- why
) STRICT;

-- What this point adapted within the bounds of the pack (notice: R66).
CREATE TABLE adaptation (
    id       TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch    INTEGER NOT NULL, -- its place
    seq      INTEGER NOT NULL, -- its place
    at       INTEGER NOT NULL, -- UTC ms
    clerk    TEXT NOT NULL,    -- who entered it
    base     TEXT NOT NULL,    -- the base pack in force then: with another one it is over
    param    TEXT NOT NULL,    -- which parameter
    old      TEXT NOT NULL,    -- JSON: the value before
    new      TEXT NOT NULL,    -- JSON: the value since; null: the pack's own again
    reason   TEXT NOT NULL,    -- why
    approver TEXT NOT NULL     -- who approved it
) STRICT;
CREATE INDEX adaptation_by_at ON adaptation (at, epoch, seq);

-- Who has confirmed to have read which pack (notice: R02).
CREATE TABLE policy_read (
    pack  TEXT NOT NULL,    -- "heat@1"
    clerk TEXT NOT NULL,    -- who
    id    TEXT NOT NULL,    -- the entry
    at    INTEGER NOT NULL, -- UTC ms
    PRIMARY KEY (pack, clerk)
) STRICT;

-- The site's own measures (notice: R64).
CREATE TABLE measure (
    id    TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch INTEGER NOT NULL, -- its place
    seq   INTEGER NOT NULL, -- its place
    at    INTEGER NOT NULL, -- UTC ms
    clerk TEXT NOT NULL,    -- who entered it
    title TEXT NOT NULL,    -- in a line
    text  TEXT NOT NULL     -- in full
) STRICT;
CREATE INDEX measure_by_at ON measure (at, epoch, seq);
