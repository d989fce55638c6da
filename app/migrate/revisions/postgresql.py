"""How Alembic compares and writes SQL of PostgreSQL: as its own implementation does, but exactly.

Alembic finds the class by the name of the dialect, once this module is imported.
"""

from typing import Any

from alembic.ddl.postgresql import PostgresqlImpl
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import ClauseElement

from app.migrate.connection.session import sentence
from app.migrate.revisions.parameters import marked, unmarked


class ExactPostgresql(PostgresqlImpl):
    """What a model says is what is written; what cannot be compared is said, and does not end the comparison."""

    __dialect__ = "postgresql"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.not_compared: dict[tuple[str, str], str] = {}
        """By table and column: what the server could not compare, as a sentence for whoever has no better way."""

    def render_ddl_sql_expr(self, expr: ClauseElement, *args: Any, is_index: bool = False, **options: Any) -> str:
        """Write SQL for `text()`. An expression of an index becomes a literal column, which reads no colons."""
        sql = super().render_ddl_sql_expr(expr, *args, is_index=is_index, **options)
        return sql if is_index else marked(sql)

    def compare_server_default(
        self,
        inspector_column: Any,
        metadata_column: Any,
        rendered_metadata_default: Any,
        rendered_inspector_default: Any,
    ) -> bool:
        """Return whether a default is another one. The server is asked in a savepoint, for it may know no `=`."""
        live, model = rendered_inspector_default, getattr(metadata_column.server_default, "arg", None)
        live = None if live is None else unmarked(live)
        if isinstance(model, str) and live is not None:
            # A plain string is a literal. The server shows it with its type.
            literal = "'" + model.replace("'", "''") + "'"
            if live in {literal, model} or live.startswith(f"{literal}::"):
                return False
        connection = self.connection
        if connection is None or live is None or model is None:
            return super().compare_server_default(  # pyright: ignore[reportUnknownMemberType] -- untyped in Alembic
                inspector_column, metadata_column, rendered_metadata_default, rendered_inspector_default
            )
        return self._asked(connection, inspector_column, metadata_column, rendered_metadata_default, live)

    def _asked(self, connection: Connection, column: Any, model: Any, rendered: Any, live: str) -> bool:
        try:
            with connection.begin_nested():
                return bool(super().compare_server_default(column, model, rendered, live))  # pyright: ignore[reportUnknownMemberType] -- untyped in Alembic
        except DBAPIError as error:
            told = f"The default of {model.table.name}.{model.name} was not compared: {sentence(error)}"
            self.not_compared[model.table.name, model.name] = told
            return False


def write_literals_as_standard(migration: MigrationContext) -> None:
    """Let a context without a connection write literals as every server reads them that a context could be asked for.

    Without a server to ask, SQLAlchemy assumes that a backslash escapes the next character, as it did before
    `standard_conforming_strings` became the default, and writes each of them twice.
    """
    # What SQLAlchemy itself sets when it has asked a server.
    setattr(migration.dialect, "_backslash_escapes", False)  # noqa: B010 -- it has no public name
