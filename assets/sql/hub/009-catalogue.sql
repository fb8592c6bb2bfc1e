-- 2026-11-24  The catalogues that were pushed are looked for with each page.
CREATE INDEX orders_of_catalogue ON orders (at) WHERE kind = 'catalogue';
