"""The file of tombstones: which people were erased, beside the backups and outside of the database.

A restored database does not know of erasures that came after its backup. Each process keeps a file in its DATA_DIR, and
hears of erasures that another one does, so whichever starts on a restored database can do them again. A line has the
bare id: with a hash alone, every id of every row would have to be hashed to find somebody again. The file says that
somebody asked to be forgotten, and nothing else; it can be read by the bot's user alone, and lines go after a while.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.core.privacy.tombstones import Tombstone

log = logging.getLogger(__name__)

NAME = "erasures.jsonl"
PRIVATE = 0o600


class ErasureFile:
    """The tombstones that this process knows. Several processes may share the file. Everything here blocks."""

    def __init__(self, directory: Path, *, keep: timedelta) -> None:
        self._path = directory / NAME
        self._keep = keep

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    def read(self) -> Sequence[Tombstone]:
        """Return all of them, the oldest first. A line that cannot be read is left out, and the log says so."""
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return ()
        found: dict[str, Tombstone] = {}
        for number, line in enumerate(lines, start=1):
            try:
                one = Tombstone.from_line(line)
            except ValueError:
                facts = {"file": str(self._path), "line": number}
                log.error("a line of the file of erasures cannot be read", extra=facts)
            else:
                found[one.id] = one
        return tuple(found.values())

    def add(self, tombstone: Tombstone) -> None:
        """Write one down, on the disk before this returns; one that is there already is not written again.

        Raises OSError.
        """
        with self._locked():
            if any(one.id == tombstone.id for one in self.read()):
                return
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
            try:
                os.write(descriptor, f"{tombstone.to_line()}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def take_back(self, tombstone: Tombstone) -> None:
        """Remove one whose erasure was not done after all. Raises OSError."""
        self._rewrite(lambda kept: [one for one in kept if one.id != tombstone.id])

    def prune(self, now: datetime) -> int:
        """Remove those that are older than any backup that may be restored; return how many. Raises OSError."""
        before = len(self.read())
        if not any(one.at < now - self._keep for one in self.read()):
            return 0
        self._rewrite(lambda kept: [one for one in kept if one.at >= now - self._keep])
        return before - len(self.read())

    def _rewrite(self, choose: Callable[[Sequence[Tombstone]], Iterable[Tombstone]]) -> None:
        with self._locked():
            lines = "".join(f"{one.to_line()}\n" for one in choose(self.read()))
            new = self._path.with_suffix(".new")
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            try:
                os.write(descriptor, lines.encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            new.replace(self._path)

    @contextmanager
    def _locked(self) -> Generator[None]:
        """Let no other process write meanwhile. The lock is on a file of its own, as this one may be replaced."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, PRIVATE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
