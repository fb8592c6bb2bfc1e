-- The hub's tables on Citus: psql -f citus.sql, once the hub has made them (its first start) and after CREATE EXTENSION
-- citus; again after an update that brought new tables. What is a village's lies where the village's code says; the rest,
-- the sub-centre's own, stands whole on every node. tests/house/postgresql_test.sh holds it against the schema.
DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'site', -- the first: the others lie beside it
        'adaptation', 'booking', 'case_file', 'case_step', 'case_work', 'courier', 'courier_case', 'entry', 'express', 'fork',
        'incident', 'incident_step', 'ledger_row', 'looked', 'orders', 'overlay', 'paper', 'person', 'person_tag', 'report',
        'site_day', 'site_definition', 'site_epoch', 'slip_in', 'slot_hold', 'slot_pass', 'slot_plan', 'suspension', 'tally',
        'tally_mark', 'visit'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t::regclass) THEN
            PERFORM create_distributed_table(t::regclass, 'site',
                colocate_with => CASE WHEN t = 'site' THEN 'none' ELSE 'site' END);
        END IF;
    END LOOP;
    FOREACH t IN ARRAY ARRAY[ -- those that name a village, but are the sub-centre's lists: audit, officer_site, slip_reading,
                              -- webhook_delivery
        'api_token', 'audit', 'audit_end', 'definition', 'hub_key', 'hub_schema', 'log_in_lock', 'officer', 'officer_site',
        'session', 'slip_reading', 'webhook', 'webhook_delivery'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = t::regclass) THEN
            PERFORM create_reference_table(t::regclass);
        END IF;
    END LOOP;
END $$;
