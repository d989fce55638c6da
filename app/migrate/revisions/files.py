"""Writing new revision files: their numbers, their format, and when none may be written."""

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import write_hooks
from alembic.util import CommandError
from sqlalchemy import Boolean, Connection, DefaultClause, Enum, Interval, String, TypeDecorator
from sqlalchemy.dialects import postgresql

from app.migrate.revisions import scripts
from app.migrate.revisions.scripts import Defect


def refuse_ambiguous(revisions: scripts.Revisions) -> None:
    """Raise CommandError if two files have one number: Alembic would warn, run one and ignore the other."""
    problem = revisions.having(Defect.DUPLICATE)
    if problem is not None:
        raise CommandError(f"{problem.sentence} Renumber the one that is not released yet.")


def refuse_outdated(
    connection: Connection, asked: Mapping[str, Any], revisions: scripts.Revisions, schema: str
) -> None:
    """Raise CommandError instead of comparing the models with a database that is behind."""
    if "revision_context" not in asked:
        return
    current = MigrationContext.configure(connection, opts={"version_table_schema": schema}).get_current_heads()
    connection.rollback()
    if set(current) != set(revisions.heads):
        at = ", ".join(current) or "no revision"
        raise CommandError(
            f"The database is at {at}, the newest revision is {', '.join(revisions.heads) or 'none'}. "
            "Run `alembic upgrade head` first."
        )


def is_merge(asked: Mapping[str, Any]) -> bool:
    """Say whether the command is `alembic merge`, the only one that writes a file without a revision context."""
    return "template_args" in asked and "revision_context" not in asked


def is_check(asked: Mapping[str, Any]) -> bool:
    """Say whether the command is `alembic check`, which asks as `revision --autogenerate` does and writes nothing."""
    # Nothing else tells them apart: they differ in the function that receives the result.
    return getattr(asked.get("fn"), "__qualname__", "").startswith("check.")


def numbering(asked: Mapping[str, Any], revisions: scripts.Revisions) -> dict[str, Any]:
    """Return what Alembic's context needs so that a new file gets the next number instead of a random one."""
    if is_merge(asked):
        _number_merge(revisions)
    wanted = asked["revision_context"].command_args["rev_id"] if "revision_context" in asked else None

    def number(migration: MigrationContext, heads: object, directives: list[MigrationScript]) -> None:
        del migration, heads
        script = directives[0]
        generated = asked["revision_context"].command_args["autogenerate"] and not is_check(asked)
        if generated and script.upgrade_ops is not None and script.upgrade_ops.is_empty():
            directives.clear()
            context.config.print_stdout("Nothing to write: the models and the database agree.")
            return
        script.rev_id = wanted or scripts.next_revision(revisions.directory)

    return {"process_revision_directives": number}


TYPES_BY_CATALOGUE = "concierge_types_by_catalogue"
"""An option of Alembic's context: the enums and domains that the revision makes itself, so that columns need not."""


def plain_type(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write a type of ours as the type that stores it: revisions import nothing of the bot. False for others."""
    if kind == "server_default" and isinstance(item, DefaultClause) and isinstance(item.arg, str):
        # Alembic would take away a quotation mark at either end.
        return repr(item.arg)
    stored: Any = item
    # Those of SQLAlchemy itself are written as they are: what they wrap is for other databases.
    while isinstance(stored, TypeDecorator) and _is_ours(cast("object", stored)):
        stored = cast("Any", stored).load_dialect_impl(autogenerate.migration_context.dialect)
    if isinstance(stored, Interval) and stored.second_precision is not None:
        # Of which SQLAlchemy would write no precision.
        stored = postgresql.INTERVAL(precision=stored.second_precision)
    if isinstance(stored, Enum) and not stored.native_enum:
        # The check that belongs to it is an operation of its own.
        stored = String(stored.length)
    if isinstance(stored, Boolean) and stored.create_constraint:
        stored = Boolean()
    made = autogenerate.migration_context.opts.get(TYPES_BY_CATALOGUE, ())
    if kind == "type" and str(getattr(cast("object", stored), "name", "")) in made:
        # Made before by an operation of its own, and once.
        if isinstance(stored, postgresql.DOMAIN):
            autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
            return f"postgresql.DOMAIN({str(stored.name)!r}, sa.Text(), create_type=False)"
        if isinstance(stored, Enum) and stored.native_enum and stored.name:
            autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
            labels = ", ".join(map(repr, stored.enums))
            return f"postgresql.ENUM({labels}, name={str(stored.name)!r}, create_type=False)"
    if kind != "type" or stored is item:
        return False
    if type(cast("object", stored)).__module__.startswith("sqlalchemy.dialects.postgresql"):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        # Alembic knows how to write those that contain another type.
        written = autogenerate.migration_context.impl.render_type(stored, autogenerate)  # pyright: ignore[reportUnknownMemberType] -- half typed
        return written or f"postgresql.{stored!r}"
    return f"sa.{stored!r}"


def _is_ours(kind: object) -> bool:
    return not type(kind).__module__.startswith("sqlalchemy.")


def _number_merge(revisions: scripts.Revisions) -> None:
    """Give a merge the next number as well. Alembic has no hook for it, so its method is wrapped for this command."""
    if getattr(context.config.cmd_opts, "rev_id", None):
        return
    directory = context.script
    write = directory.generate_revision

    def numbered(revid: str, *args: Any, **kwargs: Any) -> Any:
        del revid
        return write(scripts.next_revision(revisions.directory), *args, **kwargs)

    directory.generate_revision = numbered


def in_docstring(message: str) -> str:
    """Write a message, whatever is in it, so that it means itself at the beginning of a docstring of several lines."""
    plain = message.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    # Python refuses a file with a NUL, and UTF-8 half a character.
    return plain.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()


def tidy(path: str, options: Mapping[str, str]) -> None:
    """Format a new file like the repository, if the formatter is installed."""
    del options
    if importlib.util.find_spec("ruff") is not None:
        # A file without operations yet keeps the imports that it will need.
        empty = "    op." not in Path(path).read_text(encoding="utf-8")
        for arguments in (["check", "--fix-only", *(["--ignore=F401"] if empty else [])], ["format"]):
            subprocess.run(
                [sys.executable, "-m", "ruff", *arguments, "--quiet", path], check=False, stdout=subprocess.DEVNULL
            )


write_hooks.register("concierge_tidy")(tidy)  # pyright: ignore[reportUnknownMemberType] -- untyped in Alembic
