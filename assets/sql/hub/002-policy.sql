-- 2026-11-24  What villages adapted and which overlays they laid over their packs.

CREATE TABLE adaptation (
    site     TEXT NOT NULL,    -- 12 digits
    id       TEXT NOT NULL,    -- the entry
    at       INTEGER NOT NULL, -- UTC ms
    clerk    TEXT NOT NULL,    -- who entered it
    policy   TEXT NOT NULL,    -- the policy in force then: "ordinary@1+heat@1"
    param    TEXT NOT NULL,    -- which parameter
    old      TEXT NOT NULL,    -- JSON: the value before
    new      TEXT NOT NULL,    -- JSON: the value since; null: the pack's own again
    reason   TEXT NOT NULL,    -- why
    approver TEXT NOT NULL,    -- who approved it
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX adaptation_by_at ON adaptation (at);

CREATE TABLE overlay (
    site       TEXT NOT NULL,    -- 12 digits
    id         TEXT NOT NULL,    -- the entry
    at         INTEGER NOT NULL, -- UTC ms
    clerk      TEXT NOT NULL,    -- who entered it
    pack       TEXT NOT NULL,    -- the pack's id
    version    INTEGER NOT NULL, -- and version
    document   TEXT NOT NULL,    -- the superior's order that it rests on
    starts     INTEGER NOT NULL, -- UTC ms
    review     INTEGER NOT NULL, -- UTC ms: to be looked at again from then on
    approver   TEXT NOT NULL,    -- who approved it
    ended      INTEGER,          -- UTC ms; NULL: the village has not ended it
    end_order  TEXT,             -- the superior's order
    end_reason TEXT,             -- why
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX overlay_by_at ON overlay (at);
