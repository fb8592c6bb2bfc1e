-- 2026-11-24  A hub that was set back to a backup gets its own orders back from the villages.
-- 1: the order is here again, and what it does to cases and bookings waits for the entries before it.
ALTER TABLE orders ADD COLUMN waits INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_wait ON orders (site, n) WHERE waits = 1;
