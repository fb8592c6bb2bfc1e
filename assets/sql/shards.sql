-- The hub's tables on two servers of stock PostgreSQL: psql -v host=... -v user=... -v base=... -f shards.sql on the first,
-- when both databases were made by a hub (its first start at each) and are empty. What is a village's lies where the hash
-- of its code says: in a partition here, or by postgres_fdw in the other server's own table. The sub-centre's tables stay
-- here. A partition of another server takes no key, so the parents have none: each server's own tables keep theirs.
BEGIN;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER shard FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS (host :'host', dbname :'base', updatable 'true', use_remote_estimate 'false', fetch_size '500');
CREATE USER MAPPING FOR CURRENT_USER SERVER shard OPTIONS (user :'user');
CREATE SCHEMA here;
CREATE SCHEMA there;
DO $$
DECLARE
    t text;
BEGIN
    FOR t IN SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND indisprimary
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attname = 'site'
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1
    LOOP
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA here', t);
        EXECUTE format('CREATE TABLE public.%I (LIKE here.%I INCLUDING DEFAULTS) PARTITION BY HASH (site)', t, t);
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION here.%I FOR VALUES WITH (MODULUS 2, REMAINDER 0)', t, t);
        EXECUTE format('CREATE FOREIGN TABLE there.%I PARTITION OF public.%I FOR VALUES WITH (MODULUS 2, REMAINDER 1)'
            ' SERVER shard OPTIONS (schema_name ''public'', table_name %L)', t, t, t);
    END LOOP;
END $$;
COMMIT;
