"""What a trend can be looked at for: which figures belong together, and how their values are written."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.core import formats
from app.core.health.trend import Figure, Point
from app.core.messages import Message, msg, t
from app.core.records import record


class View(StrEnum):
    """Figures that are shown together. Their first letters are written into ids."""

    ANSWERS = "answers"
    LOOP = "loop"
    REMINDERS = "reminders"
    CONNECTIONS = "connections"
    MEMORY = "memory"
    PROCESSOR = "processor"
    TROUBLE = "trouble"
    INVALID = "invalid"
    SERVERS = "servers"


FOR_STAFF = (View.ANSWERS, View.LOOP, View.REMINDERS)
"""What says nothing of other servers."""


@record
class Look:
    """How a view looks."""

    title: Message
    axis: Message
    figures: Mapping[Figure, Message]
    say: Callable[[float], str]
    is_sum: bool = False
    """Whether it is counted how often something happened, so that values of a longer time are sums."""

    def value_of(self, mean: float, point: Point) -> float:
        """Return what a chart shows for a figure of a point."""
        return mean * point.samples if self.is_sum else mean


def milliseconds(value: float) -> str:
    """Write milliseconds: `2.1 ms`, `480 ms`, `12.5 s`."""
    if value >= 9_999.5:
        return t("{number} s", number=formats.fixed(value / 1000))
    return t("{number} ms", number=formats.number(value) if value >= 9.95 or value == 0 else formats.fixed(value))


def seconds(value: float) -> str:
    """Write seconds: `12 s`, `3 min`, `5 h`."""
    if value < 119.5:
        return t("{number} s", number=formats.number(value))
    if value < 7170:
        return t("{number} min", number=formats.number(value / 60))
    return t("{number} h", number=formats.number(value / 3600))


def _number(value: float) -> str:
    return formats.number(value) if value >= 9.95 or value == int(value) else formats.fixed(value)


def _megabytes(value: float) -> str:
    return t("{number} MB", number=formats.number(value))


def _percent(value: float) -> str:
    return formats.percent(value)


LOOKS: Mapping[View, Look] = {
    View.ANSWERS: Look(
        msg("How fast Discord and the database answered"),
        msg("Time to answer"),
        {Figure.GATEWAY: msg("Discord"), Figure.DATABASE: msg("Database")},
        milliseconds,
    ),
    View.LOOP: Look(
        msg("How late the bot itself was"),
        msg("Delay"),
        {Figure.LOOP_LAG: msg("Delay of the event loop")},
        milliseconds,
    ),
    View.REMINDERS: Look(
        msg("How late reminders were"), msg("Delay"), {Figure.REMINDER_LATE: msg("Most overdue reminder")}, seconds
    ),
    View.CONNECTIONS: Look(
        msg("Connections to the database"),
        msg("Connections"),
        {Figure.POOL_IN_USE: msg("In use"), Figure.POOL_WAITING: msg("Waited for one")},
        _number,
    ),
    View.MEMORY: Look(msg("Memory"), msg("Memory of a process"), {Figure.MEMORY: msg("In use")}, _megabytes),
    View.PROCESSOR: Look(
        msg("Processor"), msg("Share of one processor"), {Figure.CPU: msg("Share of one processor")}, _percent
    ),
    View.TROUBLE: Look(
        msg("Lost connections and limits of Discord"),
        msg("How often"),
        {Figure.RECONNECTS: msg("Connected again"), Figure.RATE_LIMITED: msg("Told to slow down (429)")},
        _number,
        is_sum=True,
    ),
    View.INVALID: Look(
        msg("Requests that Discord refused"),
        msg("In ten minutes"),
        {Figure.INVALID_REQUESTS: msg("Refused (401, 403, 429)")},
        _number,
    ),
    View.SERVERS: Look(msg("Servers"), msg("Servers"), {Figure.GUILDS: msg("Servers")}, _number),
}
