"""What a run of migrations reports while it runs."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from app.core.messages import Message
from app.core.records import record
from app.migrate.run import wire

log = logging.getLogger(__name__)


class Stage(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    BACKUP = "backup"
    STARTED = "started"
    RETRYING = "retrying"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


@record
class Progress:
    """One thing that happened: a sentence, and the numbers in it."""

    stage: Stage
    sentence: Message
    revision: str | None = None
    title: str = ""
    position: int = 0
    total: int = 0
    seconds: float = 0.0
    percent: float | None = None
    """Of an index that is being built, if the server says."""
    attempt: int = 1
    backend: int | None = None
    """The server process that works on it."""
    path: str | None = None
    """Of the backup, once there is one."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values, for the pipe between two processes."""
        return {**asdict(self), "sentence": wire.pack(self.sentence)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Progress":
        """Restore what `as_json` returned."""
        given: dict[str, Any] = {**values, "stage": Stage(values["stage"]), "sentence": wire.unpack(values["sentence"])}
        return cls(**given)


Report = Callable[[Progress], None]


def to_log(progress: Progress) -> None:
    """Write it to the log: what a plain `alembic` shows on the terminal."""
    if progress.stage is Stage.STARTED:
        level = logging.DEBUG  # Alembic says the same
    else:
        level = logging.WARNING if progress.stage is Stage.RETRYING else logging.INFO
    log.log(level, progress.sentence.english)
