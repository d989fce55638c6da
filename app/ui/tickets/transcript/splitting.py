"""Putting entries into as few files as they need, each within a limit of bytes."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from app.core.tickets.components import Attachment
from app.ui.tickets.transcript.pieces import Piece, blobs, joined_texts, length, written

MIN_LIMIT = 48 * 1024
"""Bytes. What one file needs for its frame and one shortened message; Discord takes a hundred times as much."""
CUTS = (4000, 1000, 200, 0)
"""Characters of a text that remain where an entry alone is larger than a file, the first that fits."""


class Entry(NamedTuple):
    """A part of a transcript that stays in one file."""

    write: Callable[[bool, Collection[int]], list[Piece]]
    """Takes whether it is the first in its file, and the ids of files whose bytes are left out."""
    cut: Callable[[int], list[Piece]]
    """Takes how many characters of its text may remain."""


class TranscriptFile(NamedTuple):
    """One file to post."""

    name: str
    content: bytes


Frame = Callable[[int, int], tuple[str, str]]
"""Takes which part of how many; returns what comes before the entries and after them."""


class Transcript:
    """The files of a transcript. Each is put together when it is asked for, so that only one is in memory at a time."""

    def __init__(
        self, parts: Sequence[list[Piece]], frame: Frame, name: str, ending: str, left_out: Sequence[Attachment]
    ) -> None:
        self._parts = parts
        self._frame = frame
        self._name = name
        self._ending = ending
        self.left_out = tuple(left_out)
        """Files whose bytes did not fit, the largest first. The transcript names them."""

    def __len__(self) -> int:
        """Return how many files there are, at least one."""
        return len(self._parts)

    def files(self) -> Iterator[TranscriptFile]:
        """Yield the files, the first part first."""
        count = len(self._parts)
        for number, pieces in enumerate(self._parts, 1):
            before, after = self._frame(number, count)
            part = f"-{number}-of-{count}" if count > 1 else ""
            yield TranscriptFile(f"{self._name}{part}.{self._ending}", written([before, *pieces, after]))


def split(entries: Sequence[Entry], frame: Frame, *, limit: int, most: int, name: str, ending: str) -> Transcript:
    """Divide entries among files of at most `limit` bytes, and leave out the largest attachments beyond `most` files.

    What has no attachments left to leave out takes as many files as it takes. Raises ValueError below `MIN_LIMIT`.
    """
    if limit < MIN_LIMIT:
        raise ValueError(f"a transcript needs files of {MIN_LIMIT} bytes, not {limit}")
    packing = _Packing(entries)
    # Only now, because the frame has to do with what is in the entries.
    packing.room = limit - max(length(frame(1, 9999)), length(frame(9999, 9999)))
    while len(parts := packing.parts()) > most and packing.drop((len(parts) - most) * packing.room):
        continue
    return Transcript(parts, frame, name, ending, packing.dropped)


class _Packing:
    def __init__(self, entries: Sequence[Entry]) -> None:
        self.room = 0
        """Bytes that a part has for entries."""
        self.dropped: list[Attachment] = []
        self._ids: set[int] = set()
        self._entries = entries
        self._following: dict[int, tuple[list[Piece], int]] = {}
        """The entries as they stand below another, with how long they are."""
        for index in range(len(entries)):
            self._next(index)

    def parts(self) -> list[list[Piece]]:
        """Fill one part after the other."""
        parts: list[list[Piece]] = [[]]
        left = self.room
        for index in range(len(self._entries)):
            pieces, size = self._first(index) if left == self.room else self._next(index)
            if size > left:
                parts.append([])
                left = self.room
                pieces, size = self._first(index)
            parts[-1] += pieces
            left -= size
        return parts

    def drop(self, much: int) -> bool:
        """Leave out the largest attachments, as many as hold so many bytes; tell whether there was any."""
        files = {file.id: file for pieces, _ in self._following.values() for file in blobs(pieces)}
        found = False
        for file in sorted(files.values(), key=lambda file: len(file.content or b""), reverse=True):
            if much <= 0:
                break
            self._leave_out(file)
            much -= len(file.content or b"") * 4 // 3
            found = True
        return found

    def _next(self, index: int) -> tuple[list[Piece], int]:
        """Return an entry as it stands below another."""
        pieces, size = self._following.get(index) or self._sized(self._entries[index].write(False, self._ids))
        # What is larger than a whole part must not begin a new one in vain.
        while self.room and size > self.room and (files := blobs(pieces)):
            self._leave_out(max(files, key=lambda file: len(file.content or b"")))
            pieces, size = self._sized(self._entries[index].write(False, self._ids))
        self._following[index] = pieces, size
        return pieces, size

    def _first(self, index: int) -> tuple[list[Piece], int]:
        """Return an entry as it stands at the top of a part, made smaller until it fits in alone."""
        entry = self._entries[index]
        self._next(index)
        pieces, size = self._sized(entry.write(True, self._ids))
        while size > self.room and (files := blobs(pieces)):
            self._leave_out(max(files, key=lambda file: len(file.content or b"")))
            pieces, size = self._sized(entry.write(True, self._ids))
        for remaining in CUTS:
            if size <= self.room:
                break
            pieces, size = self._sized(entry.cut(remaining))
        return pieces, size

    def _leave_out(self, file: Attachment) -> None:
        self.dropped.append(file)
        self._ids.add(file.id)
        self._following = {
            index: held for index, held in self._following.items() if file.id not in {one.id for one in blobs(held[0])}
        }

    @staticmethod
    def _sized(pieces: list[Piece]) -> tuple[list[Piece], int]:
        joined = joined_texts(pieces)
        return joined, length(joined)
