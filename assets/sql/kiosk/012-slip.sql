-- 2026-11-24  A slip that was printed again says so.
ALTER TABLE slip ADD COLUMN reprint INTEGER NOT NULL DEFAULT 0; -- 1: printed again
