-- 2026-11-24  What villages cost and how they came: for the page of sites.
ALTER TABLE site ADD COLUMN carried INTEGER; -- UTC ms of the last bundle that was taken; NULL: none

CREATE TABLE site_day (
    site     TEXT NOT NULL,    -- 12 digits
    day      INTEGER NOT NULL, -- UTC ms: the local day's first
    up       INTEGER NOT NULL, -- bytes of requests and bundles
    down     INTEGER NOT NULL, -- bytes of answers
    requests INTEGER NOT NULL, -- requests and bundles
    failed   INTEGER NOT NULL, -- of them, refused
    PRIMARY KEY (site, day)
) STRICT;
