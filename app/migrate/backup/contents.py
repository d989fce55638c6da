"""What of a database belongs into a backup: the bot's tables and what they need, and nothing of its neighbours."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.records import record
from app.migrate.connection import place
from app.migrate.revisions import scripts
from app.migrate.schema import ours

NAMES_PER_PATTERN = 200
"""The server looks for each pattern by a query of its own, and the length of an argument is limited."""
FIRST_OF_USERS = 16384
"""What has a smaller OID came with the server."""
CREATABLE = """
    SELECT v.name FROM pg_catalog.pg_available_extension_versions v
    WHERE NOT v.superuser OR v.trusted OR (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
"""
"""The extensions that the role of a connection may create, if it may create anything in the database."""

_MEMBER = """
    SELECT FROM pg_catalog.pg_depend e
    WHERE e.classid = {object}.class AND e.objid = {object}.oid AND e.deptype = 'e'
"""
_TABLE_PARTS = ", ".join(
    f"'pg_catalog.{name}'::regclass"
    for name in ("pg_class", "pg_constraint", "pg_attrdef", "pg_trigger", "pg_rewrite", "pg_policy", "pg_type")
)
"""Whose rows describe tables and types and their parts, and come along with their table."""
_PARTS = f"{_TABLE_PARTS}, 'pg_catalog.pg_statistic_ext'::regclass"
"""All of them. pg_dump --table leaves out extended statistics, like functions."""
# From what is the bot's by name along the server's own records: to what each object needs, and to its parts. A member
# of an extension needs the extension and nothing else. A name that some other program writes into the body of a
# function is in no record, so functions and types that revisions made are the bot's by name as well.
_NEEDED = text(
    f"""
    WITH RECURSIVE own AS (
        SELECT 'pg_catalog.pg_class'::regclass::oid AS class, c.oid FROM pg_catalog.pg_class c
        WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND c.relnamespace = {place.NAMESPACE} AND CASE
            WHEN :everything THEN pg_catalog.has_table_privilege(c.oid, 'SELECT')
            ELSE c.relname = ANY (CAST(:names AS text[])) END
        UNION ALL
        SELECT 'pg_catalog.pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = {place.NAMESPACE} AND p.proname = ANY (CAST(:names AS text[]))
        UNION ALL
        SELECT 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t
        WHERE t.typnamespace = {place.NAMESPACE} AND t.typname = ANY (CAST(:names AS text[]))
    ), needed(class, oid) AS (
        SELECT class, oid FROM own WHERE NOT EXISTS ({_MEMBER.format(object="own")})
        UNION
        SELECT next.class, next.oid FROM needed CROSS JOIN LATERAL (
            SELECT d.refclassid AS class, d.refobjid AS oid FROM pg_catalog.pg_depend d
            WHERE d.classid = needed.class AND d.objid = needed.oid AND CASE
                WHEN needed.class = 'pg_catalog.pg_extension'::regclass
                THEN d.refclassid = 'pg_catalog.pg_extension'::regclass
                ELSE d.deptype = 'e' OR NOT EXISTS ({_MEMBER.format(object="needed")}) END
            UNION ALL
            SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
            WHERE d.refclassid = needed.class AND d.refobjid = needed.oid AND d.deptype IN ('a', 'i', 'P', 'S')
              AND d.refclassid IN ({_PARTS}) AND d.classid IN ({_PARTS})
              AND NOT EXISTS ({_MEMBER.format(object="needed")})
        ) next
    ), ours AS (SELECT class, oid FROM needed WHERE NOT EXISTS ({_MEMBER.format(object="needed")}))
    SELECT 'extension' AS kind, '' AS schema, x.extname::text AS name, 0 AS oid FROM pg_catalog.pg_extension x
    WHERE x.extname <> 'plpgsql' AND (x.extname = ANY (CAST(:extensions AS text[])) OR EXISTS (
        SELECT FROM needed WHERE needed.class = 'pg_catalog.pg_extension'::regclass AND needed.oid = x.oid)
        OR :everything AND x.extname IN ({CREATABLE}))
    UNION ALL
    SELECT c.relkind::text, n.nspname::text, c.relname::text, c.oid::bigint
    FROM ours JOIN pg_catalog.pg_class c ON ours.class = 'pg_catalog.pg_class'::regclass AND c.oid = ours.oid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL
    SELECT 'other', i.schema, i.identity, ours.oid::bigint
    FROM ours CROSS JOIN LATERAL pg_catalog.pg_identify_object(ours.class, ours.oid, 0) i
    LEFT JOIN pg_catalog.pg_type t ON ours.class = 'pg_catalog.pg_type'::regclass AND t.oid = ours.oid
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE ours.oid >= {FIRST_OF_USERS} AND i.schema NOT IN ('pg_catalog', 'information_schema') AND CASE
        WHEN t.oid IS NOT NULL THEN t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'
        ELSE ours.class NOT IN ({_TABLE_PARTS}) END
    ORDER BY 1, 2, 3
    """  # noqa: S608 -- constants
)
_EVERYTHING_ELSE = text(
    """
    SELECT n.nspname::text, c.relname::text, c.oid::bigint FROM pg_catalog.pg_namespace n
    LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.deptype = 'e' AND e.objid = c.oid
                        AND e.classid = 'pg_catalog.pg_class'::regclass)
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2
    """
)
_FACTS = text(
    """
    SELECT current_database()::text, current_setting('server_version_num')::int / 10000,
           EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'plpgsql')
    """
)
# The exact size needs a lock; the number of pages is that of the last VACUUM.
_EXACT = text(
    "SELECT coalesce(sum(pg_catalog.pg_table_size(t)), 0)::bigint FROM unnest(CAST(:tables AS bigint[])::oid[]) t"
)
_ROUGH = text(
    "SELECT coalesce(sum(relpages), 0)::bigint * 8192 FROM pg_catalog.pg_class "
    "WHERE oid = ANY (CAST(:tables AS bigint[])::oid[])"
)
_LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '300ms'")


@record
class Contents:
    """What belongs into a backup of a database."""

    database: str
    major: int
    """The version of its server."""
    bytes: int
    tables: int
    """How many tables with rows of their own there are."""
    selection: tuple[str, ...]
    """The arguments with which pg_dump takes that and nothing else."""


def look(connection: Connection, versions: Collection[str], directory: Path = scripts.MIGRATIONS) -> Contents | None:
    """Find out what in the database at `versions` is the bot's; None if there is no table of it.

    Where that is not known by name, it is everything in the schema that this role may read. Raises NoPlace. Leaves its
    transaction to the caller.
    """
    schema = place.schema_of(connection)
    database, major, has_language = connection.execute(_FACTS).one()
    known = ours.at(versions, directory)
    asked = {
        "everything": known.names is None,
        "names": sorted(known.names or ()),
        "extensions": sorted(known.extensions),
    }
    found = [tuple(row) for row in connection.execute(_NEEDED, asked)]
    relations = {oid: (kind, where, name) for kind, where, name, oid in found if len(kind) == 1}
    tables = [oid for oid, (kind, *_) in relations.items() if kind in "rm"]
    if not any(kind in "rp" for kind, *_ in relations.values()):
        return None
    chosen = [name for kind, _, name, _ in found if kind == "extension"]
    if known.names is not None and all(kind != "other" for kind, *_ in found):
        selection = [*_patterns("table", [(where, name) for _, where, name in relations.values()])]
    else:
        # Types and functions can only be had with all of their schema, and then tables have to be left out by name.
        # Naming some extension keeps out what belongs to the database and not to a schema, such as publications.
        chosen = chosen or (["plpgsql"] if has_language else [])
        schemas = {schema} | {where for _, where, _, _ in found}
        others = [tuple(row) for row in connection.execute(_EVERYTHING_ELSE)]
        theirs = {where for where, _, _ in others if where not in schemas}
        left = [(where, name) for where, name, oid in others if where in schemas and name and oid not in relations]
        selection = [
            *(f"--exclude-schema={'|'.join(part)}" for part in _parts([place.quoted(one) for one in sorted(theirs)])),
            *_patterns("exclude-table", left),
        ]
    return Contents(
        database,
        major,
        bytes=_size(connection, tables),
        tables=sum(kind == "r" for kind, *_ in relations.values()),
        selection=(*(f"--extension={place.quoted(name)}" for name in chosen), *selection),
    )


def _size(connection: Connection, tables: Sequence[int]) -> int:
    asked = {"tables": list(tables)}
    connection.execute(_LOCK_TIMEOUT)
    try:
        with connection.begin_nested():
            return int(connection.scalar(_EXACT, asked) or 0)
    except DBAPIError:
        return int(connection.scalar(_ROUGH, asked) or 0)


def _patterns(option: str, relations: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Name relations for pg_dump, in its patterns: an alternative of quoted names."""
    for schema in sorted({where for where, _ in relations}):
        for part in _parts([place.quoted(name) for where, name in relations if where == schema]):
            yield f"--{option}={place.quoted(schema)}.({'|'.join(part)})"


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), NAMES_PER_PATTERN):
        yield names[start : start + NAMES_PER_PATTERN]
