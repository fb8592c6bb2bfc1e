-- 2026-11-24  Sums by day, and rows that correct each other.
CREATE TABLE tally (
    day    INTEGER NOT NULL, -- days since 1970, of the site's zone
    series TEXT NOT NULL,    -- what is counted (kiosk/desk/tally.h)
    key    TEXT NOT NULL,    -- what divides it; "": nothing does
    n      INTEGER NOT NULL, -- how many
    amount REAL NOT NULL,    -- the sum of what they tell
    PRIMARY KEY (day, series, key)
) STRICT, WITHOUT ROWID;

ALTER TABLE ledger_row ADD COLUMN picks TEXT;        -- JSON array: the open fields that hold choices
ALTER TABLE ledger_row ADD COLUMN way TEXT;          -- stock: in, out, discard, count; NULL: not told
ALTER TABLE ledger_row ADD COLUMN corrects TEXT;     -- the row that this one stands for
ALTER TABLE ledger_row ADD COLUMN corrected_by TEXT; -- the row that stands for this one
