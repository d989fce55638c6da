"""SQL text in revisions: a colon before a word is a parameter to SQLAlchemy, unless it is marked as one that is not."""

from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.sql.compiler import BIND_PARAMS, BIND_PARAMS_ESC


def marked(sql: str) -> str:
    r"""Return what `text()` has to be given so that exactly `sql` is executed.

    A backslash goes before each colon that would name a parameter, and before each that has one already: `text()`
    takes both away.
    """
    colons = {found.start() for found in BIND_PARAMS.finditer(sql)}
    colons |= {found.start() + 1 for found in BIND_PARAMS_ESC.finditer(sql)}
    return "".join(f"\\{character}" if place in colons else character for place, character in enumerate(sql))


def unmarked(text: str) -> str:
    """Return the SQL that `text()` executes if none of its colons names a parameter."""
    return BIND_PARAMS_ESC.sub(lambda found: found[1], text)


class Inspector(PGInspector):
    """An inspector whose SQL can be given to `text()`, as SQLAlchemy and Alembic do with all that they find."""

    def get_multi_columns(self, *args: Any, **kwargs: Any) -> Any:
        """Return the columns of several tables."""
        return _in_every_table(super().get_multi_columns(*args, **kwargs), _column)

    def get_multi_check_constraints(self, *args: Any, **kwargs: Any) -> Any:
        """Return the checks of several tables."""
        return _in_every_table(super().get_multi_check_constraints(*args, **kwargs), _check)

    def get_multi_indexes(self, *args: Any, **kwargs: Any) -> Any:
        """Return the indexes of several tables."""
        return _in_every_table(super().get_multi_indexes(*args, **kwargs), _index)


def inspect_with_marks(connection: Connection) -> None:
    """Let `inspect(connection)` and everything that reflects use `Inspector` from here on."""
    connection.dialect.inspector = Inspector  # pyright: ignore[reportAttributeAccessIssue] -- SQLAlchemy reads it where it is there


def _in_every_table(found: Any, change: Any) -> dict[Any, Any]:
    # New values: what was found stays in the cache of the inspector, and would be marked again.
    return {table: [change(dict(one)) for one in parts] for table, parts in found.items()}


def _column(column: dict[str, Any]) -> dict[str, Any]:
    if isinstance(column.get("default"), str):
        column["default"] = marked(column["default"])
    if "computed" in column:
        column["computed"] = {**column["computed"], "sqltext": marked(column["computed"]["sqltext"])}
    return column


def _check(check: dict[str, Any]) -> dict[str, Any]:
    check["sqltext"] = marked(check["sqltext"])
    return check


def _index(index: dict[str, Any]) -> dict[str, Any]:
    if "expressions" in index:
        index["expressions"] = [marked(one) for one in index["expressions"]]
    if "column_sorting" in index:
        sorting = cast("dict[str, Any]", index["column_sorting"])
        index["column_sorting"] = {marked(name): order for name, order in sorting.items()}
    options = cast("dict[str, Any]", index.get("dialect_options", {}))
    if isinstance(options.get("postgresql_where"), str):
        index["dialect_options"] = {**options, "postgresql_where": marked(options["postgresql_where"])}
    return index
