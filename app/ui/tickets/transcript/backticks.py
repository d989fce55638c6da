"""Which backticks belong together, found without reading the text again for each of them."""

import re


class Backticks:
    """Where the runs of backticks in a text are."""

    def __init__(self, text: str) -> None:
        self._lengths: dict[int, int] = {}
        self._next: dict[int, int] = {}
        self._fences: list[int] = []
        last: dict[int, int] = {}
        for found in re.finditer(r"`+", text) if "`" in text else ():
            start, length = found.start(), len(found[0])
            self._lengths[start] = length
            if length in last:
                self._next[last[length]] = start
            last[length] = start
            if length >= 3:
                self._fences.append(start)
        self._fence = 0

    def length(self, at: int) -> int:
        """Return how long the run is that begins here."""
        return self._lengths.get(at, 1)

    def next_like(self, at: int, length: int) -> int | None:
        """Return where the next run of the same length begins."""
        return self._next.get(at) if self._lengths.get(at) == length else None

    def closing_fence(self, at: int) -> int | None:
        """Return where the next run begins that can end a block of code; asked from left to right only."""
        while self._fence < len(self._fences) and self._fences[self._fence] < at:
            self._fence += 1
        return self._fences[self._fence] if self._fence < len(self._fences) else None
