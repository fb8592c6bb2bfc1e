-- 2026-11-24  Who did what at the hub: written before it is done or shown, never changed, each row
-- with a hash over itself and the row before.

CREATE TABLE audit (
    n       INTEGER NOT NULL PRIMARY KEY, -- 1, 2, ... without gaps
    at      INTEGER NOT NULL, -- UTC ms
    who     TEXT NOT NULL,    -- officer, name of a token, or jiujin-hub (its command line)
    role    TEXT NOT NULL,    -- viewer, officer, admin; "" for none
    address TEXT NOT NULL,    -- where it was asked from; "" on the hub's own machine
    what    TEXT NOT NULL,    -- log_in, decide, look_person...
    site    TEXT NOT NULL,    -- 12 digits; "" when it is about none
    subject TEXT NOT NULL,    -- an id or a name; "" for none. Never personal data of residents
    note    TEXT NOT NULL,    -- the reason that was given, or what of it
    hash    TEXT NOT NULL     -- hex of BLAKE2b over all of this and the hash before
) STRICT;
CREATE INDEX audit_by_at ON audit (at);
CREATE INDEX audit_by_who ON audit (who, at);

-- Its end: whoever writes a row takes this one first, so that two hubs write one after the other.
CREATE TABLE audit_end (
    id   INTEGER NOT NULL PRIMARY KEY, -- 1
    n    INTEGER NOT NULL, -- of the last row; 0: there is none
    hash TEXT NOT NULL     -- of the last row
) STRICT;
INSERT INTO audit_end (id, n, hash) VALUES (1, 0, '');
