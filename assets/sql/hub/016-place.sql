-- 2026-11-24  Where a village lies, for the map of the day.
ALTER TABLE site ADD COLUMN lat INTEGER; -- millionths of a degree north; NULL: not known
ALTER TABLE site ADD COLUMN lon INTEGER; -- millionths of a degree east
