-- 2026-11-24  What is in stock by place and batch, and what each row moved.
ALTER TABLE ledger_row ADD COLUMN spec TEXT;   -- stock: of which sort; NULL: not named
ALTER TABLE ledger_row ADD COLUMN place TEXT;  -- stock: where it is kept; NULL: not named
ALTER TABLE ledger_row ADD COLUMN batch TEXT;  -- stock: of which batch; NULL: not named
ALTER TABLE ledger_row ADD COLUMN expiry TEXT; -- stock: good until this date; NULL: not named
ALTER TABLE ledger_row ADD COLUMN moved REAL;  -- stock: by how much it changed the balance

CREATE TABLE stock_part (
    ledger  TEXT NOT NULL, -- id of the ledger that counts it
    item    TEXT NOT NULL, -- which thing
    unit    TEXT NOT NULL, -- counted in
    spec    TEXT NOT NULL, -- what the rows name; "": they name none
    place   TEXT NOT NULL, -- the same
    batch   TEXT NOT NULL, -- the same
    expiry  TEXT NOT NULL, -- the same
    balance REAL NOT NULL, -- what those rows come to; never zero
    PRIMARY KEY (ledger, item, unit, spec, place, batch, expiry)
) STRICT, WITHOUT ROWID;
