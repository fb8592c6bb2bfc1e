-- 2026-11-24  Daily reports that were signed: each stands as it was signed, a later one of the same
-- day is a further revision.

CREATE TABLE report (
    id       TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch    INTEGER NOT NULL, -- its place
    seq      INTEGER NOT NULL, -- its place
    at       INTEGER NOT NULL, -- UTC ms: when it was signed
    day      INTEGER NOT NULL, -- days since 1970, in local time
    revision INTEGER NOT NULL, -- counts from 1 within the day
    leader   TEXT NOT NULL,    -- who signed
    clerk    TEXT NOT NULL,    -- who made it
    upto     INTEGER NOT NULL, -- the last entry of the epoch that it counts
    body     TEXT NOT NULL     -- JSON object, as project.h has it
) STRICT;
CREATE INDEX report_by_day ON report (day, epoch, seq);
CREATE INDEX report_by_at ON report (at, epoch, seq);
