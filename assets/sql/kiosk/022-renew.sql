-- 2026-11-24  A machine that was restored, cloned or replaced: entries that another machine's took the
-- numbers of are kept aside, for people to look at and to enter again.

CREATE TABLE branch (
    epoch       INTEGER NOT NULL, -- the number under which it was written here:
    seq         INTEGER NOT NULL, -- the site's journal holds another entry there
    hash        BLOB NOT NULL,    -- link of its own chain
    head        TEXT NOT NULL,    -- frozen bytes
    sealed      BLOB,             -- sealed personal data; NULL: none
    sealed_hash BLOB,             -- its hash; NULL: there never was any
    since       INTEGER NOT NULL, -- UTC ms: when it was set aside
    taken       TEXT,             -- the entry by which it was entered again; NULL: not yet
    PRIMARY KEY (epoch, seq, hash)
) STRICT;
CREATE TRIGGER branch_stays BEFORE DELETE ON branch
WHEN NOT EXISTS (SELECT 1 FROM entry WHERE epoch = OLD.epoch AND seq = OLD.seq AND hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'what was set aside stays'); END;
CREATE TRIGGER branch_frozen BEFORE UPDATE OF epoch, seq, hash, head, sealed_hash, since ON branch
BEGIN SELECT RAISE(ABORT, 'what was set aside stays'); END;

-- An entry leaves one of the two only into the other.
DROP TRIGGER entry_stays;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
WHEN NOT EXISTS (SELECT 1 FROM branch WHERE epoch = OLD.epoch AND seq = OLD.seq AND hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- A site that had two machines on a day may have given a number twice.
DROP INDEX ticket_by_number;
CREATE INDEX ticket_by_number ON ticket (day, number);
