-- 2026-11-24  The door: what a clerk decided otherwise than the policy, which readers were used, and
-- the other channel that somebody refused was given.

ALTER TABLE visit ADD COLUMN said TEXT;    -- what the policy said; NULL: the outcome is the policy's
ALTER TABLE visit ADD COLUMN answers TEXT; -- the leader who answers for less caution; NULL: none
ALTER TABLE visit ADD COLUMN device TEXT;  -- JSON array of the readers used; NULL: none
ALTER TABLE visit ADD COLUMN offered TEXT; -- the channel given instead; NULL: none yet
ALTER TABLE visit ADD COLUMN told_online INTEGER; -- 1: was told how to do it online; NULL: not noted
CREATE INDEX visit_by_person ON visit (person, at);
