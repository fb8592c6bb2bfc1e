-- 2026-11-24  Long lists: all who are waited for, by their day; all papers that are out; bookings by
-- item, and those made at the sub-centre, whose names the roll takes up.
CREATE INDEX case_by_due ON case_file (coalesce(due, '9999'), at, epoch, seq) WHERE waits IS NOT NULL;
CREATE INDEX paper_by_since ON paper (since) WHERE holder <> 'citizen';
CREATE INDEX booking_by_item ON booking (item, starts, epoch, seq);
CREATE INDEX booking_by_state ON booking (state, starts, epoch, seq);
CREATE INDEX booking_from_hub ON booking (seq) WHERE source = 'hub';
