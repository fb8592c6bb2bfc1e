-- 2026-11-24  Lists that are searched by what was asked for.
CREATE INDEX case_by_item ON case_file (item, at, epoch, seq);
