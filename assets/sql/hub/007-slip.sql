-- 2026-11-24  Every paper of a case is kept that was read, and every reading is told of.

-- A slip that was printed again is another paper of the same case.
CREATE TABLE slip_paper (
    site    TEXT NOT NULL,    -- 12 digits
    case_id TEXT NOT NULL,    -- the case that it carries
    at      INTEGER NOT NULL, -- UTC ms: when it was read first
    officer TEXT NOT NULL,    -- who read it then
    bytes   BLOB NOT NULL,    -- the slip
    PRIMARY KEY (site, case_id, bytes)
) STRICT;
INSERT INTO slip_paper SELECT site, case_id, at, officer, bytes FROM slip_in;
DROP TABLE slip_in;
ALTER TABLE slip_paper RENAME TO slip_in;

-- What was scanned or typed, and what came of it.
CREATE TABLE slip_reading (
    n       INTEGER NOT NULL PRIMARY KEY, -- 1, 2, ...
    at      INTEGER NOT NULL, -- UTC ms
    officer TEXT NOT NULL,    -- who read it
    answer  TEXT NOT NULL,    -- recorded, joined, reprint, again, found, or the word of an error
    site    TEXT,             -- NULL: it could not be told
    case_id TEXT              -- NULL: there is none
) STRICT;
