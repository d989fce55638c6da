"""What a text has to hold for a pattern to match it, so that patterns that cannot match cost next to nothing.

Of a hundred rewrites a phrase needs one or two. Each pattern is read once for pieces of text of which every match holds
at least one; looking for those is some thirty times as fast as the pattern. Digits count as `0`, as patterns rarely
care which one it is.
"""

from collections.abc import Iterable

from app.core.records import record

MAX_PIECES = 40
MAX_CLASS = 6
ZERO_WIDTH = frozenset("bBAZ")
CLASSES = frozenset("dDwWsS")
DIGITS = str.maketrans("123456789", "000000000")

Pieces = frozenset[str]
EMPTY: Pieces = frozenset({""})


class UnknownSyntax(Exception):
    """The pattern holds something that is not read here."""


def shape(text: str) -> str:
    """Return a text with `0` for every digit."""
    return text.translate(DIGITS)


def needed(pattern: str) -> tuple[str, ...]:
    """Return pieces of which at least one is in the shape of every text that matches; an empty one is in every text."""
    try:
        reader = _Reader(pattern)
        found = reader.alternatives()
    except UnknownSyntax:
        return ("",)
    return tuple(sorted(found.pieces, key=lambda piece: (len(piece), piece)))


def _shortest(pieces: Iterable[str]) -> Pieces:
    """Leave out what holds another of them."""
    kept: list[str] = []
    for piece in sorted(pieces, key=len):
        if not any(other in piece for other in kept):
            kept.append(piece)
    return frozenset(kept)


def _distinct(ends: Pieces) -> Pieces:
    """Leave out ends that end with another of them."""
    kept = frozenset(end for end in ends if not any(end != other and end.endswith(other) for other in ends))
    return kept if len(kept) <= MAX_PIECES else EMPTY


def _commonness(pieces: Pieces) -> float:
    """Estimate what it costs to look for these, and how often one of them is there."""
    return sum(1.0 if piece.isspace() else 20.0 ** -len(piece) + 0.001 for piece in pieces)


@record
class _Part:
    """A part of a pattern."""

    exact: Pieces | None
    """All that it matches; None where that is much."""
    pieces: Pieces
    """What every match of it holds one of."""
    ends: Pieces = EMPTY
    """What every match of it ends with one of."""


class _Sequence:
    """Parts one after the other. What is matched exactly grows together until it cannot be said any more."""

    def __init__(self) -> None:
        self.run: Pieces = EMPTY
        self.whole = True
        self.best: Pieces = EMPTY

    def add(self, part: _Part) -> None:
        if part.exact is not None and len(self.run) * len(part.exact) <= MAX_PIECES:
            self.run = frozenset(before + after for before in self.run for after in part.exact)
            return
        self.cut(part.exact or part.ends, part.pieces)

    def cut(self, run: Pieces, *pieces: Pieces) -> None:
        """Begin anew behind something that cannot be said exactly."""
        self.best = min(self.best, _shortest(self.run), *map(_shortest, pieces), key=_commonness)
        self.run, self.whole = run, False

    def part(self) -> _Part:
        pieces = min(self.best, _shortest(self.run), key=_commonness)
        return _Part(self.run if self.whole else None, pieces, self.run)


class _Reader:
    """Reads the syntax that the rewrites use. Raises UnknownSyntax for any other."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.place = 0

    def alternatives(self) -> _Part:
        branches = [self._sequence()]
        while self._accept("|"):
            branches.append(self._sequence())
        exact: Pieces | None = frozenset()
        for branch in branches:
            exact = None if exact is None or branch.exact is None else exact | branch.exact
        exact = exact if exact is not None and len(exact) <= MAX_PIECES else None
        pieces = _shortest(piece for branch in branches for piece in branch.pieces)
        ends = _distinct(frozenset(end for branch in branches for end in branch.ends))
        return _Part(exact, pieces if len(pieces) <= MAX_PIECES else EMPTY, ends)

    def _accept(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.place):
            return False
        self.place += len(text)
        return True

    def _sequence(self) -> _Part:
        found = _Sequence()
        while self.place < len(self.pattern) and self.pattern[self.place] not in "|)":
            looks = self.pattern.startswith(("(?=", "(?!", "(?<=", "(?<!"), self.place)
            part = self._atom()
            if looks:
                # What is around a match is no part of it, but the text has to hold it as well.
                if part.pieces != EMPTY:
                    found.best = min(found.best, part.pieces, key=_commonness)
                continue
            least, most = self._times()
            if most == 1:
                found.add(part if least else _Part(None if part.exact is None else part.exact | EMPTY, EMPTY))
                continue
            for _ in range(least):
                found.add(part)
            if least != most:
                same = part.exact is not None and len(part.exact) == 1
                found.cut(part.exact if least and same and part.exact else EMPTY)
        return found.part()

    def _atom(self) -> _Part:
        if self._accept("(?=") or self._accept("(?<="):
            return self._group()
        if self._accept("(?!") or self._accept("(?<!"):
            self._group()
            return _Part(EMPTY, EMPTY)
        if self._accept("(?P<"):
            self.place = self.pattern.index(">", self.place) + 1
            return self._group()
        if self._accept("(?:"):
            return self._group()
        if self._accept("(?"):
            raise UnknownSyntax
        if self._accept("("):
            return self._group()
        if self._accept("["):
            return self._class()
        return self._letter()

    def _group(self) -> _Part:
        found = self.alternatives()
        if not self._accept(")"):
            raise UnknownSyntax
        return found

    def _letter(self) -> _Part:
        letter = self.pattern[self.place]
        self.place += 1
        if letter in "^$":
            return _Part(EMPTY, EMPTY)
        if letter == ".":
            return _Part(None, EMPTY)
        if letter == "\\":
            letter = self.pattern[self.place]
            self.place += 1
            if letter in ZERO_WIDTH:
                return _Part(EMPTY, EMPTY)
            if letter in CLASSES:
                return _Part(None, EMPTY)
            if letter.isalnum():
                raise UnknownSyntax
        exact = frozenset({shape(letter)})
        return _Part(exact, exact)

    def _class(self) -> _Part:
        letters: set[str] = set()
        negated = self._accept("^")
        many = negated
        first = True
        while first or not self.pattern.startswith("]", self.place):
            first = False
            letter = self.pattern[self.place]
            self.place += 1
            if letter == "\\":
                letter = self.pattern[self.place]
                self.place += 1
                many = many or letter.isalnum()
            following = self.pattern[self.place : self.place + 2]
            if len(following) == 2 and following[0] == "-" and following[1] != "]":
                self.place += 2
                letters |= {shape(chr(code)) for code in range(ord(letter), ord(following[1]) + 1)}
            else:
                letters.add(shape(letter))
        self.place += 1
        if many or len(letters) > MAX_CLASS:
            return _Part(None, EMPTY)
        return _Part(frozenset(letters), frozenset(letters))

    def _times(self) -> tuple[int, int]:
        """Read how often the part before may come; without end is any number above its least."""
        least, most = 1, 1
        if self._accept("?"):
            least = 0
        elif self._accept("*"):
            least, most = 0, 2
        elif self._accept("+"):
            most = 2
        elif self._accept("{"):
            end = self.pattern.index("}", self.place)
            low, comma, high = self.pattern[self.place : end].partition(",")
            self.place = end + 1
            least = int(low or 0)
            most = int(high) if high else least + 1 if comma else least
        else:
            return least, most
        self._accept("?")
        return least, most
