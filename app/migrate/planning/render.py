"""The SQL of a revision, without running it.

Alembic's `op` is one object for the whole process, so nothing may be rendered while a migration runs in it: env.py
renders before it starts, and everything else renders in a process of its own.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from app.core.records import record
from app.migrate.planning import sql
from app.migrate.revisions.postgresql import write_literals_as_standard
from app.migrate.revisions.scripts import RevisionFile

Direction = Literal["upgrade", "downgrade"]

_DESTRUCTIVE_SOURCE = re.compile(
    r"drop_table|drop_column|\bDROP\s+(TABLE|COLUMN)\b|\bTRUNCATE\b|\bDELETE\s+FROM\b", re.IGNORECASE
)


@record
class Rendered:
    """The SQL of one revision in one direction."""

    statements: tuple[str, ...]
    gap: str | None = None
    """Why the SQL is not complete: what the revision does depends on what it finds in the database."""
    suspicious: bool = False
    """Whether it is incomplete, and its source seems to delete something."""
    refusal: str | None = None
    """Why the revision does not run with the given options, in its own words."""


def configuration(migrations: Path, attributes: dict[str, Any] | None = None) -> Config:
    """Return Alembic's configuration for a migrations directory, without a file and without an address."""
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def outside_env(config: Config) -> Generator[None]:
    """Let revisions be rendered where no alembic command is running: they may ask `alembic.context` for options."""
    with EnvironmentContext(config, ScriptDirectory.from_config(config), as_sql=True):
        yield


def render(config: Config, file: RevisionFile, direction: Direction) -> Rendered:
    """Return what `direction` of a revision would execute. Called by env.py, or inside `outside_env`.

    An exception in the revision is not raised, but named in `gap`. A revision refuses an option with a CommandError
    before its first statement.
    """
    directory = ScriptDirectory.from_config(config)
    buffer = StringIO()
    environment = EnvironmentContext(config, directory, as_sql=True)
    migration = MigrationContext.configure(
        dialect_name="postgresql",
        environment_context=environment,
        dialect_opts={"paramstyle": "named"},
        opts={"as_sql": True, "literal_binds": True, "output_buffer": buffer, "script": directory},
    )
    write_literals_as_standard(migration)
    gap = refusal = None
    script = directory.get_revision(file.revision)
    try:
        with Operations.context(migration):
            getattr(script.module, direction)()
    except Exception as error:  # noqa: BLE001 -- whatever a revision raises without a database
        gap = f"{type(error).__name__}: {error}"
        if isinstance(error, CommandError) and not buffer.getvalue():
            refusal = str(error)
    statements = tuple(part for part in sql.split(buffer.getvalue()) if part.upper() not in {"BEGIN", "COMMIT"})
    body = file.source.partition(f"def {direction}(")[2].partition("\ndef ")[0]
    suspicious = gap is not None and _DESTRUCTIVE_SOURCE.search(body) is not None
    return Rendered(statements, gap, suspicious, refusal)
