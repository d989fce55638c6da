"""`concierge migrate …`: the migrator for people at a terminal, and for programs that read JSON."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.prompt import Confirm

from app.core.errors import BotError, InternalError
from app.db import DatabaseUrl
from app.driver_errors import DRIVER_ERRORS
from app.migrate import show
from app.migrate.connection import options, session
from app.migrate.connection.target import configured_database
from app.migrate.migrator import Migrator
from app.migrate.run.order import Author

if TYPE_CHECKING:
    from app.config import Settings

OK, NOT_OK = 0, 1
Action = Callable[[Migrator, argparse.Namespace, Console], Coroutine[Any, Any, int]]
AfterRestore = Callable[[DatabaseUrl], Coroutine[Any, Any, int | None]]
"""Erases people again who were erased after the backup, and returns how many; None if the schema is too old for it."""


def add_arguments(commands: Any) -> None:
    """Add `migrate` and its subcommands to the command line."""
    migrate = commands.add_parser("migrate", help="manage the database schema")
    parts = migrate.add_subparsers(dest="migrate", required=True, metavar="ACTION")
    _add(parts, _status, "the state of the database, and the command that fixes it")
    _with_options(_add(parts, _plan, "what applying would do to this database, without doing it")).add_argument(
        "--sql", action="store_true", help="only the SQL of the pending revisions"
    )
    applying = _with_options(_add(parts, _apply, "apply the pending revisions"))
    applying.add_argument("--yes", action="store_true", help="do not ask")
    applying.add_argument("--digest", help="apply only the plan with this digest, as printed by `plan --json`")
    _add(parts, _history, "who changed the schema, when, and how it went").add_argument(
        "--limit", type=int, default=50, help="how many entries (50)"
    )
    _add(parts, _adopt, "take over an existing database, if its schema is exactly that of one revision").add_argument(
        "--rehearse", action="store_true", help="only say what would be recorded"
    )
    _add(parts, _backup, "back up what the bot has in the database now")
    restoring = _add(parts, _restore, "restore a backup into an empty database, without overwriting anything")
    restoring.add_argument("file", type=Path, help="the backup")
    restoring.add_argument("--into", metavar="NAME", help="create this database and restore into it")
    _add(parts, _check, "compare the live schema with that of its revision")


def run(arguments: argparse.Namespace, settings: "Settings", after_restore: AfterRestore | None = None) -> int:
    """Run the command and return the exit status: 0, or 1 for not at head, differences, refused.

    `after_restore` is what is done with a database that was just restored, before anything else can be.
    """
    arguments.after_restore = after_restore
    console = Console(highlight=False, soft_wrap=True)
    try:
        chosen = options.parse(getattr(arguments, "x", None) or []).given
        with configured_database(settings) as (database, backups):
            migrator = Migrator(database, backups=backups, options=chosen)
            return asyncio.run(arguments.action(migrator, arguments, console))
    except (BotError, ValueError) as refusal:
        return _refused(arguments, str(refusal), InternalError if isinstance(refusal, InternalError) else BotError)
    except DRIVER_ERRORS as error:
        return _refused(arguments, f"The database cannot be reached: {session.sentence(error)}", BotError)
    except KeyboardInterrupt:
        return _refused(arguments, "Stopped.", BotError)


async def _status(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    found = await migrator.status()
    _print(arguments, found.as_json(), lambda: show.status(console, found))
    return OK if found.is_at_head else NOT_OK


async def _plan(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    plan = await migrator.plan()
    if arguments.sql:
        sys.stdout.write(plan.sql)
        return OK
    _print(arguments, plan.as_json(), lambda: show.plan(console, plan))
    return OK


async def _apply(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    digest: str | None = arguments.digest
    if digest is None:
        plan = await migrator.plan()
        digest = plan.digest
        if not arguments.json:
            show.plan(console, plan, sql=False)
        if plan.revisions and not arguments.yes and not _confirmed(arguments, console, plan.is_destructive):
            return NOT_OK
    screen = Console(stderr=True, highlight=False, soft_wrap=True) if arguments.json else console
    with _stopping(migrator.cancel):
        result = await migrator.apply(digest, Author.at_the_terminal(), partial(show.progress, screen))
    _print(arguments, result.as_json(), lambda: show.result(console, result))
    return OK if result.ok else NOT_OK


async def _history(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    entries = await migrator.history(limit=max(arguments.limit, 1))
    _print(arguments, [entry.as_json() for entry in entries], lambda: show.history(console, entries))
    return OK


async def _adopt(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    adoption = await migrator.adopt(Author.at_the_terminal(), rehearse=arguments.rehearse)
    _print(arguments, adoption.as_json(), lambda: show.adoption(console, adoption))
    return OK if adoption.succeeded else NOT_OK


async def _backup(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    made = await migrator.backup(Author.at_the_terminal())
    values = {
        "path": str(made.path),
        "bytes": made.bytes,
        "seconds": round(made.seconds, 3),
        "tables": made.tables,
        "rehearsal": made.rehearsal.value,
        "why_not": made.why_not or None,
    }
    _print(arguments, values, lambda: show.backup(console, made))
    return OK


async def _restore(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    result = await migrator.restore(arguments.file, arguments.into)
    after: AfterRestore | None = arguments.after_restore
    erased = await after(result.database) if after is not None else 0
    values = {"database": result.database.url.database, "left_out": list(result.left_out), "erased_again": erased}
    _print(arguments, values, lambda: show.restored(console, result, arguments.into, erased))
    return OK


async def _check(migrator: Migrator, arguments: argparse.Namespace, console: Console) -> int:
    report = await migrator.check()
    _print(arguments, report.as_json(), lambda: show.report(console, report))
    return OK if report.clean else NOT_OK


def _add(parts: Any, action: Action, text: str) -> argparse.ArgumentParser:
    name = action.__name__.removeprefix("_")
    parser: argparse.ArgumentParser = parts.add_parser(name, help=text, description=text)
    parser.set_defaults(action=action)
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _with_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument(
        "-x", action="append", metavar="NAME=VALUE", help="an option for this run, as for alembic; may be repeated"
    )
    return parser


def _print(arguments: argparse.Namespace, values: object, for_people: Callable[[], None]) -> None:
    if arguments.json:
        print(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        for_people()


def _refused(arguments: argparse.Namespace, sentence: str, kind: type[BotError]) -> int:
    if getattr(arguments, "json", False):
        print(json.dumps({"refused": sentence, "kind": kind.__name__}, ensure_ascii=False))
    else:
        print(sentence, file=sys.stderr)
    return NOT_OK


def _confirmed(arguments: argparse.Namespace, console: Console, destructive: bool) -> bool:
    if arguments.json or not sys.stdin.isatty():
        why = "This is no terminal, so nobody can confirm: look at the plan, then add --yes or --digest."
        _refused(arguments, why, BotError)
        return False
    question = "This deletes data. Apply it anyway?" if destructive else "Apply?"
    with suppress(EOFError):
        return Confirm.ask(question, console=console, default=False)
    return False


@contextmanager
def _stopping(stop: Callable[[], None]) -> Generator[None]:
    """Let Ctrl-C and SIGTERM stop a run and roll it back."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
