"""The body of migrations/env.py: what happens between an alembic command and the database.

Some commands need no database (new revisions written by hand, history, `--sql`). The others take it from
`config.attributes`, if a program put a `connection` or a `database` there, else from the settings, as the bot does.
Everything that a schema change needs is done here, so that a plain `alembic upgrade head` has it as well: the lock, the
time limits, a transaction for each revision, the guards.

`config.attributes` may also hold `options` (a mapping; `-x name=value` on the command line wins), `order` and
`target_metadata`. A revision reads the options from `op.get_context().config.attributes["options"]`.
"""

import asyncio
import gc
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from logging.config import fileConfig
from pathlib import Path
from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text

from app.core.errors import BotError
from app.core.messages import msg
from app.db import DatabaseUrl
from app.migrate import status
from app.migrate.connection import lock, options, place, session
from app.migrate.connection.target import configured_database
from app.migrate.planning import render
from app.migrate.revisions import files, scripts
from app.migrate.revisions.postgresql import write_literals_as_standard
from app.migrate.run.guards import Guarded
from app.migrate.run.order import Author, Order
from app.migrate.run.progress import Progress, Stage
from app.migrate.run.steps import Steps

log = logging.getLogger(__name__)


def run() -> None:
    """Serve the alembic command that has loaded env.py. Raises CommandError with a complete sentence."""
    try:
        _serve()
    except BotError as refusal:
        raise CommandError(str(refusal)) from refusal


def _serve() -> None:
    # Only a configured context knows which command this is.
    context.configure(dialect_name="postgresql")
    asked: Mapping[str, Any] = dict(context.get_context().opts)
    config = context.config
    if config.cmd_opts is not None and config.config_file_name is not None:
        # On the terminal only: inside a program, logging belongs to the program.
        fileConfig(config.config_file_name, disable_existing_loggers=False)
        # What is loaded now stays until the end, so the garbage collector need not look at it.
        gc.freeze()
    revisions = scripts.read(Path(context.script.dir))
    files.refuse_ambiguous(revisions)
    order = _order(config.attributes, revisions)
    config.attributes["options"] = order.options.given

    if context.is_offline_mode():
        context.configure(
            dialect_name="postgresql",
            dialect_opts={"paramstyle": "named"},
            literal_binds=True,
            transaction_per_migration=True,
            **files.numbering(asked, revisions),
        )
        write_literals_as_standard(context.get_context())
        with context.begin_transaction():
            context.run_migrations()
    elif _without_database(asked):
        context.configure(
            dialect_name="postgresql", as_sql=True, output_buffer=StringIO(), **files.numbering(asked, revisions)
        )
        context.run_migrations()
    elif (connection := config.attributes.get("connection")) is not None:
        _on(connection, asked, order, revisions)
    elif (database := config.attributes.get("database")) is not None:
        _run_apart(database, asked, order, revisions)
    else:
        with configured_database() as (database, backups):
            _run_apart(database, asked, replace(order, backups=backups), revisions)


def _order(attributes: Mapping[str, Any], revisions: scripts.Revisions) -> Order:
    order = attributes.get("order")
    if order is None:
        order = Order(f"alembic {_command() or 'command'}", Author.at_the_terminal())
    chosen = options.Options(
        {**order.options.given, **attributes.get("options", {}), **options.parse(context.get_x_argument()).given}
    )
    chosen.check(file.source for file in revisions.files)
    return replace(order, options=chosen)


def _command() -> str | None:
    """Return the name of the command on the command line, if that is where it came from."""
    chosen = getattr(context.config.cmd_opts, "cmd", None)
    return chosen[0].__name__ if chosen else None


def _without_database(asked: Mapping[str, Any]) -> bool:
    if "revision_context" in asked:
        return not asked["revision_context"].command_args["autogenerate"]
    if files.is_merge(asked):
        return True
    options_given = context.config.cmd_opts
    return (
        _command() == "history"
        and not getattr(options_given, "indicate_current", False)
        and "current" not in (getattr(options_given, "rev_range", None) or "")
    )


def _run_apart(database: DatabaseUrl, asked: Mapping[str, Any], order: Order, revisions: scripts.Revisions) -> None:
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise CommandError(
            "An alembic command would block the event loop that is running here. "
            "Run it in a thread: await asyncio.to_thread(command.upgrade, config, 'head')"
        )
    asyncio.run(_connect(database, asked, order, revisions))


async def _connect(database: DatabaseUrl, asked: Mapping[str, Any], order: Order, revisions: scripts.Revisions) -> None:
    async with session.opened(database) as connection:
        await connection.run_sync(_on, asked, order, revisions, database)


def _on(
    connection: Connection,
    asked: Mapping[str, Any],
    order: Order,
    revisions: scripts.Revisions,
    database: DatabaseUrl | None = None,
) -> None:
    if connection.in_transaction():
        # Alembic would mistake this transaction for its own, run everything in it and commit nothing.
        raise CommandError("The connection for migrations is in a transaction already: commit or roll back first.")
    if not _changes_schema(asked):
        _compare(connection, asked, revisions)
        return
    session.prepare(connection, order.options)
    with lock.hold(connection, wait=order.options.lock_wait, on_wait=lambda holder: _tell_waiting(order, holder)):
        # Read again under the lock: whoever held it before has probably changed the state.
        found = status.read(connection, revisions, ask_who_runs=False)
        schema = place.schema_of(connection)
        connection.rollback()
        config = render.configuration(revisions.directory, {"options": order.options.given})
        guarded = Guarded(connection, config, order, found, database)
        steps = Steps(guarded, asked["fn"], revisions, purge=bool(asked.get("purge")))
        context.configure(
            connection=connection,
            version_table_schema=schema,
            transaction_per_migration=True,
            fn=steps,
            on_version_apply=steps.applied,
        )
        steps.run()


def _compare(connection: Connection, asked: Mapping[str, Any], revisions: scripts.Revisions) -> None:
    """Serve a command that reads: current, check, revision --autogenerate."""
    compares = "revision_context" in asked
    schema = place.schema_of(connection)
    # Alembic would look at whatever the search path makes visible, and take another bot's tables for ours.
    tables = set(connection.scalars(text(status.TABLES))) - {status.VERSION_TABLE} if compares else set[str]()
    connection.rollback()
    files.refuse_outdated(connection, asked, revisions, schema)
    plugins = ["alembic.autogenerate.*"]
    models = included = own = None
    if compares:
        from app.migrate.drift import plugin

        plugins.append(plugin.register())
        models = _metadata()
        plugin.refuse_other_schemas(models, schema)
        own = plugin.own_tables(models, revisions.directory)

        def is_ours(name: str | None, kind: str, parents: object) -> bool:
            del parents
            return kind != "table" or (name in tables and (own is None or name in own))

        included = is_ours
    context.configure(
        connection=connection,
        target_metadata=models,
        include_name=included,
        compare_type=True,
        compare_server_default=True,
        autogenerate_plugins=plugins,
        version_table_schema=schema,
        dont_mutate=True,
        render_item=files.plain_type,
        concierge_own_tables=own,
        **files.numbering(asked, revisions),
    )
    try:
        context.run_migrations()
        connection.commit()
    finally:
        connection.rollback()


def _changes_schema(asked: Mapping[str, Any]) -> bool:
    return "destination_rev" in asked


def _metadata() -> MetaData:
    given = context.config.attributes.get("target_metadata")
    if given is not None:
        return given
    from app.models import Base

    return Base.metadata


def _tell_waiting(order: Order, holder: lock.Holder | None) -> None:
    who = holder or msg("another session")
    order.report(Progress(Stage.WAITING, msg("Waiting for {process}, which is migrating this database.", process=who)))
