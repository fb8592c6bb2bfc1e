-- 2026-11-24  Incidents come with their plan; service at a village can be suspended.

ALTER TABLE incident ADD COLUMN named TEXT; -- JSON {zh,en}: the pack's words for the cause
ALTER TABLE incident ADD COLUMN plan TEXT;  -- JSON array of its steps; NULL: from before plans

CREATE TABLE suspension (
    site     TEXT NOT NULL,    -- 12 digits
    id       TEXT NOT NULL,    -- the entry or order
    at       INTEGER NOT NULL, -- UTC ms: suspended since
    who      TEXT NOT NULL,    -- village, hub
    clerk    TEXT NOT NULL,    -- who answers for it, or the officer
    scope    TEXT NOT NULL,    -- site, window:N
    ended    TEXT,             -- entry or order that resumed; NULL: still suspended
    ended_at INTEGER,          -- UTC ms
    ended_by TEXT,             -- who answers for the resumption, or the officer
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX suspension_open ON suspension (site, scope) WHERE ended IS NULL;
