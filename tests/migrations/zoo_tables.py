"""Damages to the columns and tables of the zoo, and to what stands beside them."""

from tests.migrations.zoo import Mutation

TABLES = {
    # columns
    "column dropped": Mutation("ALTER TABLE tickets DROP COLUMN price", "column.missing"),
    "column added": Mutation("ALTER TABLE tickets ADD COLUMN colour text", "column.unexpected"),
    "column that refuses rows": Mutation("ALTER TABLE members ADD COLUMN colour text NOT NULL", "column.unexpected"),
    "column renamed": Mutation("ALTER TABLE tickets RENAME COLUMN price TO cost", "column.renamed"),
    "column renamed from a reserved word": Mutation(
        'ALTER TABLE guilds RENAME COLUMN "order" TO place', "column.renamed"
    ),
    "type widened": Mutation("ALTER TABLE tickets ALTER COLUMN priority TYPE bigint", "column.type"),
    "type with a default": Mutation(
        "ALTER TABLE members ALTER COLUMN joined_at TYPE text, ALTER COLUMN joined_at SET DEFAULT 'never'",
        "column.type",
    ),
    "length of a type": Mutation("ALTER TABLE tickets ALTER COLUMN code TYPE varchar(30)", "column.type"),
    "precision of a type": Mutation("ALTER TABLE tickets ALTER COLUMN price TYPE numeric(12, 2)", "column.type"),
    "jsonb to json": Mutation("ALTER TABLE tickets ALTER COLUMN extra TYPE json", "column.type"),
    "time without zone": Mutation("ALTER TABLE events ALTER COLUMN at TYPE timestamp", "column.type"),
    "array to scalar": Mutation(
        "DROP INDEX tickets_keywords; ALTER TABLE tickets ALTER COLUMN keywords TYPE text "
        "USING array_to_string(keywords, ','); CREATE INDEX tickets_keywords ON tickets (keywords)",
        "column.type",
    ),
    "not null dropped": Mutation("ALTER TABLE guilds ALTER COLUMN name DROP NOT NULL", "column.nullable"),
    "not null added": Mutation("ALTER TABLE members ALTER COLUMN joined_at SET NOT NULL", "column.nullable"),
    "default changed": Mutation("ALTER TABLE tickets ALTER COLUMN title SET DEFAULT 'none'", "column.default"),
    "default dropped": Mutation("ALTER TABLE tickets ALTER COLUMN created_at DROP DEFAULT", "column.default"),
    "default added": Mutation("ALTER TABLE tickets ALTER COLUMN body SET DEFAULT ''", "column.default"),
    "default with a quote": Mutation("ALTER TABLE tickets ALTER COLUMN extra SET DEFAULT '{}'", "column.default"),
    "column collation": Mutation("ALTER TABLE tickets ALTER COLUMN code TYPE varchar(20)", "column.collation"),
    "collation added": Mutation('ALTER TABLE tickets ALTER COLUMN body TYPE text COLLATE "C"', "column.collation"),
    "generated expression changed": Mutation(
        "ALTER TABLE tickets DROP COLUMN size, "
        "ADD COLUMN size integer GENERATED ALWAYS AS (char_length(title) + 1) STORED; "
        "CREATE INDEX tickets_size ON tickets (size)",
        "column.generated",
    ),
    "generated turned plain": Mutation("ALTER TABLE tickets ALTER COLUMN size DROP EXPRESSION", "column.generated"),
    "plain turned generated": Mutation(
        'ALTER TABLE guilds DROP COLUMN "order", ADD COLUMN "order" integer GENERATED ALWAYS AS (1) STORED',
        "column.generated",
    ),
    "identity dropped": Mutation("ALTER TABLE events ALTER COLUMN id DROP IDENTITY", "column.identity"),
    "identity always": Mutation("ALTER TABLE events ALTER COLUMN id SET GENERATED ALWAYS", "column.identity"),
    "serial without its default": Mutation("ALTER TABLE tickets ALTER COLUMN id DROP DEFAULT", "column.default"),
    "column comment": Mutation("COMMENT ON COLUMN guilds.name IS 'something else'", "column.comment"),
    "column comment removed": Mutation("COMMENT ON COLUMN guilds.name IS NULL", "column.comment"),
    "column order": Mutation(
        "ALTER TABLE members DROP COLUMN user_id; ALTER TABLE members ADD COLUMN user_id bigint; "
        "ALTER TABLE members ADD PRIMARY KEY (guild_id, user_id); "
        "CREATE STATISTICS members_together ON guild_id, user_id FROM members",
        "column.order",
        mends=False,
        note=True,
    ),
    # tables
    "table dropped": Mutation("DROP TABLE events", "table.missing"),
    "table dropped with all that hangs on it": Mutation(
        "DELETE FROM events; DROP TABLE tickets CASCADE", "table.missing"
    ),
    "table renamed": Mutation("ALTER TABLE events RENAME TO happenings", "table.renamed"),
    "table unlogged": Mutation("ALTER TABLE events SET UNLOGGED", "table.persistence"),
    "row security on": Mutation("ALTER TABLE guilds ENABLE ROW LEVEL SECURITY", "table.row_security"),
    "row security forced": Mutation("ALTER TABLE guilds FORCE ROW LEVEL SECURITY", "table.force_row_security"),
    "partition detached": Mutation("ALTER TABLE logs DETACH PARTITION logs_2026", "table.partitioning", mends=False),
    "partition bound changed": Mutation(
        "DROP TABLE logs_2026; "
        "CREATE TABLE logs_2026 PARTITION OF logs FOR VALUES FROM ('2026-01-01') TO ('2026-07-01')",
        "table.partitioning",
        mends=False,
    ),
    "inheritance": Mutation(
        "CREATE TABLE parent (joined_at timestamptz); ALTER TABLE members INHERIT parent",
        "table.partitioning",
        mends=False,
    ),
    "table comment": Mutation("COMMENT ON TABLE guilds IS 'other'", "table.comment"),
    "grant added": Mutation("GRANT INSERT, DELETE ON guilds TO PUBLIC", "grant.changed"),
    "grant revoked": Mutation("REVOKE SELECT ON members FROM PUBLIC", "grant.changed"),
    "grant on a column": Mutation("GRANT UPDATE (name) ON guilds TO PUBLIC", "grant.changed"),
    "statistics dropped": Mutation("DROP STATISTICS members_together", "statistics.missing"),
    "replica identity": Mutation("ALTER TABLE guilds REPLICA IDENTITY FULL", "table.replica_identity", note=True),
    "storage parameter": Mutation("ALTER TABLE guilds SET (fillfactor = 50)", "table.options", note=True),
    "foreign table beside": Mutation("CREATE TABLE theirs (id integer)", "table.foreign", mends=False, note=True),
    # names that need quotes
    "odd check dropped": Mutation('ALTER TABLE "Odd ""100%"" table" DROP CONSTRAINT "No: 1"', "constraint.missing"),
    "odd index dropped": Mutation('DROP INDEX "Odd index"', "index.missing"),
    "odd index renamed": Mutation('ALTER INDEX "Odd index" RENAME TO "Odder index"', "index.renamed"),
    "odd column dropped": Mutation('ALTER TABLE "Odd ""100%"" table" DROP COLUMN "select"', "column.missing"),
    "odd column renamed": Mutation(
        'ALTER TABLE "Odd ""100%"" table" RENAME COLUMN "select" TO "from"', "column.renamed"
    ),
    "odd column of another type": Mutation(
        'ALTER TABLE "Odd ""100%"" table" ALTER COLUMN "select" TYPE varchar', "column.type"
    ),
    "odd comment": Mutation('COMMENT ON COLUMN "Odd ""100%"" table"."select" IS $$it\'s$$', "column.comment"),
    "odd sequence dropped": Mutation('DROP SEQUENCE "Odd ""100%"" table_Id_seq" CASCADE', "sequence.missing"),
    "odd table dropped": Mutation('DROP TABLE "Odd ""100%"" table"', "table.missing"),
    # sequences
    "sequence dropped": Mutation("DROP SEQUENCE tickets_id_seq CASCADE", "sequence.missing"),
    "sequence step": Mutation("ALTER SEQUENCE tickets_id_seq INCREMENT 10", "sequence.changed"),
    "sequence maximum": Mutation("ALTER SEQUENCE numbers MAXVALUE 1000", "sequence.changed"),
    "sequence cycles": Mutation("ALTER SEQUENCE numbers CYCLE", "sequence.changed"),
    "sequence type": Mutation("ALTER SEQUENCE tickets_id_seq AS bigint", "sequence.changed"),
    "sequence without owner": Mutation("ALTER SEQUENCE tickets_id_seq OWNED BY NONE", "sequence.changed"),
    "sequence of an identity": Mutation("ALTER SEQUENCE events_id_seq INCREMENT 5", "sequence.changed"),
    "sequence renamed": Mutation("ALTER SEQUENCE numbers RENAME TO digits", "sequence.renamed"),
    # routines, triggers, rules, policies
    "function body": Mutation(
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "routine.changed",
    ),
    "function volatility": Mutation("ALTER FUNCTION plus(integer, integer) VOLATILE", "routine.changed"),
    "function security": Mutation("ALTER FUNCTION plus(integer, integer) SECURITY DEFINER", "routine.changed"),
    "function result": Mutation(
        "DROP FUNCTION plus(integer, integer); "
        "CREATE FUNCTION plus(a integer, b integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'",
        "routine.changed",
    ),
    "function dropped": Mutation("DROP FUNCTION touch() CASCADE", "routine.missing"),
    "procedure dropped": Mutation("DROP PROCEDURE tidy()", "routine.missing"),
    "aggregate changed": Mutation(
        "DROP AGGREGATE total(integer); CREATE AGGREGATE total(integer) (SFUNC = int4mul, STYPE = integer)",
        "routine.changed",
    ),
    "trigger dropped": Mutation("DROP TRIGGER tickets_touch ON tickets", "trigger.missing"),
    "trigger disabled": Mutation("ALTER TABLE tickets DISABLE TRIGGER tickets_touch", "trigger.firing"),
    "trigger on replicas": Mutation("ALTER TABLE tickets ENABLE REPLICA TRIGGER tickets_touch", "trigger.firing"),
    "trigger on another event": Mutation(
        "DROP TRIGGER tickets_touch ON tickets; CREATE TRIGGER tickets_touch BEFORE INSERT OR UPDATE ON tickets "
        "FOR EACH ROW EXECUTE FUNCTION touch()",
        "trigger.changed",
    ),
    "trigger condition": Mutation(
        "CREATE OR REPLACE TRIGGER tickets_touch BEFORE UPDATE ON tickets "
        "FOR EACH ROW WHEN (OLD.title <> NEW.title) EXECUTE FUNCTION touch()",
        "trigger.changed",
    ),
    "trigger added": Mutation(
        "CREATE TRIGGER guilds_touch BEFORE UPDATE ON guilds FOR EACH ROW EXECUTE FUNCTION touch()",
        "trigger.unexpected",
    ),
    "rule dropped": Mutation("DROP RULE guilds_kept ON guilds", "rule.missing"),
    "rule changed": Mutation(
        "CREATE OR REPLACE RULE guilds_kept AS ON DELETE TO guilds WHERE OLD.name = 'x' DO INSTEAD NOTHING",
        "rule.changed",
    ),
    "rule disabled": Mutation("ALTER TABLE guilds DISABLE RULE guilds_kept", "rule.firing"),
    "policy dropped": Mutation("DROP POLICY guilds_named ON guilds", "policy.missing"),
    "policy changed": Mutation("ALTER POLICY guilds_named ON guilds USING (name <> 'x')", "policy.changed"),
    "policy added": Mutation("CREATE POLICY none ON members USING (false)", "policy.unexpected"),
    # views
    "view dropped": Mutation("DROP VIEW open_tickets", "view.missing"),
    "view changed": Mutation(
        "CREATE OR REPLACE VIEW open_tickets AS SELECT id, title FROM tickets WHERE priority > 0", "view.changed"
    ),
    "view option": Mutation("ALTER VIEW open_tickets SET (security_barrier = true)", "view.changed"),
    "view comment": Mutation("COMMENT ON VIEW open_tickets IS 'x'", "view.comment"),
    "view grant": Mutation("GRANT SELECT ON open_tickets TO PUBLIC", "grant.changed"),
    "view turned into a table": Mutation(
        "DROP VIEW open_tickets; CREATE TABLE open_tickets (id integer, title text)", "view.missing", mends=False
    ),
    "materialized view changed": Mutation(
        "DROP MATERIALIZED VIEW counts; "
        "CREATE MATERIALIZED VIEW counts AS SELECT guild_id, count(*) + 1 AS number FROM tickets GROUP BY guild_id; "
        "CREATE UNIQUE INDEX counts_guild ON counts (guild_id)",
        "view.changed",
    ),
    "index of a materialized view": Mutation("DROP INDEX counts_guild", "index.missing"),
    # types and extensions
    "enum with a label more": Mutation("ALTER TYPE mood ADD VALUE 'glad'", "type.labels", mends=False),
    "enum with a label less": Mutation(
        "ALTER TABLE tickets ALTER COLUMN mood DROP DEFAULT, ALTER COLUMN mood TYPE text; DROP TYPE mood; "
        "CREATE TYPE mood AS ENUM ('calm', 'angry'); ALTER TABLE tickets ALTER COLUMN mood TYPE mood "
        "USING mood::mood, ALTER COLUMN mood SET DEFAULT 'calm'",
        "type.labels",
    ),
    "enum label renamed": Mutation("ALTER TYPE mood RENAME VALUE 'busy' TO 'occupied'", "type.labels"),
    "enum reordered": Mutation(
        "ALTER TYPE mood RENAME VALUE 'busy' TO 'x'; ALTER TYPE mood RENAME VALUE 'angry' TO "
        "'busy'; ALTER TYPE mood RENAME VALUE 'x' TO 'angry'",
        "type.labels",
        mends=False,
    ),
    "domain check changed": Mutation(
        "ALTER DOMAIN tag DROP CONSTRAINT tag_length; "
        "ALTER DOMAIN tag ADD CONSTRAINT tag_length CHECK (char_length(VALUE) <= 500)",
        "type.domain",
    ),
    "domain without its check": Mutation("ALTER DOMAIN tag DROP CONSTRAINT tag_length", "type.domain"),
    "domain default": Mutation("ALTER DOMAIN tag SET DEFAULT 'x'", "type.domain"),
    "domain not null": Mutation("UPDATE tickets SET tag = 'x'; ALTER DOMAIN tag SET NOT NULL", "type.domain"),
    "composite attribute": Mutation("ALTER TYPE span ADD ATTRIBUTE middle integer", "type.changed", mends=False),
    "extension dropped": Mutation("DROP EXTENSION pg_trgm CASCADE", "extension.missing"),
}

SINCE_18 = {
    "check not enforced": Mutation(
        "ALTER TABLE tickets DROP CONSTRAINT tickets_title, "
        "ADD CONSTRAINT tickets_title CHECK (char_length(title) BETWEEN 1 AND 200) NOT ENFORCED",
        "constraint.changed",
    ),
    "foreign key not enforced": Mutation(
        "ALTER TABLE tickets ALTER CONSTRAINT tickets_guild NOT ENFORCED", "constraint.changed"
    ),
    "not null not valid": Mutation(
        "ALTER TABLE guilds ALTER COLUMN name DROP NOT NULL, ADD NOT NULL name NOT VALID", "column.nullable"
    ),
    "generated when read": Mutation(
        "ALTER TABLE tickets DROP COLUMN size, "
        "ADD COLUMN size integer GENERATED ALWAYS AS (char_length(title)) VIRTUAL",
        "column.generated",
    ),
    "primary key without overlaps": Mutation(
        "ALTER TABLE tickets ADD UNIQUE (guild_id, opened WITHOUT OVERLAPS)", "constraint.unexpected"
    ),
}
"""Kinds of damage that only PostgreSQL 18 and later know."""
