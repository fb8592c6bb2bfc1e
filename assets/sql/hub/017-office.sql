-- 2026-11-24  Who may see what, who is at work, and where villages lie.

ALTER TABLE officer ADD COLUMN disabled INTEGER;  -- UTC ms: may not log in since; NULL: may
ALTER TABLE officer ADD COLUMN limited INTEGER NOT NULL DEFAULT 0; -- 1: only to the villages of officer_site
ALTER TABLE session ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;  -- UTC ms
ALTER TABLE session ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;    -- UTC ms of the last request, to the minute
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';   -- where it was opened from

CREATE TABLE officer_site (
    officer TEXT NOT NULL, -- whose
    site    TEXT NOT NULL, -- 12 digits
    PRIMARY KEY (officer, site)
) STRICT;

-- Wrong passwords, by name and by address.
CREATE TABLE log_in_lock (
    who   TEXT NOT NULL PRIMARY KEY, -- "n" and a name, or "a" and an address
    wrong INTEGER NOT NULL, -- how many one after another
    last  INTEGER NOT NULL, -- UTC ms of the last one
    until INTEGER NOT NULL  -- UTC ms: nothing is tried before; 0: it is not locked
) STRICT;

ALTER TABLE site_epoch ADD COLUMN revoked INTEGER; -- UTC ms: this machine is shut out since; NULL: it is not

-- Who at the sub-centre looks after a case.
CREATE TABLE case_work (
    site    TEXT NOT NULL,    -- 12 digits
    case_id TEXT NOT NULL,    -- the case
    officer TEXT NOT NULL,    -- who has it
    at      INTEGER NOT NULL, -- UTC ms: since when
    giver   TEXT NOT NULL,    -- who gave it
    PRIMARY KEY (site, case_id)
) STRICT;
CREATE INDEX case_work_by_officer ON case_work (officer);

-- People are found by tags of their ID number, name and telephone, keyed with the hub's own key:
-- the store alone tells nobody's. They are made when somebody searches, of what came since.
ALTER TABLE person ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0; -- 1: the tags are those of `entry`
CREATE INDEX person_to_index ON person (site, id) WHERE indexed = 0;
CREATE TABLE person_tag (
    site   TEXT NOT NULL, -- 12 digits
    person TEXT NOT NULL, -- person's id
    what   TEXT NOT NULL, -- id_no, name, phone
    tag    TEXT NOT NULL, -- hex of 16 bytes
    PRIMARY KEY (site, person, what)
) STRICT;
CREATE INDEX person_tag_by_tag ON person_tag (tag);
