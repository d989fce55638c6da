"""Numbers, percentages and lists as they are written in the language of the current task.

Whatever is said in English for want of a catalogue is written as in English. docs/architecture.md says why this is no
library. Files that programs read (CSV, JSON) are written without any of this.
"""

from collections.abc import Iterable, Sequence
from functools import reduce

from app.core.messages import current_style, t
from app.core.records import record


def number(value: float, digits: int = 0) -> str:
    """Write a number, rounded to at most so many digits after the point: `1,234.5`."""
    return current_style().written(value, digits)


def fixed(value: float, digits: int = 1) -> str:
    """Write a number with exactly so many digits after the point: `2.0`."""
    return current_style().written(value, digits, keeps_zeros=True)


def exact(value: float) -> str:
    """Write a number with as many digits as it has, at most six after the point; for the axis of a chart."""
    return current_style().written(value, 6)


def percent(value: float, digits: int = 0, *, keeps_zeros: bool = False) -> str:
    """Write a percentage, 100 being the whole: `12.5%`; with `keeps_zeros`, with exactly so many digits."""
    style = current_style()
    return style.written(value, digits, keeps_zeros=keeps_zeros) + style.percent


def labelled(label: object, value: object) -> str:
    """Write something after what it is called, `Priority: high`; French has a space before the colon."""
    return t("{label}: {value}", label=label, value=value)


def listed(items: Iterable[object]) -> str:
    """Write facts that stand in a row, `a, b, c`; in a sentence, `AllOf` and `AnyOf` join with a word."""
    texts = [str(one) for one in items]
    return reduce(lambda first, last: t("{items}, {last}", items=first, last=last), texts) if texts else ""


def codes(items: Iterable[object]) -> str:
    """Write names of settings, ids, numbers and mentions in a row; commas stand between them in every language."""
    return ", ".join(map(str, items))


@record
class Number:
    """A quantity as a value of a message: it is written when the message is."""

    value: float

    def __str__(self) -> str:
        """Write it in the current language."""
        return number(self.value)


@record
class Percent:
    """A percentage as a value of a message: it is written when the message is."""

    value: float

    def __str__(self) -> str:
        """Write it in the current language."""
        return percent(self.value)


@record
class AllOf:
    """A list of things that all hold, `a, b and c`, as a value of a message: in words when the message is."""

    items: Sequence[object]

    def __str__(self) -> str:
        """Write it in the current language."""
        *first, last = [str(one) for one in self.items] or [""]
        return t("{items} and {last}", items=listed(first), last=last) if first else last


@record
class AnyOf:
    """A list of things of which one is enough, `a, b or c`, as a value of a message."""

    items: Sequence[object]

    def __str__(self) -> str:
        """Write it in the current language."""
        *first, last = [str(one) for one in self.items] or [""]
        return t("{items} or {last}", items=listed(first), last=last) if first else last
