-- 2026-11-24  Bookings: what a village says of its half hours, and who is booked in them. Names,
-- numbers and telephones of people stand only in sealed parts of entries and orders.

-- The last plan that a village told: the hub gives places by it and by nothing else.
CREATE TABLE slot_plan (
    site  TEXT NOT NULL PRIMARY KEY, -- 12 digits
    entry TEXT NOT NULL, -- the entry that told it
    plan  TEXT NOT NULL  -- JSON object, as kiosk/rules/slots.h has it
) STRICT;

-- Places of its own share that a village passed on to the hub.
CREATE TABLE slot_pass (
    site   TEXT NOT NULL,    -- 12 digits
    id     TEXT NOT NULL,    -- the entry
    starts INTEGER NOT NULL, -- UTC ms
    places INTEGER NOT NULL, -- how many
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX slot_pass_by_starts ON slot_pass (site, starts);

CREATE TABLE booking (
    site   TEXT NOT NULL,    -- 12 digits
    id     TEXT NOT NULL,    -- the entry, or the order ("o.3")
    at     INTEGER NOT NULL, -- UTC ms: when it was made
    by     TEXT NOT NULL,    -- clerk; or web, or the name of the token that came with it
    source TEXT NOT NULL,    -- village, hub: who made it
    share  TEXT NOT NULL,    -- village, hub: whose place it takes
    person TEXT,             -- person's id at the village; NULL: made here, the person is sealed
    tag    TEXT,             -- look-up tag of the ID number, under the site's data key
    item   TEXT NOT NULL,    -- catalogue code
    grp    TEXT,             -- group of items that has a limit of its own
    starts INTEGER NOT NULL, -- UTC ms
    ends   INTEGER NOT NULL, -- UTC ms
    means  TEXT NOT NULL,    -- phone, web, wechat, desk
    state  TEXT NOT NULL,    -- booked, cancelled, arrived, no_show
    hold   BLOB,             -- BLAKE2b of the hold that it was made from: asked twice, made once
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX booking_by_starts ON booking (site, starts);
CREATE INDEX booking_by_tag ON booking (site, tag, starts);
CREATE INDEX booking_by_hold ON booking (site, hold) WHERE hold IS NOT NULL;

-- A place that somebody is filling in a form for.
CREATE TABLE slot_hold (
    site   TEXT NOT NULL,    -- 12 digits
    token  BLOB NOT NULL,    -- BLAKE2b of what the form carries
    starts INTEGER NOT NULL, -- UTC ms
    item   TEXT NOT NULL,    -- catalogue code
    grp    TEXT,             -- its group
    until  INTEGER NOT NULL, -- UTC ms: free again from then on
    PRIMARY KEY (site, token)
) STRICT;
CREATE INDEX slot_hold_by_starts ON slot_hold (site, starts);

-- Who may call the API: a mini-program's server, each with a name.
CREATE TABLE api_token (
    name    TEXT NOT NULL PRIMARY KEY, -- as the administrator calls it
    hash    BLOB NOT NULL,    -- BLAKE2b of the token, which is shown once and kept nowhere
    added   INTEGER NOT NULL, -- UTC ms
    revoked INTEGER           -- UTC ms; NULL: it counts
) STRICT;
