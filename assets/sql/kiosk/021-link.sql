-- 2026-11-24  How good the link is, by days: what the clerk reads on the screen "Sub-centre".
CREATE TABLE link_day (
    day    INTEGER NOT NULL PRIMARY KEY, -- UTC ms: the local day's first
    up     INTEGER NOT NULL,             -- bytes to the hub
    down   INTEGER NOT NULL,             -- bytes from it
    tries  INTEGER NOT NULL,             -- requests
    failed INTEGER NOT NULL              -- of them, without an answer
) STRICT;
