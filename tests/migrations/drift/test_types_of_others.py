"""An unused type is dropped only when nothing that was not compared can use it."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine

from app.migrate.drift import plugin

TYPES_AND_TABLES = """
    CREATE TYPE shade AS ENUM ('dark');
    CREATE TYPE lonely AS ENUM ('dark');
    CREATE TABLE beds (id serial CONSTRAINT pk_beds PRIMARY KEY, shade shade, lonely lonely);
"""


def revision(connection: Connection, sql: str, models: sa.MetaData) -> str:
    """Write what `alembic revision --autogenerate` would, for a database in which `sql` was run."""
    for statement in (TYPES_AND_TABLES + sql).split(";"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    context = MigrationContext.configure(
        connection,
        opts={
            "autogenerate_plugins": ["alembic.autogenerate.*", plugin.register()],
            plugin.OWN_TABLES: set(models.tables),
            "include_name": lambda name, kind, _: kind != "table" or name in models.tables,
            "sqlalchemy_module_prefix": "sa.",
            "alembic_module_prefix": "op.",
            "user_module_prefix": None,
            "render_item": None,
            "render_as_batch": False,
        },
    )
    operations = produce_migrations(context, models).upgrade_ops
    assert operations is not None
    return render_python_code(operations, migration_context=context)


def models_of() -> sa.MetaData:
    models = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
    sa.Table("beds", models, sa.Column("id", sa.Integer, primary_key=True))
    return models


@pytest.mark.parametrize("column", ["shade", "shade[]"])
async def test_a_type_of_a_neighbour_is_left_alone(column: str, database_of_module: AsyncEngine):
    async with database_of_module.connect() as connection:
        neighbour = f"CREATE TABLE neighbours (mood {column})"
        written = await connection.run_sync(revision, neighbour, models_of())
        await connection.rollback()
    assert "drop_column('beds', 'shade')" in written
    assert "DROP TYPE lonely" in written
    assert "DROP TYPE shade" not in written


async def test_a_type_stays_that_a_table_uses_which_this_server_cannot_build(database_of_module: AsyncEngine):
    models = models_of()
    sa.Table("mails", models, sa.Column("id", sa.Integer, primary_key=True), sa.Column("mail", postgresql.CITEXT))
    async with database_of_module.connect() as connection:
        mails = "CREATE TABLE mails (id serial PRIMARY KEY, mail text, shade shade)"
        written = await connection.run_sync(revision, mails, models)
        await connection.rollback()
    assert "drop_column('beds', 'shade')" in written
    assert "DROP TYPE lonely" in written
    assert "DROP TYPE shade" not in written
