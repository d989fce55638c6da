"""Models, migrations and recorded snapshots say the same about the schema, at every revision."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import DatabaseUrl, create_engine
from app.migrate.drift import plugin
from app.migrate.drift.compare import compare
from app.migrate.revisions import scripts
from app.migrate.schema import record, snapshots
from app.migrate.schema.catalog import Catalog
from app.migrate.schema.models import model_catalog
from app.migrate.schema.queries import read_catalog
from app.models import Base
from tests.fixtures.postgres import url_text
from tests.migrations.conftest import Scratch


def test_every_revision_is_recorded():
    # If this fails: python -m app.migrate.schema.record
    assert snapshots.missing() == []
    assert snapshots.newest() == scripts.read().files[-1].revision


async def test_the_models_describe_what_the_migrations_make(connection: AsyncConnection):
    migrated = await connection.run_sync(read_catalog)
    described = await connection.run_sync(model_catalog, Base.metadata)
    assert not connection.in_transaction()
    # If this fails after a change of a model: alembic revision --autogenerate -m "..."
    assert compare(migrated, described) == []
    assert migrated.fingerprint == described.fingerprint


async def test_create_all_makes_the_same_database(empty_database: DatabaseUrl, connection: AsyncConnection):
    engine = create_engine(empty_database)
    async with engine.begin() as other:
        await other.run_sync(Base.metadata.create_all)
        created = await other.run_sync(read_catalog)
    await engine.dispose()
    migrated = await connection.run_sync(read_catalog)
    assert compare(created, migrated) == []
    assert created.fingerprint == migrated.fingerprint


async def test_reading_the_models_leaves_nothing_behind(connection: AsyncConnection):
    def schemas(connection: Connection) -> list[str]:
        return list(connection.exec_driver_sql("SELECT nspname FROM pg_namespace ORDER BY 1").scalars())

    before = await connection.run_sync(schemas)
    await connection.run_sync(model_catalog, Base.metadata)
    assert await connection.run_sync(schemas) == before
    await connection.commit()
    assert await connection.run_sync(schemas) == before


async def test_every_snapshot_is_what_its_revision_makes(server: DatabaseUrl):
    made = await asyncio.to_thread(_upgrade_step_by_step, server)
    assert list(made) == [file.revision for file in scripts.read().files]
    for revision, catalog in made.items():
        # If this fails for a revision that is not released: python -m app.migrate.schema.record --rewrite
        assert compare(catalog, snapshots.load(revision)) == [], revision
        assert catalog.fingerprint == snapshots.load(revision).fingerprint, revision


def _upgrade_step_by_step(server: DatabaseUrl) -> dict[str, Catalog]:
    with record.scratch_database(server) as database:
        return dict(record.catalogs(database))


async def test_alembic_finds_nothing_to_do_at_the_newest_revision(connection: AsyncConnection):
    def differences(connection: Connection) -> list[object]:
        migration = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "autogenerate_plugins": ["alembic.autogenerate.*", plugin.register()],
            },
        )
        return compare_metadata(migration, Base.metadata)

    assert await connection.run_sync(differences) == []


def test_recording_writes_what_is_missing_and_keeps_what_is_there(server: DatabaseUrl, scratch: Scratch):
    directory = scratch.directory
    first = scratch.sql("CREATE TABLE a (id integer)")
    with record.scratch_database(server) as database:
        assert [path.name for path in record.record(database, directory)] == ["001.json"]
    scratch.sql("CREATE TABLE b (id integer)")
    kept = (directory / "snapshots" / "001.json").read_text()
    first.write_text(first.read_text().replace("integer", "bigint"))
    with record.scratch_database(server) as database:
        assert [path.name for path in record.record(database, directory)] == ["002.json"]
    assert (directory / "snapshots" / "001.json").read_text() == kept
    assert [table.name for table in snapshots.load("002", directory).tables] == ["a", "b"]
    with record.scratch_database(server) as database:
        assert len(record.record(database, directory, rewrite=True)) == 2
    assert snapshots.load("001", directory).tables[0].columns[0].type == "bigint"
    with pytest.raises(snapshots.SnapshotMissing):
        snapshots.load("003", directory)


def test_the_command_has_nothing_to_record_in_a_released_state(server: DatabaseUrl, capsys: pytest.CaptureFixture[str]):
    assert record.main(["--server", url_text(server)]) == 0
    assert capsys.readouterr().out == "Every revision is recorded already.\n"
