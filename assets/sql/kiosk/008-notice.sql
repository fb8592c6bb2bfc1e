-- 2026-11-25  Notices: public words for everybody who comes in, the site's own and the sub-centre's.

CREATE TABLE notice (
    id     TEXT NOT NULL PRIMARY KEY, -- the entry, or the order ("o.3")
    epoch  INTEGER NOT NULL, -- its place; 0: an order
    seq    INTEGER NOT NULL, -- its place
    at     INTEGER NOT NULL, -- UTC ms: when it was said
    source TEXT NOT NULL,    -- site, hub
    clerk  TEXT NOT NULL,    -- who said it
    title  TEXT NOT NULL,    -- a few words
    text   TEXT NOT NULL,    -- the whole of it
    until  INTEGER,          -- UTC ms: the first moment behind its last day; NULL: until it is ended
    ended  INTEGER,          -- UTC ms: when it was ended; NULL: it was not
    ender  TEXT              -- who ended it
) STRICT;
CREATE INDEX notice_by_at ON notice (at, epoch, seq);
