-- 2026-11-24  An order is known by what it was when it was first given, wherever it has moved to since: a hub that is
-- set back twice meets its own order again under another number. Hex; NULL: from before.
ALTER TABLE orders ADD COLUMN origin TEXT;
CREATE INDEX orders_origin ON orders (site, origin) WHERE origin IS NOT NULL;
