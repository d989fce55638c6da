"""The process that runs or renders revisions, so that the bot does not have to.

Alembic keeps what it works on in globals of the process; a revision may compute for seconds; and a process can be
stopped for certain. So `python -m app.migrate.run.worker` is started for every plan and every run. It reads one order
from its standard input (which other people on the machine cannot see, unlike its arguments), writes one JSON object per
line to its standard output, and stops, rolling back, as soon as its standard input ends: that is how it is cancelled,
and also what happens when the process that started it dies.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from alembic import command
from alembic.util import CommandError
from sqlalchemy import Connection

from app.core.errors import BotError, Unavailable
from app.db import DatabaseUrl
from app.driver_errors import DRIVER_ERRORS
from app.migrate.connection import session
from app.migrate.connection.options import Options
from app.migrate.planning import planner, render
from app.migrate.planning.plan import Plan
from app.migrate.revisions import scripts
from app.migrate.run import wire
from app.migrate.run.order import Author, Order
from app.migrate.run.steps import RevisionFailed

GRACE_SECONDS = 2.0
"""Between the first interrupt, the second, and ending the process."""
CANCELLED = 130


def main() -> int:
    """Do the job that the standard input describes. Returns 0 when it is done, whatever came of it."""
    # A process that was started in the background may ignore it, and asyncio would leave it at that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tell = _Pipe()
    job = json.loads(_line(sys.stdin.fileno()))
    done = threading.Event()
    threading.Thread(target=_stop_at_end_of_input, args=(sys.stdin.fileno(), done), daemon=True).start()
    try:
        _do(job, tell)
    except KeyboardInterrupt:
        tell({"cancelled": True})
        return CANCELLED
    except CommandError as error:
        tell(_explained(error))
    except Unavailable as error:
        tell({"away": wire.pack(error.message)})
    except (BotError, ValueError) as error:
        tell({"refused": wire.pack(error.args[0] if error.args else ""), "kind": type(error).__name__})
    except DRIVER_ERRORS as error:
        tell({"unavailable": session.sentence(error)})
    finally:
        done.set()
    return 0


def _do(job: dict[str, Any], tell: "_Pipe") -> None:
    database = wire.unpack_address(job["database"])
    migrations = Path(job["migrations"])
    options = Options(job["options"])
    options.check(file.source for file in scripts.read(migrations).files)
    if job["do"] == "plan":
        made = asyncio.run(_plan(database, migrations, options))
        tell({"plan": made.as_json()})
        return
    order = Order(
        command=job["command"],
        author=Author(**job["author"]),
        options=options,
        report=lambda progress: tell({"progress": progress.as_json()}),
        digest=job["digest"],
        unattended=job["unattended"],
        backups=Path(job["backups"]),
        keep=job["keep"],
    )
    config = render.configuration(migrations, {"database": database, "order": order})
    config.stdout = sys.stderr
    command.upgrade(config, "head")
    tell({"done": True})


async def _plan(database: DatabaseUrl, migrations: Path, options: Options) -> Plan:
    config = render.configuration(migrations, {"options": options.given})

    def make(connection: Connection) -> Plan:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        return planner.make(
            connection, config, scripts.read(migrations), options.given, unmanaged=options.allow_unmanaged
        )

    async with session.opened(database) as connection:
        return await connection.run_sync(make)


def _explained(error: CommandError) -> dict[str, Any]:
    if isinstance(error, RevisionFailed):
        return {
            "failed": wire.pack(error.message),
            "revision": error.revision,
            "error": error.error,
            "statement": error.statement,
            "sqlstate": error.sqlstate,
        }
    cause = error.__cause__ if isinstance(error.__cause__, BotError) else error
    return {"refused": wire.pack(cause.args[0]), "kind": type(cause).__name__}


class _Pipe:
    """The standard output, kept for ourselves: what a revision prints goes where errors go."""

    def __init__(self) -> None:
        self._to = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def __call__(self, message: dict[str, Any]) -> None:
        self._to.write(json.dumps(message) + "\n")
        self._to.flush()


def _line(source: int) -> bytes:
    # Not through sys.stdin: a thread that waits in its buffer would keep the process from ending.
    line = bytearray()
    while not line.endswith(b"\n") and (piece := os.read(source, 1)):
        line += piece
    return bytes(line)


def _stop_at_end_of_input(source: int, done: threading.Event) -> None:
    while os.read(source, 1024):
        pass
    for _ in range(2):
        if done.is_set():
            return
        # The first makes asyncio cancel the statement and roll back; the second breaks into Python code that computes.
        os.kill(os.getpid(), signal.SIGINT)
        if done.wait(GRACE_SECONDS):
            return
    time.sleep(GRACE_SECONDS)
    os._exit(CANCELLED)


if __name__ == "__main__":
    sys.exit(main())
