-- 2026-11-24  The queue: numbers given out, and where each stands.

-- Projection of kinds ticket and ticket_step.
CREATE TABLE ticket (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place: order among tickets of the same moment
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms: when it was given out; waiting counts from here
    clerk   TEXT NOT NULL,    -- who gave it out
    day     TEXT NOT NULL,    -- local date; numbers begin anew every day
    number  TEXT NOT NULL,    -- "A001": the letter of its first service, counted per day
    service TEXT NOT NULL,    -- the pack's id of the service that it waits for
    visit   TEXT,             -- the visit that it came of; NULL: none
    person  TEXT,             -- person's id; NULL: not named
    paper   INTEGER NOT NULL, -- 1: it was to be printed: not called before that is settled
    state   TEXT NOT NULL,    -- waiting, called, held, skipped, done, void
    since   INTEGER NOT NULL, -- UTC ms: in this state since
    first   INTEGER NOT NULL, -- 1: recalled: before all who only wait
    calls   INTEGER NOT NULL, -- how often it was called
    window  TEXT,             -- where it was called last; NULL: it was not, or waits again
    called  INTEGER           -- UTC ms of the last call; NULL: never
) STRICT;
CREATE INDEX ticket_by_at ON ticket (at, epoch, seq);
CREATE UNIQUE INDEX ticket_by_number ON ticket (day, number);
CREATE INDEX ticket_by_state ON ticket (day, state);
CREATE INDEX ticket_by_visit ON ticket (visit) WHERE visit IS NOT NULL;
