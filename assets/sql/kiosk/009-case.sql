-- 2026-11-25  Cases as people need them: a promised day, who is waited for, who holds each paper,
-- batches for the courier, the resident's opinion, and those who were shown another way.

ALTER TABLE case_file ADD COLUMN due TEXT;         -- promised day; NULL: the item promises none
ALTER TABLE case_file ADD COLUMN legal TEXT;       -- the law's last day; NULL: not known
ALTER TABLE case_file ADD COLUMN despite TEXT;     -- JSON array of open cases that it was told apart from; NULL: none
ALTER TABLE case_file ADD COLUMN waits TEXT;       -- who is waited for: village, town, citizen; NULL: nobody
ALTER TABLE case_file ADD COLUMN received INTEGER; -- UTC ms: the sub-centre said that it has it; NULL: not yet
ALTER TABLE case_file ADD COLUMN rated TEXT;       -- the entry in which the resident was asked; NULL: not yet
ALTER TABLE case_file ADD COLUMN grade INTEGER;    -- 1 (very bad) to 5 (very good); NULL: none was given
UPDATE case_file SET waits = CASE WHEN state IN ('done', 'rejected') THEN 'village'
    WHEN state = 'supplement' OR (state = 'taken_in' AND missing > 0) THEN 'citizen'
    WHEN state IN ('taken_in', 'accepted') THEN 'town' END;
CREATE INDEX case_by_waits ON case_file (waits, coalesce(due, '9999'), at, epoch, seq) WHERE waits IS NOT NULL;

-- Who holds a paper is a fact of its own: a kept original may lie here, with the courier, or there.
ALTER TABLE paper ADD COLUMN holder TEXT NOT NULL DEFAULT 'citizen'; -- citizen, village, courier, sub_centre
ALTER TABLE paper ADD COLUMN since INTEGER NOT NULL DEFAULT 0;       -- UTC ms
ALTER TABLE paper ADD COLUMN entry TEXT NOT NULL DEFAULT '';         -- the entry or order that says so
UPDATE paper SET entry = case_id,
    since = coalesce((SELECT at FROM case_file WHERE id = case_id), 0),
    holder = CASE WHEN state IN ('copy_kept', 'original_kept') THEN 'village' ELSE 'citizen' END;
CREATE INDEX paper_by_holder ON paper (holder, since) WHERE holder <> 'citizen';

ALTER TABLE case_step ADD COLUMN facts TEXT; -- JSON object: what the step says in clear; NULL: nothing

CREATE TABLE courier (
    id       TEXT NOT NULL PRIMARY KEY, -- the entry; the list's number is made from it
    epoch    INTEGER NOT NULL, -- its place
    seq      INTEGER NOT NULL, -- its place
    at       INTEGER NOT NULL, -- UTC ms: when it was handed over
    clerk    TEXT NOT NULL,    -- who handed it over
    cases    TEXT NOT NULL,    -- JSON array of the cases' ids
    papers   TEXT NOT NULL,    -- JSON array of {"case","paper"}
    received INTEGER,          -- UTC ms: it arrived; NULL: not yet
    receiver TEXT,             -- clerk or officer who said so
    receipt  TEXT              -- the entry or order in which it was said
) STRICT;
CREATE INDEX courier_by_at ON courier (at, epoch, seq);

CREATE TABLE courier_case (
    list    TEXT NOT NULL, -- which list
    case_id TEXT NOT NULL, -- a case on it
    PRIMARY KEY (case_id, list)
) STRICT;
CREATE INDEX courier_case_by_list ON courier_case (list);

CREATE TABLE guidance (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms
    clerk   TEXT NOT NULL,    -- who showed the way
    person  TEXT,             -- person's id; NULL: not named
    item    TEXT NOT NULL,    -- catalogue code
    channel TEXT NOT NULL,    -- online, remote, courier
    skipped TEXT NOT NULL     -- JSON array of channels passed over, each with its reason
) STRICT;
CREATE INDEX guidance_by_at ON guidance (at, epoch, seq);
