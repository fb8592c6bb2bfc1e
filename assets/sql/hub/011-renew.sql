-- 2026-11-24  New machines for old sites, and forks that people look at.

ALTER TABLE site_epoch ADD COLUMN code BLOB; -- hash of the code that joined it: the same machine may ask twice
ALTER TABLE fork ADD COLUMN sealed_hash BLOB; -- of a sealed part; NULL: there never was any
ALTER TABLE fork ADD COLUMN taken TEXT;       -- the entry by which the village entered it again

-- Where the site's journal stood when an order was given: a new machine takes it up at that place.
ALTER TABLE orders ADD COLUMN after_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN after_seq INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET after_epoch = coalesce((SELECT max(e.epoch) FROM entry e
    WHERE e.site = orders.site AND e.arrived <= orders.at), 0);
UPDATE orders SET after_seq = coalesce((SELECT max(e.seq) FROM entry e
    WHERE e.site = orders.site AND e.epoch = orders.after_epoch AND e.arrived <= orders.at), 0);
