-- 2026-11-24  What went to the hub ahead of the rest, until its mark passes it.
CREATE TABLE ahead (
    epoch INTEGER NOT NULL, -- the entry's epoch
    seq   INTEGER NOT NULL, -- and number: the hub has it, by its hash
    PRIMARY KEY (epoch, seq)
) STRICT;
