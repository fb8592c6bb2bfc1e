-- 2026-11-24  The hub's signature of an order, so that a hub that lost the order can have it back. Orders that
-- came before have none here and cannot be handed back.
CREATE TABLE order_sig (
    n   INTEGER NOT NULL PRIMARY KEY, -- the order
    sig BLOB NOT NULL                 -- Ed25519 over site, number, head and sealed part
) STRICT;
