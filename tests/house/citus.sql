-- The rules that Citus has for its tables, as functions of its names: they are run by assets/sql/citus.sql in its stead.
CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod text NOT NULL);

-- Each unique index has the column, the primary key begins with it; nothing points out of the table; numbers are not
-- given by a sequence; no trigger.
CREATE FUNCTION create_distributed_table(t regclass, by_column text, colocate_with text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    place int2 := (SELECT attnum FROM pg_attribute WHERE attrelid = t AND attname = by_column AND attnotnull);
BEGIN
    ASSERT place IS NOT NULL, format('%s has no %s that is never NULL', t, by_column);
    ASSERT (SELECT indkey[0] = place FROM pg_index WHERE indrelid = t AND indisprimary),
        format('the primary key of %s does not begin with %s', t, by_column);
    ASSERT NOT EXISTS (SELECT FROM pg_index WHERE indrelid = t AND indisunique AND NOT place = ANY (indkey)),
        format('a unique index of %s is without %s', t, by_column);
    ASSERT (SELECT atttypid = 'text'::regtype FROM pg_attribute WHERE attrelid = t AND attnum = place)
        AND (colocate_with = 'none' OR EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass)),
        format('%s cannot lie beside %s', t, colocate_with);
    PERFORM plain(t);
    INSERT INTO pg_dist_partition VALUES (t, 'h');
END $$;

-- What is a village's does not stand on every node.
CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ASSERT NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = t AND a.attnum = i.indkey[0]
        WHERE i.indrelid = t AND indisprimary AND attname = 'site'), format('%s is a village''s', t);
    PERFORM plain(t);
    INSERT INTO pg_dist_partition VALUES (t, 'n');
END $$;

CREATE FUNCTION plain(t regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    ASSERT NOT EXISTS (SELECT FROM pg_constraint WHERE contype IN ('f', 'x') AND t IN (conrelid, confrelid)),
        format('%s has a foreign key or an exclusion', t);
    ASSERT NOT EXISTS (SELECT FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = t AND d.adnum = a.attnum
        WHERE attrelid = t AND (attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE '%nextval%')),
        format('%s is numbered by a sequence', t);
    ASSERT NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = t), format('%s has a trigger', t);
END $$;
