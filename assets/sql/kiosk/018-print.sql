-- 2026-11-24  What was given to a printer, and what became of it. No part of the journal: it is this machine's
-- own knowledge. What to print is named, never kept: a stolen disk tells nothing of anybody.
CREATE TABLE print_job (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- what screens and commands name it by
    what     TEXT NOT NULL,    -- document: slip, receipt, ticket...
    which    TEXT NOT NULL,    -- of what: a case, an item, a day
    printer  TEXT NOT NULL,    -- its name, or its address
    again_of INTEGER,          -- the job that this one repeats
    marked   INTEGER NOT NULL, -- 1: says that it is a reprint
    copies   INTEGER NOT NULL,
    at       INTEGER NOT NULL, -- UTC ms, when it was wanted
    clerk    TEXT NOT NULL,    -- by whom
    terminal TEXT NOT NULL,    -- and where
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'printing', 'printed', 'failed', 'unsure')),
    why      TEXT NOT NULL DEFAULT '', -- what is wrong: paper, cover, silent...
    begun    INTEGER NOT NULL DEFAULT 0, -- 1: some of it may be on paper
    said     INTEGER NOT NULL DEFAULT 0, -- 1: the printer itself said that it came out
    ended    INTEGER,                    -- UTC ms
    told     INTEGER NOT NULL DEFAULT 0  -- 1: the journal knows, where it has to
) STRICT;
CREATE INDEX print_job_open ON print_job (id) WHERE told = 0;
CREATE INDEX print_job_of ON print_job (what, which);
