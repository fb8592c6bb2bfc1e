-- 2026-11-24  Who was shown another way came in by the door.
ALTER TABLE guidance ADD COLUMN visit TEXT; -- that visit; NULL: not known
