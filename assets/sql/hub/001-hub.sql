-- 2026-11-24  The hub's store. Every key leads with the site, so that it can be divided by site
-- later, and nothing is UNIQUE across sites. Names, numbers and addresses of people stand only in
-- sealed parts, as they came.

CREATE TABLE site (
    site       TEXT NOT NULL PRIMARY KEY, -- 12 digits
    name       TEXT NOT NULL,             -- shown on the pages
    state      TEXT NOT NULL,             -- invited, joined, revoked
    added      INTEGER NOT NULL,          -- UTC ms
    code_hash  BLOB,                      -- BLAKE2b of site and code's secret; NULL: none waits
    code_until INTEGER NOT NULL,          -- UTC ms: the code is no good after this
    epoch      INTEGER NOT NULL,          -- the newest one; 0: never joined
    contact    INTEGER,                   -- UTC ms of the last request that was in order; NULL: none
    tried      INTEGER,                   -- UTC ms of the last request that was refused; NULL: none
    trouble    TEXT NOT NULL,             -- why it was refused; "" when all is well
    drift      INTEGER NOT NULL,          -- ms: the village's clock minus ours, at the last contact
    orders     INTEGER NOT NULL           -- number of the last order
) STRICT;

-- One machine's enrolment: its key, and how far its journal has arrived.
CREATE TABLE site_epoch (
    site     TEXT NOT NULL,    -- 12 digits
    epoch    INTEGER NOT NULL, -- as the village counts them
    sign_pub BLOB NOT NULL,    -- its Ed25519 key
    data_key BLOB NOT NULL,    -- its data key, sealed to the hub's box key
    joined   INTEGER NOT NULL, -- UTC ms
    seq      INTEGER NOT NULL, -- the mark: everything up to here is stored
    hash     BLOB NOT NULL,    -- and this is its hash
    PRIMARY KEY (site, epoch)
) STRICT;

-- The villages' journals, byte for byte.
CREATE TABLE entry (
    site        TEXT NOT NULL,    -- 12 digits
    epoch       INTEGER NOT NULL, -- its place
    seq         INTEGER NOT NULL, -- its place
    kind        TEXT NOT NULL,    -- "" when the head could not be read
    at          INTEGER NOT NULL, -- UTC ms: when it happened
    heard       INTEGER NOT NULL, -- UTC ms: when it was entered
    arrived     INTEGER NOT NULL, -- UTC ms: when it came here
    head        BLOB NOT NULL,    -- frozen bytes
    sealed      BLOB,             -- sealed personal data; NULL: none, or dropped before it came
    sealed_hash BLOB,             -- its hash; NULL: there never was any
    hash        BLOB NOT NULL,    -- link of the chain
    refused     TEXT,             -- why it could not be used; NULL: it could
    PRIMARY KEY (site, epoch, seq)
) STRICT;
CREATE INDEX entry_refused ON entry (site, epoch, seq) WHERE refused IS NOT NULL;

-- Entries that came under numbers that hold other bytes: kept aside, for people to look at.
CREATE TABLE fork (
    site        TEXT NOT NULL,    -- 12 digits
    epoch       INTEGER NOT NULL, -- place that they claim
    seq         INTEGER NOT NULL, -- place that they claim
    hash        BLOB NOT NULL,    -- link of the other chain
    head        BLOB NOT NULL,    -- frozen bytes
    sealed      BLOB,             -- sealed personal data
    arrived     INTEGER NOT NULL, -- UTC ms
    PRIMARY KEY (site, epoch, seq, hash)
) STRICT;

-- What the hub says to a site, numbered without gaps.
CREATE TABLE orders (
    site    TEXT NOT NULL,    -- 12 digits
    n       INTEGER NOT NULL, -- counts from 1
    at      INTEGER NOT NULL, -- UTC ms
    kind    TEXT NOT NULL,    -- decision, message, policy, catalogue, form
    subject TEXT NOT NULL,    -- id of the entry it is about, or its own
    officer TEXT NOT NULL,    -- who said it
    head    BLOB NOT NULL,    -- frozen bytes
    sealed  BLOB,             -- words that may name people, under the site's data key
    sig     BLOB NOT NULL,    -- the hub's signature
    PRIMARY KEY (site, n)
) STRICT;
CREATE INDEX orders_by_subject ON orders (site, subject);

-- Projections: what the entries mean.
CREATE TABLE person (
    site  TEXT NOT NULL, -- 12 digits
    id    TEXT NOT NULL, -- the entry that began this person
    entry TEXT NOT NULL, -- the last entry about it: its sealed part is the whole
    PRIMARY KEY (site, id)
) STRICT;

CREATE TABLE visit (
    site    TEXT NOT NULL,    -- 12 digits
    id      TEXT NOT NULL,    -- the entry
    at      INTEGER NOT NULL, -- UTC ms
    clerk   TEXT NOT NULL,    -- who decided
    person  TEXT,             -- person's id
    policy  TEXT NOT NULL,    -- version that decided
    outcome TEXT NOT NULL,    -- admit, deny, isolate
    reasons TEXT NOT NULL,    -- JSON array of the rules that spoke
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX visit_by_at ON visit (site, at);

CREATE TABLE incident (
    site    TEXT NOT NULL,    -- 12 digits
    id      TEXT NOT NULL,    -- the entry
    at      INTEGER NOT NULL, -- UTC ms: when it was found
    arrived INTEGER NOT NULL, -- UTC ms: when it came here
    clerk   TEXT NOT NULL,    -- who found it
    visit   TEXT,             -- the visit that opened it
    person  TEXT,             -- person's id
    cause   TEXT NOT NULL,    -- health_code, temperature, test, other
    actions TEXT NOT NULL,    -- JSON array: who is to be told
    state   TEXT NOT NULL,    -- open, verified, data_error, closed
    updated INTEGER NOT NULL, -- UTC ms of the last step
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX incident_by_at ON incident (at);

CREATE TABLE incident_step (
    site     TEXT NOT NULL,    -- 12 digits
    id       TEXT NOT NULL,    -- the entry
    incident TEXT NOT NULL,    -- which incident
    at       INTEGER NOT NULL, -- UTC ms
    clerk    TEXT NOT NULL,    -- who entered it
    step     TEXT NOT NULL,    -- isolated, leader_told, town_told, verified, data_error, closed
    means    TEXT,             -- phone, group, person; who was told is sealed in the entry
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX incident_step_of ON incident_step (site, incident, at);

CREATE TABLE case_file (
    site    TEXT NOT NULL,    -- 12 digits
    id      TEXT NOT NULL,    -- the entry
    number  TEXT NOT NULL,    -- as people say it
    at      INTEGER NOT NULL, -- UTC ms: when it was taken in
    arrived INTEGER NOT NULL, -- UTC ms: when it came here
    clerk   TEXT NOT NULL,    -- who took it in
    person  TEXT NOT NULL,    -- whose case
    agent   TEXT,             -- who acts for that person
    item    TEXT NOT NULL,    -- catalogue code
    channel TEXT NOT NULL,    -- proxy, nearby...
    state   TEXT NOT NULL,    -- taken_in, accepted, supplement...
    missing INTEGER NOT NULL, -- papers that are not there yet
    updated INTEGER NOT NULL, -- UTC ms of the last step
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX case_by_state ON case_file (state, at);
CREATE INDEX case_by_number ON case_file (site, number);

CREATE TABLE case_step (
    site    TEXT NOT NULL,    -- 12 digits
    id      TEXT NOT NULL,    -- the entry or order
    case_id TEXT NOT NULL,    -- which case
    at      INTEGER NOT NULL, -- UTC ms
    who     TEXT NOT NULL,    -- village, hub
    clerk   TEXT NOT NULL,    -- clerk or officer
    step    TEXT NOT NULL,    -- say, supplement, withdraw, deliver, paper, slip, accept, reject, done
    refused INTEGER NOT NULL, -- 1: not possible in that state: kept, not applied
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX case_step_of ON case_step (site, case_id, at);

CREATE TABLE paper (
    site    TEXT NOT NULL,    -- 12 digits
    case_id TEXT NOT NULL,    -- which case
    n       INTEGER NOT NULL, -- place in the list, from 0
    paper   TEXT NOT NULL,    -- the catalogue's id of the paper
    state   TEXT NOT NULL,    -- original_seen, copy_kept, original_kept, returned, missing
    until   TEXT,             -- to be brought by this date
    needed  INTEGER NOT NULL, -- 1: the item cannot do without it
    PRIMARY KEY (site, case_id, paper)
) STRICT;

CREATE TABLE ledger_row (
    site   TEXT NOT NULL,    -- 12 digits
    id     TEXT NOT NULL,    -- the entry
    ledger TEXT NOT NULL,    -- id of the ledger's definition
    at     INTEGER NOT NULL, -- UTC ms
    clerk  TEXT NOT NULL,    -- who entered it
    fields TEXT NOT NULL,    -- JSON object of the open fields
    void   TEXT,             -- the entry that voided it; NULL: it stands
    PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX ledger_row_by_at ON ledger_row (site, ledger, at);

-- The hub's own people.
CREATE TABLE officer (
    name     TEXT NOT NULL PRIMARY KEY, -- log-in name
    role     TEXT NOT NULL,             -- viewer, officer, admin
    password TEXT NOT NULL,             -- Argon2id string
    added    INTEGER NOT NULL           -- UTC ms
) STRICT;

CREATE TABLE session (
    token   BLOB NOT NULL PRIMARY KEY, -- BLAKE2b of the cookie
    officer TEXT NOT NULL,             -- whose
    csrf    TEXT NOT NULL,             -- what its forms carry
    until   INTEGER NOT NULL           -- UTC ms
) STRICT;

-- How far an officer has looked at a site: what lies behind it is new.
CREATE TABLE looked (
    site    TEXT NOT NULL,    -- 12 digits
    officer TEXT NOT NULL,    -- who
    epoch   INTEGER NOT NULL, -- up to this entry
    seq     INTEGER NOT NULL, -- of this epoch
    PRIMARY KEY (site, officer)
) STRICT;
