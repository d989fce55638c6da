"""What `alembic check` and `revision --autogenerate` do not compare by themselves.

An Alembic plugin. After Alembic's own comparison, the whole catalogue of the database is compared with the one that
the models describe on this server. Differences that Alembic has found are left to it. The others become operations of
Alembic if it has any that can be undone (indexes, primary keys, checks), else `op.execute` with the statement and its
opposite for the downgrade, and a comment where there is no statement.

Read the statements before you run them: they say what differs, and only the developer knows which side is right.
"""

import functools
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import CommandError, DispatchPriority, PriorityDispatchResult
from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError

from app.migrate.connection.session import sentence, sqlstate
from app.migrate.drift.agreement import drop_agreed
from app.migrate.drift.named_types import column_types, no_longer_used
from app.migrate.drift.operations import SchemaChangeOp
from app.migrate.drift.translation import Translation
from app.migrate.revisions.files import TYPES_BY_CATALOGUE
from app.migrate.revisions.parameters import inspect_with_marks, marked
from app.migrate.revisions.postgresql import ExactPostgresql
from app.migrate.schema import catalog, snapshots
from app.migrate.schema.models import allow_unvalidated, complete, model_catalog, narrowed
from app.migrate.schema.queries import read_catalog

log = logging.getLogger(__name__)

NAME = "concierge.catalogue"
"""What `autogenerate_plugins` has to name."""


@functools.cache
def register() -> str:
    """Make the plugin known to Alembic, once per process, and answer its name."""
    Plugin.setup_plugin_from_module(sys.modules[__name__], NAME)
    return NAME


def setup(plugin: Plugin) -> None:
    """Add the comparison; called by Alembic."""
    plugin.add_autogenerate_comparator(
        _read_marked, "autogenerate", "catalogue", qualifier="postgresql", priority=DispatchPriority.FIRST
    )
    plugin.add_autogenerate_comparator(
        _compare, "autogenerate", "catalogue", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _read_marked(context: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    del upgrade
    if context.connection is not None and isinstance(context.migration_context.impl, ExactPostgresql):
        inspect_with_marks(context.connection)
    return PriorityDispatchResult.CONTINUE


@renderers.dispatch_for(SchemaChangeOp)
def _render(context: AutogenContext, op: SchemaChangeOp) -> list[str]:
    prefix = context.opts["alembic_module_prefix"] or ""
    comment = f"# {' '.join(op.sentence.split())}"
    if not op.statements:
        return [f"pass  {comment}"]
    # op.execute() takes a colon before a word for a parameter.
    return [comment, *(f"{prefix}execute({marked(statement)!r})" for statement in op.statements)]


# Alembic has this operation, but cannot write it, because it never generates one.
@renderers.dispatch_for(ops.CreatePrimaryKeyOp, replace=True)
def _render_primary_key(context: AutogenContext, op: ops.CreatePrimaryKeyOp) -> str:
    prefix = context.opts["alembic_module_prefix"] or ""
    columns = [str(column) for column in op.columns]
    return f"{prefix}create_primary_key({prefix}f({str(op.constraint_name)!r}), {str(op.table_name)!r}, {columns!r})"


def _compare(context: AutogenContext, upgrade: ops.UpgradeOps) -> PriorityDispatchResult:
    connection, metadata = context.connection, context.metadata
    if connection is None or metadata is None:
        return PriorityDispatchResult.CONTINUE
    models = [metadata] if isinstance(metadata, MetaData) else list(metadata)
    unbuilt: dict[str, DBAPIError] = {}
    # What the server could not compare by itself matters where nothing else does.
    not_compared = getattr(context.migration_context.impl, "not_compared", {})
    try:
        described = model_catalog(connection, *models, unbuilt=unbuilt)
    except DBAPIError as error:
        _tell_why_not(error)
        for told in not_compared.values():
            log.warning("%s", told)
        return PriorityDispatchResult.CONTINUE
    for table, error in sorted(unbuilt.items()):
        log.warning("Of %s, only Alembic's own comparison was made, because %s.", table, _why_unbuilt(error))
        for told in (one for (owner, _), one in not_compared.items() if owner == table):
            log.warning("%s", told)
    own: set[str] | None = context.migration_context.opts.get(OWN_TABLES)
    live = narrowed(
        read_catalog(connection, closely=own), lambda name: name not in unbuilt and (own is None or name in own)
    )
    recorded = _recorded(context)
    expected = allow_unvalidated(described if recorded is None else complete(described, recorded), live, *models)
    drop_agreed(upgrade, live, expected)
    unused = no_longer_used(live, described)
    if unused:
        # What is not compared may still use them: tables of others, and those that this server cannot build.
        compared = {one.name for one in live.tables}
        theirs = column_types(one for one in read_catalog(connection).tables if one.name not in compared)
        unused = [one for one in unused if f"{catalog.SCHEMA}.{one.label}" not in theirs]
    Translation(connection, models, live, expected).write_into(upgrade, unused)
    # These have operations of their own now: nothing else makes them.
    context.migration_context.opts[TYPES_BY_CATALOGUE] = {one.label for one in (*described.others, *live.others)}
    return PriorityDispatchResult.CONTINUE


OWN_TABLES = "concierge_own_tables"
"""An option of Alembic's context: what `own_tables` has returned."""


def own_tables(models: MetaData | Sequence[MetaData], directory: Path) -> set[str] | None:
    """Name the tables that are the bot's: those of the models and of the newest recorded revision.

    So one that was taken out of the models is still dropped, and a neighbour's in the same schema is neither read nor
    touched. Returns None, for all, when some revision is not recorded: it may have made tables that are known nowhere
    else.
    """
    if snapshots.missing(directory):
        return None
    newest = snapshots.newest(directory)
    names = {table.name for table in snapshots.load(newest, directory).tables} if newest is not None else set[str]()
    for metadata in [models] if isinstance(models, MetaData) else models:
        names |= {table.name for table in metadata.tables.values()}
    return names


def refuse_other_schemas(models: MetaData, schema: str) -> None:
    """Raise CommandError if a model is in a schema of its own: it would never be found where revisions make it."""
    for table in models.tables.values():
        if table.schema not in {None, catalog.SCHEMA, schema}:
            raise CommandError(
                f"The model of {table.fullname} names the schema {table.schema}, but all tables of the bot are in one "
                f"schema, here {schema}, and revisions name none. Leave `schema=` out of the model."
            )


def _tell_why_not(error: DBAPIError) -> None:
    match sqlstate(error):
        case "42501":
            why = f"this role may not create a scratch schema ({sentence(error)})"
        case "25006":
            why = "this database is read-only, and the models are created in a scratch schema to be compared"
        case _:
            why = _why_unbuilt(error)
    log.warning("Only Alembic's own comparison was made, because %s.", why)


def _why_unbuilt(error: DBAPIError) -> str:
    statement = " ".join((error.statement or "").split())
    return f"this server cannot run `{statement}` ({sentence(error)})"


def _recorded(context: AutogenContext) -> catalog.Catalog | None:
    environment = context.migration_context.environment_context
    if environment is None:
        return None
    directory = Path(environment.script.dir)
    revision = snapshots.newest(directory)
    return None if revision is None else snapshots.load(revision, directory)
