-- 2026-11-24  Who is responsible for what, who handed a shift to whom, and a leader's daily word on
-- the own staff. Names and numbers of people who are no clerks are in none of them.

CREATE TABLE post_holder (
    id     TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch  INTEGER NOT NULL, -- its place
    seq    INTEGER NOT NULL, -- its place
    by     TEXT NOT NULL,    -- who gave the post
    post   TEXT NOT NULL,    -- the pack's id of the post
    clerk  TEXT,             -- who holds it; NULL: somebody named in the entry, or nobody
    named  INTEGER NOT NULL, -- 1: a name or a number is sealed in the entry
    day    TEXT,             -- for this day alone; NULL: until further notice
    starts INTEGER NOT NULL  -- UTC ms: from when
) STRICT;
CREATE INDEX post_holder_by_post ON post_holder (post, day, epoch, seq);

CREATE TABLE handover (
    id        TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch     INTEGER NOT NULL, -- its place
    seq       INTEGER NOT NULL, -- its place
    at        INTEGER NOT NULL, -- UTC ms
    giver     TEXT NOT NULL,    -- the clerk whose shift ends
    taker     TEXT NOT NULL,    -- the clerk who takes over
    incidents TEXT NOT NULL,    -- JSON array: ids of those that were open
    cases     INTEGER NOT NULL, -- open cases
    papers    INTEGER NOT NULL, -- papers held for them
    unsent    INTEGER NOT NULL, -- entries not yet at the hub
    last      INTEGER NOT NULL, -- the journal's last number before this entry
    noted     INTEGER NOT NULL  -- 1: a note is sealed in the entry
) STRICT;
CREATE INDEX handover_by_at ON handover (at, epoch, seq);

CREATE TABLE staff_confirm (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms
    leader  TEXT NOT NULL,    -- who confirms
    day     TEXT NOT NULL,    -- whose checks: "2022-05-20"
    clerks  TEXT NOT NULL,    -- JSON array of those who were checked and admitted
    missing TEXT NOT NULL     -- JSON array of those who were not
) STRICT;
CREATE INDEX staff_confirm_by_day ON staff_confirm (day, epoch, seq);

ALTER TABLE staff_check ADD COLUMN heard INTEGER NOT NULL DEFAULT 0; -- UTC ms: when it was entered
UPDATE staff_check SET heard = at;
CREATE INDEX staff_check_by_clerk ON staff_check (clerk, at);
