"""The sizes and columns of tables according to the catalogue, and which tables have rows."""

from collections.abc import Collection
from dataclasses import field

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.records import record
from app.migrate.connection.place import NAMESPACE
from app.migrate.planning.effects import Types

AUDIT_TABLE = "audit_logs"
OWN_RECORDS = "schema"
"""command_type of the rows that migrations write about themselves."""


@record
class Size:
    """How big a table is, according to the server's statistics."""

    rows: int
    bytes: int


@record
class Facts:
    """What is known about the tables of a database."""

    sizes: dict[str, Size] = field(default_factory=dict[str, Size])
    types: Types = field(default_factory=dict[tuple[str, str], str])


_SIZES = f"""
    SELECT c.relname, greatest(c.reltuples::bigint, pg_catalog.pg_stat_get_live_tuples(c.oid), 0), {{bytes}}
    FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = {NAMESPACE}
"""  # noqa: S608 -- a constant
# The exact size needs a lock, which waits behind a migration; the number of pages is that of the last VACUUM.
_EXACT = text(_SIZES.format(bytes="pg_catalog.pg_total_relation_size(c.oid)"))
_ROUGH = text(_SIZES.format(bytes="c.relpages::bigint * 8192"))
_TYPES = text(
    f"""
    SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
      AND c.relnamespace = {NAMESPACE}
    """  # noqa: S608 -- a constant
)
_TABLES = text(
    f"""
    SELECT c.relname, EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'command_type' AND a.attnum > 0)
    FROM pg_catalog.pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = {NAMESPACE} AND c.relname <> 'alembic_version'
      AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
    """  # noqa: S608 -- a constant
)
_LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '300ms'")


def gather(connection: Connection) -> Facts:
    """Ask for sizes and column types. Waits for no lock longer than 300 ms."""
    connection.execute(_LOCK_TIMEOUT)
    try:
        with connection.begin_nested():
            rows = connection.execute(_EXACT).all()
    except DBAPIError:
        rows = connection.execute(_ROUGH).all()
    return Facts(
        sizes={name: Size(int(count), int(size)) for name, count, size in rows},
        types={(table, column): kind for table, column, kind in connection.execute(_TYPES)},
    )


def tables_with_rows(connection: Connection, among: Collection[str] | None = None) -> frozenset[str]:
    """Return which tables have rows, of those that may be read. The records of migrations themselves do not count."""
    quote = connection.dialect.identifier_preparer.quote
    found: list[str] = []
    for name, has_types in connection.execute(_TABLES).all():
        if among is not None and name not in among:
            continue
        condition = f" WHERE command_type <> '{OWN_RECORDS}'" if name == AUDIT_TABLE and has_types else ""
        question = f"SELECT EXISTS (SELECT FROM {quote(name)}{condition})"  # noqa: S608 -- quoted
        if connection.exec_driver_sql(question).scalar():
            found.append(name)
    return frozenset(found)
