-- 2026-11-24  Incidents carry the plan that they were opened under, and service can be suspended.

ALTER TABLE incident ADD COLUMN heard INTEGER;  -- UTC ms: when it was recorded
ALTER TABLE incident ADD COLUMN policy TEXT;    -- version it was opened under; NULL: before plans
ALTER TABLE incident ADD COLUMN named TEXT;     -- JSON {zh,en}: the pack's words for the cause
ALTER TABLE incident ADD COLUMN plan TEXT;      -- JSON array of its steps; NULL: before plans
ALTER TABLE incident ADD COLUMN place TEXT;     -- place in the isolation area; NULL: none
ALTER TABLE incident ADD COLUMN since INTEGER;  -- UTC ms: there since; NULL: never was
ALTER TABLE incident ADD COLUMN freed INTEGER;  -- UTC ms: left it; NULL: has not
ALTER TABLE incident ADD COLUMN answers TEXT;   -- leader who had it closed before its steps; NULL: none
UPDATE incident SET heard = (SELECT heard FROM entry
    WHERE entry.epoch = incident.epoch AND entry.seq = incident.seq);
CREATE INDEX incident_open ON incident (at, epoch, seq) WHERE state <> 'closed';

ALTER TABLE incident_step ADD COLUMN heard INTEGER; -- UTC ms: when it was recorded
ALTER TABLE incident_step ADD COLUMN place TEXT;    -- place in the isolation area; NULL: none given
ALTER TABLE incident_step ADD COLUMN answers TEXT;  -- leader who answers for it; NULL: nobody needed
UPDATE incident_step SET heard = (SELECT heard FROM entry
    WHERE entry.epoch || '.' || entry.seq = incident_step.id);

CREATE TABLE suspension (
    id       TEXT NOT NULL PRIMARY KEY, -- the entry or order
    epoch    INTEGER NOT NULL, -- its place; 0: an order
    seq      INTEGER NOT NULL, -- its place
    at       INTEGER NOT NULL, -- UTC ms: suspended since
    heard    INTEGER NOT NULL, -- UTC ms: when it was recorded or arrived
    who      TEXT NOT NULL,    -- village, hub
    clerk    TEXT NOT NULL,    -- clerk or officer
    answers  TEXT,             -- leader who answers for it; NULL: the hub
    scope    TEXT NOT NULL,    -- site, window:N
    ended    TEXT,             -- entry or order that resumed; NULL: still suspended
    ended_at INTEGER,          -- UTC ms
    ended_by TEXT              -- who answers for the resumption
) STRICT;
CREATE INDEX suspension_by_at ON suspension (at, epoch, seq);
CREATE INDEX suspension_open ON suspension (scope) WHERE ended IS NULL;
