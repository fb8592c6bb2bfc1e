-- 2026-11-24  What a token of the API may do. Those that were there could book and read reports.
ALTER TABLE api_token ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read book'; -- read, decide, book, admin; a space between
