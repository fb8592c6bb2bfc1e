-- 2026-11-25  Bookings made at the sub-centre beside the village's own; their steps; what was told
-- to the sub-centre of the half hours, and the places passed on to it.

ALTER TABLE booking ADD COLUMN source TEXT NOT NULL DEFAULT 'village'; -- village, hub: who made it
ALTER TABLE booking ADD COLUMN share TEXT NOT NULL DEFAULT 'village';  -- whose place it takes
ALTER TABLE booking ADD COLUMN tag TEXT;   -- made at the hub: look-up tag of the ID number
ALTER TABLE booking ADD COLUMN grp TEXT;   -- group of items that has a limit of its own
ALTER TABLE booking ADD COLUMN updated INTEGER NOT NULL DEFAULT 0; -- UTC ms of the last step; 0: none
CREATE INDEX booking_by_person ON booking (person, starts);
CREATE INDEX booking_by_tag ON booking (tag, starts) WHERE tag IS NOT NULL;

CREATE TABLE booking_step (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry or order
    booking TEXT NOT NULL,    -- which booking
    at      INTEGER NOT NULL, -- UTC ms
    who     TEXT NOT NULL,    -- village, hub
    clerk   TEXT NOT NULL,    -- clerk or officer
    step    TEXT NOT NULL,    -- cancel, arrive, no_show, move
    refused INTEGER NOT NULL  -- 1: not possible in that state: kept, not applied
) STRICT;
CREATE INDEX booking_step_of ON booking_step (booking, at);

CREATE TABLE slot_plan (
    id    TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch INTEGER NOT NULL, -- its place
    seq   INTEGER NOT NULL, -- its place
    at    INTEGER NOT NULL, -- UTC ms
    plan  TEXT NOT NULL     -- JSON object, as project.h has it
) STRICT;
CREATE INDEX slot_plan_by_place ON slot_plan (epoch, seq);

CREATE TABLE slot_pass (
    id     TEXT NOT NULL PRIMARY KEY, -- the entry
    at     INTEGER NOT NULL, -- UTC ms
    clerk  TEXT NOT NULL,    -- who passed them on
    starts INTEGER NOT NULL, -- UTC ms
    places INTEGER NOT NULL  -- how many
) STRICT;
CREATE INDEX slot_pass_by_starts ON slot_pass (starts);

-- A place that a clerk is taking a booking for: no part of the journal, gone in a quarter of an hour.
CREATE TABLE slot_hold (
    id       INTEGER NOT NULL PRIMARY KEY, -- what the booking names
    clerk    TEXT NOT NULL,    -- who holds it
    terminal TEXT NOT NULL,    -- and where
    starts   INTEGER NOT NULL, -- UTC ms
    grp      TEXT,             -- group of items
    until    INTEGER NOT NULL  -- UTC ms: free again from then on
) STRICT;
