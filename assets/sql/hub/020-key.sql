-- 2026-11-24  Which keys the store belongs to: several hubs share one store only with the same keys.

CREATE TABLE hub_key (
    n     INTEGER NOT NULL PRIMARY KEY, -- 1: there is one pair
    print BLOB NOT NULL                 -- BLAKE2b of the public halves
) STRICT;
