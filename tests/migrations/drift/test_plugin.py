"""What the plugin adds to Alembic: every kind it sees becomes a revision that fixes it, and whose way back is exact."""

import re
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.operations.ops import MigrationScript
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import DatabaseUrl
from app.migrate.drift import plugin
from app.migrate.drift.compare import compare
from app.migrate.drift.findings import counted
from app.migrate.schema.models import model_catalog
from app.migrate.schema.queries import read_catalog
from tests.fixtures.postgres import url_text

metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"})
rooms = sa.Table(
    "rooms",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, server_default="a: b"),
    sa.Column("code", sa.Text(collation="C")),
    sa.Column("size", sa.Integer, sa.Computed("char_length(name)", persisted=True)),
    sa.Column("open", postgresql.TSTZRANGE),
    sa.Column("tags", postgresql.ARRAY(sa.Text)),
    sa.CheckConstraint("char_length(name) BETWEEN 1 AND 100", name="name_length"),
    sa.CheckConstraint("name <> 'a:b'", name="colon"),
    sa.UniqueConstraint("name", name="uq_rooms_name", deferrable=True, initially="DEFERRED"),
    ExcludeConstraint(("open", "&&"), name="ex_rooms_open", using="gist"),
    sa.Index("ix_rooms_code", "code", postgresql_where=sa.text("size > 3"), postgresql_include=["name"]),
    sa.Index("ix_rooms_tags", "tags", postgresql_using="gin"),
    sa.Index("ix_rooms_name", "name", postgresql_ops={"name": "text_pattern_ops"}),
)
beds = sa.Table(
    "beds",
    metadata,
    sa.Column(
        "room_id", sa.Integer, sa.ForeignKey("rooms.id", name="fk_beds_room", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
)


@dataclass(frozen=True)
class Blind:
    """A difference that Alembic alone does not see, and what the plugin writes for it."""

    sql: str
    writes: str
    undone: bool = True
    """Whether the way back restores the difference; some, like a half-built index, nobody wants back."""
    by_hand: bool = False
    """Whether the revision only says what is different: its author has to write the statement."""


BLIND = {
    "primary key dropped": Blind("ALTER TABLE beds DROP CONSTRAINT pk_beds", "op.create_primary_key("),
    "primary key changed": Blind(
        "ALTER TABLE beds DROP CONSTRAINT pk_beds, ADD CONSTRAINT pk_beds PRIMARY KEY (number)",
        "op.create_primary_key(op.f('pk_beds'), 'beds', ['room_id', 'number'])",
    ),
    "primary key renamed": Blind("ALTER TABLE beds RENAME CONSTRAINT pk_beds TO beds_pkey", "op.execute("),
    "check dropped": Blind("ALTER TABLE rooms DROP CONSTRAINT ck_rooms_name_length", "op.create_check_constraint("),
    "check added": Blind("ALTER TABLE rooms ADD CONSTRAINT extra CHECK (size < 1000)", "op.drop_constraint("),
    "check changed": Blind(
        "ALTER TABLE rooms DROP CONSTRAINT ck_rooms_name_length, "
        "ADD CONSTRAINT ck_rooms_name_length CHECK (char_length(name) BETWEEN 1 AND 10)",
        "op.create_check_constraint(op.f('ck_rooms_name_length'), 'rooms', ",
    ),
    "check with a colon": Blind(
        "ALTER TABLE rooms DROP CONSTRAINT ck_rooms_colon, ADD CONSTRAINT ck_rooms_colon CHECK (name <> 'c:d')",
        "a:b",
    ),
    "check not valid": Blind(
        "ALTER TABLE rooms DROP CONSTRAINT ck_rooms_colon, "
        "ADD CONSTRAINT ck_rooms_colon CHECK (name <> 'a:b') NOT VALID",
        "VALIDATE CONSTRAINT ck_rooms_colon",
        undone=False,
    ),
    "unique no more deferrable": Blind(
        "ALTER TABLE rooms DROP CONSTRAINT uq_rooms_name, ADD CONSTRAINT uq_rooms_name UNIQUE (name)",
        "DEFERRABLE INITIALLY DEFERRED",
    ),
    "foreign key not valid": Blind(
        "ALTER TABLE beds DROP CONSTRAINT fk_beds_room, ADD CONSTRAINT fk_beds_room "
        "FOREIGN KEY (room_id) REFERENCES rooms ON DELETE CASCADE NOT VALID",
        "VALIDATE CONSTRAINT fk_beds_room",
        undone=False,
    ),
    "exclusion dropped": Blind("ALTER TABLE rooms DROP CONSTRAINT ex_rooms_open", "EXCLUDE USING gist"),
    "predicate changed": Blind(
        "DROP INDEX ix_rooms_code; CREATE INDEX ix_rooms_code ON rooms (code) INCLUDE (name) WHERE size > 4",
        "postgresql_where=sa.text('size > 3')",
    ),
    "predicate removed": Blind(
        "DROP INDEX ix_rooms_code; CREATE INDEX ix_rooms_code ON rooms (code) INCLUDE (name)", "op.create_index("
    ),
    "include removed": Blind(
        "DROP INDEX ix_rooms_code; CREATE INDEX ix_rooms_code ON rooms (code) WHERE size > 3",
        "postgresql_include=['name']",
    ),
    "method changed": Blind(
        "DROP INDEX ix_rooms_tags; CREATE INDEX ix_rooms_tags ON rooms (tags)", "postgresql_using='gin'"
    ),
    "operator class removed": Blind(
        "DROP INDEX ix_rooms_name; CREATE INDEX ix_rooms_name ON rooms (name)",
        "postgresql_ops={'name': 'text_pattern_ops'}",
    ),
    "index invalid": Blind(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_rooms_tags'::regclass",
        "REINDEX INDEX ix_rooms_tags",
        undone=False,
    ),
    "generated expression changed": Blind(
        "DROP INDEX ix_rooms_code; ALTER TABLE rooms DROP COLUMN size, "
        "ADD COLUMN size integer GENERATED ALWAYS AS (char_length(name) * 2) STORED; "
        "CREATE INDEX ix_rooms_code ON rooms (code) INCLUDE (name) WHERE size > 3",
        "ADD COLUMN size integer GENERATED ALWAYS AS (char_length(name)) STORED",
    ),
    "collation lost": Blind("ALTER TABLE rooms ALTER COLUMN code TYPE text", 'TYPE text COLLATE "C"'),
    "unlogged": Blind("ALTER TABLE beds SET UNLOGGED", "SET LOGGED"),
    "row security": Blind(
        "ALTER TABLE beds ENABLE ROW LEVEL SECURITY", "pass  # The row security of table beds is on", by_hand=True
    ),
    "trigger": Blind(
        "CREATE TRIGGER still BEFORE UPDATE ON beds FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "pass  # There is a trigger still on beds that is not in the models. Fix it by hand.",
        by_hand=True,
    ),
    "sequence": Blind("ALTER SEQUENCE rooms_id_seq INCREMENT 2", "ALTER SEQUENCE rooms_id_seq"),
    "grant": Blind("GRANT SELECT ON beds TO PUBLIC", "pass  # On beds, PUBLIC may SELECT", by_hand=True),
}

SEEN = {
    "index missing": "DROP INDEX ix_rooms_tags",
    "index unexpected": "CREATE INDEX extra ON rooms (size)",
    "unique missing": "ALTER TABLE rooms DROP CONSTRAINT uq_rooms_name",
    "column missing": "ALTER TABLE rooms DROP COLUMN tags",
    "column unexpected": "ALTER TABLE rooms ADD COLUMN extra integer, ADD CONSTRAINT c CHECK (extra > 0)",
    "column of another type": "ALTER TABLE rooms ALTER COLUMN tags TYPE varchar[]",
    "column nullable": "ALTER TABLE rooms ALTER COLUMN name DROP NOT NULL",
    "default": "ALTER TABLE rooms ALTER COLUMN name DROP DEFAULT",
    "foreign key missing": "ALTER TABLE beds DROP CONSTRAINT fk_beds_room",
    "table missing": "DROP TABLE beds",
    "table comment": "COMMENT ON TABLE beds IS 'x'",
}
"""What Alembic has operations for already: the plugin must not write them twice."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hotel(database_of_module: AsyncEngine) -> AsyncEngine:
    """A database with the tables of this module."""
    async with database_of_module.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return database_of_module


def migration_context(connection: Connection, *plugins: str) -> MigrationContext:
    return MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "autogenerate_plugins": ["alembic.autogenerate.*", *plugins],
            "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op.",
            "render_item": None,
            "user_module_prefix": None,
            "render_as_batch": False,
        },
    )


def produced(connection: Connection, *plugins: str) -> MigrationScript:
    return produce_migrations(migration_context(connection, *plugins), metadata)


def written(connection: Connection, script: MigrationScript, *, way: str) -> str:
    """Write the body of a revision as `alembic revision --autogenerate` does."""
    context = migration_context(connection)
    operations = script.upgrade_ops if way == "up" else script.downgrade_ops
    assert operations is not None
    imports: set[str] = set()
    assert AutogenContext(context, metadata=metadata).imports == imports
    return render_python_code(operations, migration_context=context)


def executed(connection: Connection, body: str) -> None:
    """Run the body of a revision."""
    module = ModuleType("revision")
    source = "def run(op, sa, postgresql):\n    " + body.strip() + "\n"
    exec(compile(source, "revision", "exec"), module.__dict__)
    module.run(Operations(MigrationContext.configure(connection)), sa, postgresql)


def damage(connection: Connection, sql: str) -> None:
    for statement in sql.split("; "):
        connection.exec_driver_sql(statement)


async def test_nothing_is_written_for_an_untouched_database(hotel: AsyncEngine):
    def differences(connection: Connection) -> list[object]:
        return produced(connection, plugin.register()).upgrade_ops.as_diffs()

    async with hotel.connect() as connection:
        assert await connection.run_sync(differences) == []


# Of Alembic about a generated column, and of SQLAlchemy reflecting a check that is NOT VALID.
alembics_own_warnings = pytest.mark.filterwarnings(
    "ignore:Computed default on", "ignore:Can't validate argument 'dialect_options'"
)


@alembics_own_warnings
@pytest.mark.parametrize("name", BLIND)
async def test_a_revision_fixes_what_alembic_alone_does_not_see(name: str, hotel: AsyncEngine):
    blind = BLIND[name]

    def fix(connection: Connection) -> None:
        described = model_catalog(connection, metadata)
        damage(connection, blind.sql)
        damaged = read_catalog(connection)
        script = produced(connection, plugin.register())
        up, down = written(connection, script, way="up"), written(connection, script, way="down")
        assert blind.writes in up
        executed(connection, up)
        if not blind.by_hand:
            assert counted(compare(read_catalog(connection), described)) == []
            assert produced(connection, plugin.register()).upgrade_ops.is_empty()
        executed(connection, down)
        if blind.undone:
            assert counted(compare(read_catalog(connection), damaged)) == []

    async with hotel.connect() as connection:
        await connection.run_sync(fix)
        await connection.rollback()


@alembics_own_warnings
@pytest.mark.parametrize("name", BLIND)
async def test_alembic_alone_does_not_see_it(name: str, hotel: AsyncEngine):
    def differences(connection: Connection) -> list[object]:
        damage(connection, BLIND[name].sql)
        return produced(connection).upgrade_ops.as_diffs()

    async with hotel.connect() as connection:
        # If this fails for one, Alembic has learnt it, and the plugin may forget it.
        assert await connection.run_sync(differences) == []
        await connection.rollback()


@pytest.mark.parametrize("name", SEEN)
async def test_what_alembic_has_an_operation_for_is_written_once(name: str, hotel: AsyncEngine):
    def bodies(connection: Connection) -> tuple[str, str]:
        damage(connection, SEEN[name])
        alone = written(connection, produced(connection), way="up")
        described = model_catalog(connection, metadata)
        together = written(connection, produced(connection, plugin.register()), way="up")
        executed(connection, together)
        assert counted(compare(read_catalog(connection), described)) == []
        return alone, together

    async with hotel.connect() as connection:
        alone, together = await connection.run_sync(bodies)
        await connection.rollback()
    kept = [line for line in together.splitlines() if "'c'" not in line]
    assert sorted(kept) == sorted(alone.splitlines())


async def test_a_role_without_the_right_to_create_schemas_gets_alembics_own_comparison(
    hotel: AsyncEngine, caplog: pytest.LogCaptureFixture
):
    def differences(connection: Connection) -> list[object]:
        damage(connection, "ALTER TABLE beds SET UNLOGGED; DROP INDEX ix_rooms_tags")
        connection.exec_driver_sql("CREATE ROLE concierge_test_narrow")
        connection.exec_driver_sql("SET LOCAL ROLE concierge_test_narrow")
        return [difference[0] for difference in produced(connection, plugin.register()).upgrade_ops.as_diffs()]

    async with hotel.connect() as connection:
        assert await connection.run_sync(differences) == ["add_index"]
        await connection.rollback()
    assert "Only Alembic's own comparison was made" in caplog.text


async def test_a_read_only_database_gets_alembics_own_comparison(hotel: AsyncEngine, caplog: pytest.LogCaptureFixture):
    models = sa.MetaData()
    sa.Table("rooms", models, sa.Column("name", sa.Text), sa.Column("doc", sa.JSON, server_default="{}"))

    def differences(connection: Connection) -> set[str]:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        script = produce_migrations(migration_context(connection, plugin.register()), models)
        return kinds_of_differences(script)

    async with hotel.connect() as connection:
        assert {"add_column", "remove_table"} <= await connection.run_sync(differences)
        await connection.rollback()
    assert "Only Alembic's own comparison was made, because this database is read-only" in caplog.text


def kinds_of_differences(script: MigrationScript) -> set[str]:
    return set(re.findall(r"'((?:add|remove|change)_\w+)'", str(script.upgrade_ops.as_diffs())))


async def test_what_this_server_cannot_build_is_named_and_everything_else_compared(
    hotel: AsyncEngine, caplog: pytest.LogCaptureFixture
):
    models = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(models)
    impossible = {
        "mails": ([sa.Column("mail", postgresql.CITEXT)], 'type "citext" does not exist'),
        "searched": (
            [
                sa.Column("word", sa.Text),
                sa.Column("kind", sa.Enum("a", "b", name="of_searched")),
                sa.Index("ix_x", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
            ],
            'operator class "gin_trgm_ops" does not exist',
        ),
        "of_domain": (
            [sa.Column("mail", postgresql.DOMAIN("mail", postgresql.CITEXT(), metadata=models))],
            'type "mail" does not exist',
        ),
        "referring": ([sa.Column("of", sa.ForeignKey("mails.id"))], 'relation "mails" does not exist'),
    }
    for name, (parts, _) in impossible.items():
        sa.Table(name, models, sa.Column("id", sa.Integer, primary_key=True), *parts)

    def differences(connection: Connection) -> tuple[set[str], str]:
        damage(connection, "ALTER TABLE beds SET UNLOGGED")
        script = produce_migrations(migration_context(connection, plugin.register()), models)
        return kinds_of_differences(script), written(connection, script, way="up")

    async with hotel.connect() as connection:
        kinds, source = await connection.run_sync(differences)
        await connection.rollback()
    # Of those that cannot be built, what Alembic finds; of the others, what it does not see as well.
    assert kinds == {"add_table", "add_index", "change_schema"}
    assert [name for name in impossible if f"create_table('{name}'" not in source] == []
    assert "Table beds is unlogged" in source
    told = {record.args[0]: record.getMessage() for record in caplog.records if "only Alembic's own" in record.message}
    assert set(told) == set(impossible)
    assert [name for name, (_, why) in impossible.items() if why not in told[name]] == []


async def test_models_that_name_the_schema_are_compared_like_others(hotel: AsyncEngine):
    models = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(models, schema="public")

    def findings(connection: Connection) -> list[object]:
        described = model_catalog(connection, models)
        return [one.sentence for one in counted(compare(read_catalog(connection), described))]

    async with hotel.connect() as connection:
        assert await connection.run_sync(findings) == []
        await connection.rollback()


async def test_plain_alembic_check_sees_it(alembic: Any, own_database: DatabaseUrl, own_engine: AsyncEngine):
    here = {"DATABASE_URL": url_text(own_database), "PYTHONWARNINGS": ""}
    assert (await alembic("check", **here))[0].strip() == "No new upgrade operations detected."
    async with own_engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE audit_logs SET UNLOGGED")
    said = "".join(await alembic("check", status=255, **here))
    assert "Table audit_logs is unlogged, and should be permanent" in said
