"""Running a worker: give it an order, listen to it, stop it, and turn what it said into a result."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.core.errors import Conflict, InternalError, Unavailable
from app.core.messages import Message, msg
from app.core.records import record
from app.migrate.run import wire
from app.migrate.run.progress import Progress, Stage
from app.migrate.status import SchemaStatus

ROOT = Path(__file__).resolve().parents[3]
MAX_LINE_BYTES = 64 * 1024 * 1024
GRACE_SECONDS = 8.0
"""How long a worker may take to roll back and end before it is killed."""
STDERR_TAIL = 4000


class RunOutcome(StrEnum):
    """How a run ended."""

    APPLIED = "applied"
    NOTHING_TO_DO = "nothing to do"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Refused(Conflict):
    """Nothing was done, and the message says why. `kind` names the reason, such as `PlanChanged`."""

    def __init__(self, message: Message, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class WorkerBroke(InternalError):
    """The worker ended without saying how it went."""


@record
class Applied:
    """One revision that was applied."""

    revision: str
    title: str
    seconds: float
    attempts: int


@record
class ApplyResult:
    """What came of a run."""

    outcome: RunOutcome
    sentence: Message
    applied: tuple[Applied, ...] = ()
    seconds: float = 0.0
    backup: str | None = None
    """The backup of the state before."""
    error: str | None = None
    statement: str | None = None
    """The SQL that failed."""
    status: SchemaStatus | None = field(default=None, repr=False)
    """The state of the database afterwards."""

    @property
    def ok(self) -> bool:
        """Whether the database is where it should be."""
        return self.outcome in {RunOutcome.APPLIED, RunOutcome.NOTHING_TO_DO}

    def as_json(self) -> dict[str, Any]:
        """Return plain values for `--json`."""
        return {
            **vars(self),
            "outcome": self.outcome.value,
            "sentence": str(self.sentence),
            "applied": [vars(one) for one in self.applied],
            "seconds": round(self.seconds, 3),
            "status": self.status.as_json() if self.status is not None else None,
        }


async def run_worker(
    job: Mapping[str, Any], on_progress: Callable[[Progress], None], cancelled: asyncio.Event
) -> dict[str, Any]:
    """Run one worker to its end and return its last message.

    Setting `cancelled` makes it stop and roll back, and so does cancelling the task that waits here. Either way, this
    returns only when the worker is gone. Raises Refused, Unavailable and WorkerBroke.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.migrate.run.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(),
        limit=MAX_LINE_BYTES,
        # Ctrl-C in a terminal is for the process in front, which then stops this one in good order.
        start_new_session=True,
    )
    assert process.stdin is not None
    stderr = asyncio.create_task(_tail(process.stderr))
    talk = asyncio.create_task(_listen(process.stdout, on_progress))
    stop = asyncio.create_task(cancelled.wait())
    try:
        process.stdin.write(json.dumps(job).encode() + b"\n")
        with suppress(BrokenPipeError, ConnectionResetError):
            await process.stdin.drain()
        await asyncio.wait({talk, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
        # A worker whose input ends rolls back and ends.
        process.stdin.close()
        await _reap(process)
        message, words = await talk, await stderr
    if "refused" in message:
        refused: Message | str = wire.unpack(message["refused"])
        raise Refused(refused if isinstance(refused, Message) else msg("{reason}", reason=refused), message["kind"])
    if "away" in message:
        raise Unavailable(wire.unpack(message["away"]))
    if "unavailable" in message:
        raise Unavailable("The database did not answer: {why}", why=message["unavailable"])
    if not message:
        if cancelled.is_set():
            return {"cancelled": True}
        raise WorkerBroke(f"The migrating process ended with status {process.returncode}. {words}".strip())
    return message


async def _listen(stream: asyncio.StreamReader | None, on_progress: Callable[[Progress], None]) -> dict[str, Any]:
    last: dict[str, Any] = {}
    while stream is not None and (line := await stream.readline()):
        message: dict[str, Any] = json.loads(line)
        if "progress" in message:
            on_progress(Progress.from_json(message["progress"]))
        else:
            last = message
    return last


async def _tail(stream: asyncio.StreamReader | None) -> str:
    tail = b""
    while stream is not None and (piece := await stream.read(65536)):
        tail = (tail + piece)[-STDERR_TAIL:]
    return tail.decode(errors="replace").strip()


async def _reap(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment() -> dict[str, str]:
    # The address travels through the pipe. Nothing secret is left in an environment that ends up in crash reports.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISCORD_TOKEN", "DATABASE_URL", "MIGRATION_DATABASE_URL"}
    }
    path = [str(ROOT), *([kept["PYTHONPATH"]] if kept.get("PYTHONPATH") else [])]
    return {**kept, "PYTHONPATH": os.pathsep.join(path)}


class Gathered:
    """Collects progress into the parts of a result."""

    def __init__(self, forward: Callable[[Progress], None] | None) -> None:
        self._forward = forward
        self.applied: list[Applied] = []
        self.current: Progress | None = None
        self.backup: str | None = None

    def __call__(self, progress: Progress) -> None:
        """Take one message and hand it on."""
        match progress.stage:
            case Stage.FINISHED:
                self.applied.append(
                    Applied(progress.revision or "?", progress.title, progress.seconds, progress.attempt)
                )
                self.current = None
            case Stage.STARTED:
                self.current = progress
            case Stage.BACKUP:
                self.backup = progress.path or self.backup
            case _:
                pass
        if self._forward is not None:
            self._forward(progress)
