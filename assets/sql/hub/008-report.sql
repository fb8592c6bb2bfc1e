-- 2026-11-24  Daily reports, and the sums that they are checked against: reckoned here from the
-- entries alone, by the village's own function.

-- What the entries of a day count for (kiosk/desk/tally.h).
CREATE TABLE tally (
    site   TEXT NOT NULL,    -- 12 digits
    day    INTEGER NOT NULL, -- days since 1970, in local time
    series TEXT NOT NULL,    -- what is counted
    key    TEXT NOT NULL,    -- by what it is divided
    n      INTEGER NOT NULL, -- how many
    micro  INTEGER NOT NULL, -- the sum of the amounts, in millionths
    PRIMARY KEY (site, day, series, key)
) STRICT;

-- How far a machine's entries are counted.
CREATE TABLE tally_mark (
    site  TEXT NOT NULL,    -- 12 digits
    epoch INTEGER NOT NULL, -- which machine
    seq   INTEGER NOT NULL, -- up to this entry
    PRIMARY KEY (site, epoch)
) STRICT;

CREATE TABLE report (
    site     TEXT NOT NULL,    -- 12 digits
    id       TEXT NOT NULL,    -- the entry
    epoch    INTEGER NOT NULL, -- its place
    seq      INTEGER NOT NULL, -- its place
    at       INTEGER NOT NULL, -- UTC ms: when it was signed
    arrived  INTEGER NOT NULL, -- UTC ms: when it came here
    day      INTEGER NOT NULL, -- days since 1970, in local time
    revision INTEGER NOT NULL, -- as the village counts them
    leader   TEXT NOT NULL,    -- who signed
    clerk    TEXT NOT NULL,    -- who made it
    due      INTEGER,          -- UTC ms: when it was due there; NULL: at no time
    upto     INTEGER NOT NULL, -- the last entry that it counts
    body     TEXT NOT NULL,    -- JSON object, as kiosk/desk/project.h has it
    state    TEXT NOT NULL,    -- waiting (entries are missing), agrees, differs
    missing  INTEGER NOT NULL, -- entries that it counts and that are not here
    findings TEXT NOT NULL,    -- JSON array: what differs
    checked  INTEGER,          -- UTC ms; NULL: not yet
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX report_by_day ON report (site, day, epoch, seq);
CREATE INDEX report_by_place ON report (site, epoch, seq);
CREATE INDEX report_waiting ON report (site) WHERE state = 'waiting';
CREATE INDEX entry_by_at ON entry (site, at);
