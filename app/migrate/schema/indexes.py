"""Invalid indexes: what a failed CREATE INDEX CONCURRENTLY leaves behind.

They slow down writes and serve no reads. Worse, `IF NOT EXISTS` mistakes one for the index that is to be built.
"""

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from app.migrate.connection.place import NAMESPACE

INVALID = f"""
    SELECT c.relname::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE NOT i.indisvalid AND c.relnamespace = {NAMESPACE} AND c.relkind = 'i'
"""  # noqa: S608 -- a constant
_INVALID = text(INVALID)


def invalid(connection: Connection) -> frozenset[str]:
    """Return the names of the invalid indexes in the schema."""
    return frozenset(connection.scalars(_INVALID))


def drop(context: MigrationContext, connection: Connection, names: frozenset[str]) -> None:
    """Drop indexes without blocking reads or writes of their tables. No transaction may be open."""
    preparer = connection.dialect.identifier_preparer
    for name in sorted(names):
        with context.autocommit_block():
            context.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {preparer.quote(name)}")
        connection.rollback()
