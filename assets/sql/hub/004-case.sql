-- 2026-11-25  Cases at the sub-centre: received, by slip too, by courier, with the resident's opinion.

ALTER TABLE case_file ADD COLUMN due TEXT;         -- promised day; NULL: none
ALTER TABLE case_file ADD COLUMN received INTEGER; -- UTC ms: an officer said that it is here; NULL: nobody did
ALTER TABLE case_file ADD COLUMN rated TEXT;       -- the entry in which the resident was asked; NULL: not yet
ALTER TABLE case_file ADD COLUMN grade INTEGER;    -- 1 (very bad) to 5 (very good); NULL: none was given
ALTER TABLE paper ADD COLUMN holder TEXT NOT NULL DEFAULT 'citizen'; -- citizen, village, courier, sub_centre
ALTER TABLE paper ADD COLUMN held_by TEXT NOT NULL DEFAULT '';       -- the entry or order that says so
ALTER TABLE case_step ADD COLUMN facts TEXT;       -- JSON object: what the step says in clear; NULL: nothing

-- Slips as they were read: sealed to us, so that the case may be looked at before its entries come.
CREATE TABLE slip_in (
    site    TEXT NOT NULL,    -- 12 digits
    case_id TEXT NOT NULL,    -- the case that it carries
    at      INTEGER NOT NULL, -- UTC ms: when it was read
    officer TEXT NOT NULL,    -- who read it
    bytes   BLOB NOT NULL,    -- the slip
    PRIMARY KEY (site, case_id)
) STRICT;

CREATE TABLE courier (
    site     TEXT NOT NULL,    -- 12 digits
    id       TEXT NOT NULL,    -- the entry
    number   TEXT NOT NULL,    -- as it stands on the list
    at       INTEGER NOT NULL, -- UTC ms: handed to the courier
    clerk    TEXT NOT NULL,    -- who handed it over
    cases    TEXT NOT NULL,    -- JSON array of the cases' ids
    papers   INTEGER NOT NULL, -- how many papers
    received INTEGER,          -- UTC ms; NULL: not yet
    receiver TEXT,             -- who said so
    PRIMARY KEY (site, id)
) STRICT;

CREATE TABLE courier_case (
    site    TEXT NOT NULL, -- 12 digits
    case_id TEXT NOT NULL, -- a case on the list
    list    TEXT NOT NULL, -- which list
    PRIMARY KEY (site, case_id, list)
) STRICT;
CREATE INDEX courier_case_by_list ON courier_case (site, list);
