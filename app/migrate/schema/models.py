"""The schema that the models describe, as this very server would build and print it.

Only a server knows how it prints an expression. So the models are created in a scratch schema, read like any other, and
rolled back: nobody else sees them, and the real tables are not locked.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, MetaData, create_mock_engine, text
from sqlalchemy import Table as TableModel
from sqlalchemy.exc import DBAPIError

from app.driver_errors import DRIVER_ERRORS
from app.migrate.schema.catalog import SCHEMA, Catalog, N, Table
from app.migrate.schema.queries import read_catalog

# Behind the scratch schema comes what was there, where extensions may have put types and operator classes.
_SEARCH_PATH = text(
    "SELECT set_config('search_path', concat_ws(', ', CAST(:schema AS text), "
    "nullif(current_setting('search_path'), '')), true)"
)


def model_catalog(
    connection: Connection,
    *metadata: MetaData,
    beside: Catalog | None = None,
    only: Sequence[TableModel] | None = None,
    unbuilt: dict[str, DBAPIError] | None = None,
) -> Catalog:
    """Build the tables of `metadata`, read their catalogue, and undo it; `connection` is left as it was.

    `beside` is a catalogue from which to take what models do not describe: triggers, rules, policies, row security,
    statistics, grants, views, routines, types and extensions. `only` are the tables to build, if not all. If `unbuilt`
    is given, tables that this server cannot build are left out and put there, each with the error.

    Raises the driver's error, wrapped by SQLAlchemy, when the role may not create a schema in this database, or when
    something cannot be built and there is no `unbuilt`.
    """
    scratch = f"models_{secrets.token_hex(6)}"
    translated = connection.get_execution_options().get("schema_translate_map")
    transaction = connection.begin_nested() if connection.in_transaction() else connection.begin()
    try:
        connection.execute(text(f"CREATE SCHEMA {scratch}"))
        connection.execute(_SEARCH_PATH, {"schema": scratch})
        # Models that name the bot's own schema are created in the scratch schema as well.
        connection.execution_options(schema_translate_map={SCHEMA: scratch})
        for one in metadata:
            _build(connection, one, only, unbuilt)
        built = read_catalog(connection, schema=scratch)
    finally:
        connection.execution_options(schema_translate_map=translated)
        transaction.rollback()
    if unbuilt:
        built = narrowed(built, lambda name: name not in unbuilt)
    return built if beside is None else complete(built, beside)


def _build(
    connection: Connection,
    metadata: MetaData,
    only: Sequence[TableModel] | None,
    unbuilt: dict[str, DBAPIError] | None,
) -> None:
    try:
        with connection.begin_nested():
            create_at_once(connection, metadata, only)
    except DRIVER_ERRORS:
        # Once more, one by one, so that the error names the statement.
        _build_one_by_one(connection, metadata, only, unbuilt)


def _build_one_by_one(
    connection: Connection,
    metadata: MetaData,
    only: Sequence[TableModel] | None,
    unbuilt: dict[str, DBAPIError] | None,
) -> None:
    try:
        with connection.begin_nested():
            metadata.create_all(connection, tables=only, checkfirst=False)
    except DBAPIError:
        if unbuilt is None:
            raise

        def build_part(statement: Any, *options: Any) -> None:
            del options
            _build_part(connection, statement, unbuilt)

        metadata.create_all(create_mock_engine("postgresql+asyncpg://", build_part), tables=only, checkfirst=False)


def create_at_once(connection: Connection, metadata: MetaData, only: Sequence[TableModel] | None = None) -> None:
    """Create tables in one round trip, not in three for each statement: without looking whether they exist.

    Raises the driver's error, not wrapped by SQLAlchemy, which does not say which statement it was.
    """
    schemas = connection.get_execution_options().get("schema_translate_map")
    script: list[str] = []

    def write(statement: Any, *options: Any) -> None:
        del options
        compiled = statement.compile(dialect=connection.dialect, schema_translate_map=schemas)
        words = str(compiled)
        if schemas:
            # What SQLAlchemy does before it executes a statement, and has no public name for.
            words = compiled.preparer._render_schema_translates(words, schemas)  # noqa: SLF001 -- see above
        script.append(words)

    metadata.create_all(create_mock_engine("postgresql+asyncpg://", write), tables=only, checkfirst=False)
    if script:
        adapted: Any = connection.connection.dbapi_connection
        whole = ";\n".join(script)

        async def execute(driver: Any) -> None:
            await driver.execute(whole)

        adapted.run_async(execute)


def _build_part(connection: Connection, statement: Any, unbuilt: dict[str, DBAPIError]) -> None:
    """Make a table, or a part of one, unless it lacks something already. A type is missed by the tables that use it."""
    element = statement.element
    table = element if isinstance(element, TableModel) else getattr(element, "table", None)
    if table is not None and table.name in unbuilt:
        return
    try:
        with connection.begin_nested():
            connection.execute(statement)
    except DBAPIError as error:
        if table is not None:
            unbuilt[table.name] = error


def complete(models: Catalog, recorded: Catalog) -> Catalog:
    """Add what models do not describe, from a recorded catalogue."""
    known = {table.name: table for table in recorded.tables}
    return replace(
        models,
        tables=tuple(_complete_table(table, known.get(table.name)) for table in models.tables),
        sequences=_together(models.sequences, [one for one in recorded.sequences if one.owner_table is None]),
        extensions=recorded.extensions,
        others=_together(models.others, recorded.others),
    )


def narrowed(whole: Catalog, wanted: Callable[[str], bool]) -> Catalog:
    """Return a catalogue of the tables that are wanted, by their names, and of the sequences that no other one owns."""
    return replace(
        whole,
        tables=tuple(one for one in whole.tables if wanted(one.name)),
        sequences=tuple(one for one in whole.sequences if one.owner_table is None or wanted(one.owner_table)),
    )


def allow_unvalidated(models: Catalog, live: Catalog, *metadata: MetaData) -> Catalog:
    """Take from `live` whether rows have been checked where the models say NOT VALID: a new table has none."""
    allowed = {
        (table.name, str(constraint.name))
        for one in metadata
        for table in one.tables.values()
        for constraint in table.constraints
        if constraint.dialect_options["postgresql"].get("not_valid")
    }
    unchecked = {(table.name, one.name) for table in live.tables for one in table.constraints if not one.valid}

    def as_live(table: Table) -> Table:
        keys = {one: (table.name, one.name) for one in table.constraints}
        return replace(
            table,
            constraints=tuple(
                replace(one, valid=key not in unchecked) if key in allowed else one for one, key in keys.items()
            ),
        )

    return replace(models, tables=tuple(map(as_live, models.tables))) if allowed else models


def _complete_table(table: Table, recorded: Table | None) -> Table:
    if recorded is None:
        return table
    return replace(
        table,
        row_security=recorded.row_security,
        force_row_security=recorded.force_row_security,
        replica_identity=recorded.replica_identity,
        grants=recorded.grants,
        others=recorded.others,
    )


def _together(first: Iterable[N], second: Iterable[N]) -> tuple[N, ...]:
    known = {item.name: item for item in second} | {item.name: item for item in first}
    return tuple(known[name] for name in sorted(known))
