"""The file of tombstones: which people were erased, beside the backups and outside of the database.

A restored database does not know of erasures that came after its backup. Each process keeps a file in its DATA_DIR, and
hears of erasures that another one does, so whichever starts on a restored database can do them again. A line has the
bare id: with a hash alone, every id of every row would have to be hashed to find somebody again. The file says that
somebody asked to be forgotten, and nothing else; it can be read by the bot's user alone, and lines go after a while.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.core.privacy.tombstones import Tombstone

log = logging.getLogger(__name__)

NAME = "erasures.jsonl"
PRIVATE = 0o600
END = b"\n"
"""Of a line."""


class ErasureFile:
    """The tombstones that this process knows. Several processes may share the file. Everything here blocks."""

    def __init__(self, directory: Path, *, keep: timedelta) -> None:
        self._path = directory / NAME
        self._keep = keep
        self._heard = set[str]()
        """The erasures of which this process was told since it began."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._path

    def read(self) -> Sequence[Tombstone]:
        """Return all of them, the oldest first. A line that cannot be read is left out, and the log says so.

        Raises OSError.
        """
        found: dict[str, Tombstone] = {}
        for number, (_, one) in enumerate(self._lines(), start=1):
            if one is None:
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
            is_new = not self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, PRIVATE)
            try:
                size = os.fstat(descriptor).st_size
                # Whoever was killed while writing left half a line, which would make this one unreadable as well.
                is_broken_off = size > 0 and os.pread(descriptor, 1, size - 1) != END
                _write(descriptor, (END if is_broken_off else b"") + tombstone.to_line().encode() + END)
            finally:
                os.close(descriptor)
            if is_new:
                self._settle_directory()

    def take_back(self, tombstone: Tombstone) -> None:
        """Remove one whose erasure was not done after all. Raises OSError."""
        self._remove(lambda one: one.id == tombstone.id)

    def prune(self, now: datetime) -> int:
        """Remove those that are older than any backup that may be restored; return how many. Raises OSError."""
        many = sum(one.at < now - self._keep for one in self.read())
        if many:
            self._remove(lambda one: one.at < now - self._keep)
        return many

    def is_news(self, tombstone: Tombstone) -> bool:
        """Tell whether this process is told of an erasure for the first time since it began. This does not block."""
        is_news = tombstone.id not in self._heard
        self._heard.add(tombstone.id)
        return is_news

    def forget_news(self, tombstone: Tombstone) -> None:
        """Let it be news the next time it is told, as what has to follow was not done."""
        self._heard.discard(tombstone.id)

    def _lines(self) -> list[tuple[bytes, Tombstone | None]]:
        """Return the lines of the file, each with what it says, if that can be read."""
        try:
            lines = self._path.read_bytes().split(END)
        except FileNotFoundError:
            return []
        return [(line, _read(line)) for line in lines if line.strip()]

    def _remove(self, goes: Callable[[Tombstone], bool]) -> None:
        """Write the file anew without some. What cannot be read stays, as somebody may be able to mend it."""
        with self._locked():
            kept = [line + END for line, one in self._lines() if one is None or not goes(one)]
            new = self._path.with_suffix(".new")
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
            try:
                _write(descriptor, b"".join(kept))
            finally:
                os.close(descriptor)
            new.replace(self._path)

    def _settle_directory(self) -> None:
        """Let the name of a new file be on the disk as well."""
        descriptor = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

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


def _read(line: bytes) -> Tombstone | None:
    try:
        return Tombstone.from_line(line.decode())
    except ValueError:
        return None


def _write(descriptor: int, data: bytes) -> None:
    """Write all of it, on the disk before this returns. A disk that is nearly full takes a part without an error."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)
