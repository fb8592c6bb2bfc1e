-- 2026-11-24  The desk's projections: what the journal means. Nothing here is entered by hand: each
-- table can be emptied and comes back from a replay. Names, numbers and addresses of people are in
-- none of them.

CREATE TABLE person (
    id        TEXT NOT NULL PRIMARY KEY, -- the entry that began this person
    epoch     INTEGER NOT NULL, -- its place
    seq       INTEGER NOT NULL, -- its place
    tag       TEXT,             -- hex look-up tag of the ID number; NULL: none was given
    entry     TEXT NOT NULL,    -- the last entry about this person: its sealed part is the whole
    at        INTEGER NOT NULL, -- UTC ms of that entry
    has_phone INTEGER NOT NULL  -- 1: a phone number is known
) STRICT;
CREATE INDEX person_by_tag ON person (tag);
CREATE INDEX person_by_at ON person (at, epoch, seq);

CREATE TABLE visit (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place: order among visits of the same moment
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms: when the person stood at the door
    clerk   TEXT NOT NULL,    -- who decided
    person  TEXT,             -- person's id; NULL: not named
    role    TEXT NOT NULL,    -- visitor, staff
    policy  TEXT NOT NULL,    -- version that decided: "epidemic-2022@1"
    outcome TEXT NOT NULL,    -- admit, deny, isolate
    reasons TEXT NOT NULL,    -- JSON array of the rules that spoke
    actions TEXT NOT NULL     -- JSON array of what follows
) STRICT;
CREATE INDEX visit_by_at ON visit (at, epoch, seq);

CREATE TABLE incident (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms: when it was found
    clerk   TEXT NOT NULL,    -- who found it
    visit   TEXT,             -- the visit that opened it; NULL: none
    person  TEXT,             -- person's id; NULL: not named
    cause   TEXT NOT NULL,    -- health_code, temperature, test, other
    actions TEXT NOT NULL,    -- JSON array: who is to be told, as the policy said
    state   TEXT NOT NULL,    -- open, verified, data_error, closed
    updated INTEGER NOT NULL  -- UTC ms of the last step
) STRICT;
CREATE INDEX incident_by_at ON incident (at, epoch, seq);
CREATE INDEX incident_by_state ON incident (state, at);

CREATE TABLE incident_step (
    id       TEXT NOT NULL PRIMARY KEY, -- the entry
    incident TEXT NOT NULL,    -- which incident
    at       INTEGER NOT NULL, -- UTC ms: when it was done
    clerk    TEXT NOT NULL,    -- who entered it
    step     TEXT NOT NULL,    -- isolated, leader_told, town_told, verified, data_error, closed
    means    TEXT              -- phone, group, person
) STRICT;
CREATE INDEX incident_step_by_incident ON incident_step (incident, at);

CREATE TABLE case_file (
    id       TEXT NOT NULL PRIMARY KEY, -- the entry; the number for people is made from it
    epoch    INTEGER NOT NULL, -- its place
    seq      INTEGER NOT NULL, -- its place
    at       INTEGER NOT NULL, -- UTC ms: when it was taken in
    clerk    TEXT NOT NULL,    -- who took it in
    person   TEXT NOT NULL,    -- whose case: person's id
    agent    TEXT,             -- who acts for that person: person's id; NULL: nobody
    until    TEXT,             -- the agent's authorisation ends on this date
    item     TEXT NOT NULL,    -- catalogue code
    channel  TEXT NOT NULL,    -- proxy, nearby, courier, remote, online, appointment
    skipped  TEXT NOT NULL,    -- JSON array of channels passed over, each with its reason
    state    TEXT NOT NULL,    -- row of the case table: taken_in, accepted, supplement...
    missing  INTEGER NOT NULL, -- papers that are not there yet
    deciding TEXT,             -- the order that brought the present state; NULL: none yet
    updated  INTEGER NOT NULL  -- UTC ms of the last step
) STRICT;
CREATE INDEX case_by_at ON case_file (at, epoch, seq);
CREATE INDEX case_by_state ON case_file (state, at, epoch, seq);
CREATE INDEX case_by_person ON case_file (person);

CREATE TABLE paper (
    case_id TEXT NOT NULL,    -- which case
    n       INTEGER NOT NULL, -- place in the item's list, from 0
    paper   TEXT NOT NULL,    -- the catalogue's id of the paper
    state   TEXT NOT NULL,    -- original_seen, copy_kept, original_kept, returned,
                              -- missing
    until   TEXT,             -- to be brought by this date; NULL: not promised
    needed  INTEGER NOT NULL, -- 0: the item can do without
    PRIMARY KEY (case_id, paper)
) STRICT;

CREATE TABLE case_step (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry or order
    case_id TEXT NOT NULL,    -- which case
    at      INTEGER NOT NULL, -- UTC ms
    heard   INTEGER NOT NULL, -- UTC ms: when it was entered or arrived
    who     TEXT NOT NULL,    -- village, hub
    clerk   TEXT NOT NULL,    -- clerk or officer
    step    TEXT NOT NULL,    -- say, supplement, withdraw, deliver, paper, accept,
                              -- reject, done
    text    TEXT,             -- open words; NULL: none, or sealed in the entry
    sealed  INTEGER NOT NULL, -- 1: words may be sealed in the entry
    refused INTEGER NOT NULL  -- 1: not possible in that state: kept, not applied
) STRICT;
CREATE INDEX case_step_by_case ON case_step (case_id, heard);

CREATE TABLE slip (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    case_id TEXT NOT NULL,    -- which case
    at      INTEGER NOT NULL, -- UTC ms
    clerk   TEXT NOT NULL,    -- who issued it
    means   TEXT NOT NULL,    -- png, escpos, screen, text, digits
    copies  INTEGER NOT NULL  -- how many
) STRICT;
CREATE INDEX slip_by_case ON slip (case_id, at);

CREATE TABLE ledger_row (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    ledger  TEXT NOT NULL,    -- id of the ledger's definition
    version INTEGER NOT NULL, -- version that it was made under
    at      INTEGER NOT NULL, -- UTC ms: when it happened
    heard   INTEGER NOT NULL, -- UTC ms: when it was entered
    clerk   TEXT NOT NULL,    -- who entered it
    row     TEXT NOT NULL,    -- JSON object of the open fields
    sealed  INTEGER NOT NULL, -- 1: personal fields are sealed in the entry
    item    TEXT,             -- stock: which thing; NULL: the ledger keeps none
    unit    TEXT,             -- stock: counted in
    amount  REAL,             -- stock: how many came (or went, below zero), or were counted
    counted INTEGER NOT NULL, -- stock: 1: a count of what is there, not a movement
    balance REAL,             -- stock: what is there after this row
    void    TEXT              -- the entry that voided this row; NULL: it stands
) STRICT;
CREATE INDEX ledger_row_by_at ON ledger_row (ledger, at, epoch, seq);
CREATE INDEX ledger_row_by_item ON ledger_row (ledger, item, unit, at, epoch, seq)
    WHERE item IS NOT NULL;

CREATE TABLE stock (
    ledger  TEXT NOT NULL, -- id of the ledger that counts it
    item    TEXT NOT NULL, -- which thing
    unit    TEXT NOT NULL, -- counted in
    balance REAL NOT NULL, -- what is there now
    PRIMARY KEY (ledger, item, unit)
) STRICT;

CREATE TABLE staff_check (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms: when the shift began
    clerk   TEXT NOT NULL,    -- who was checked
    by      TEXT NOT NULL,    -- who entered it
    policy  TEXT NOT NULL,    -- version that decided
    outcome TEXT NOT NULL,    -- admit, deny, isolate
    reasons TEXT NOT NULL,    -- JSON array of the rules that spoke
    actions TEXT NOT NULL     -- JSON array of what follows
) STRICT;
CREATE INDEX staff_check_by_at ON staff_check (at, epoch, seq);

CREATE TABLE booking (
    id      TEXT NOT NULL PRIMARY KEY, -- the entry
    epoch   INTEGER NOT NULL, -- its place
    seq     INTEGER NOT NULL, -- its place
    at      INTEGER NOT NULL, -- UTC ms: when it was made
    clerk   TEXT NOT NULL,    -- who entered it
    person  TEXT NOT NULL,    -- person's id
    item    TEXT NOT NULL,    -- catalogue code
    starts  INTEGER NOT NULL, -- UTC ms
    ends    INTEGER NOT NULL, -- UTC ms
    means   TEXT NOT NULL,    -- phone, web, wechat, desk
    state   TEXT NOT NULL     -- booked
) STRICT;
CREATE INDEX booking_by_starts ON booking (starts, epoch, seq);

CREATE TABLE reveal (
    id     TEXT NOT NULL PRIMARY KEY, -- the entry
    at     INTEGER NOT NULL, -- UTC ms
    clerk  TEXT NOT NULL,    -- who looked
    person TEXT NOT NULL     -- at whose whole ID number
) STRICT;
CREATE INDEX reveal_by_person ON reveal (person, at);

-- What the hub said, in words.
CREATE TABLE hub_order (
    n       INTEGER NOT NULL PRIMARY KEY, -- the order's number
    at      INTEGER NOT NULL, -- UTC ms at the hub
    kind    TEXT NOT NULL,    -- decision, message, policy, catalogue, form
    subject TEXT NOT NULL,    -- id of the entry it is about, or its own
    by      TEXT NOT NULL,    -- the officer
    step    TEXT,             -- of a decision: accept, supplement, reject, done, say
    text    TEXT              -- open words, a definition's label; NULL: none, or sealed
) STRICT;
CREATE INDEX hub_order_by_at ON hub_order (at, n);

CREATE TABLE order_refused (
    n   INTEGER NOT NULL PRIMARY KEY, -- the order's number
    why TEXT NOT NULL                 -- word of the error, then its place and detail
) STRICT;

CREATE TABLE in_force (
    what           TEXT NOT NULL,    -- policy, catalogue, form
    id             TEXT NOT NULL,    -- the definition's name
    version        INTEGER NOT NULL, -- and version
    effective_from INTEGER NOT NULL, -- UTC ms
    order_n        INTEGER NOT NULL, -- the order that said so
    digest         TEXT NOT NULL,    -- hex BLAKE2b-256 of the definition: one version, one wording
    PRIMARY KEY (what, order_n)
) STRICT;
