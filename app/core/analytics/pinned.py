"""The message with figures that keeps itself up to date: a JSON object among the server's settings."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from app.core.analytics.settings import PERIODS
from app.core.checks import FIGURES, Place, Step
from app.core.messages import msg
from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.settings.snapshot import SettingsSnapshot
from app.core.settings.structures import Carried, Field, Holds

PINNED = "analytics_pinned"
"""The scope of the setting."""
KEY = "stats"


@record
class Pinned:
    """Where it is, and of how many days its figures are."""

    channel_id: int
    days: int
    message_id: int | None = None

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read it. Raises ValueError."""
        message = found.get("message_id")
        days = found.get("days")
        if key != KEY or days not in PERIODS:
            raise ValueError("not figures that can be pinned")
        return cls(_id(found.get("channel_id")), days, None if message is None else _id(message))

    @classmethod
    def of(cls, snapshot: SettingsSnapshot) -> "Pinned | None":
        """Return the one of a server, None if it has none."""
        return next((cls.from_json(*one) for one in snapshot.structures(PINNED).items()), None)

    def to_json(self) -> dict[str, Any]:
        """Write it as the settings hold it."""
        known = {} if self.message_id is None else {"message_id": self.message_id}
        return {"channel_id": self.channel_id, "days": self.days, **known}


def places(key: str, found: Mapping[str, Any]) -> Iterator[Place]:
    """Return the channel of the message."""
    pinned = Pinned.from_json(key, found)
    again = msg("Choose another channel with `/stats pin`, or take them away.")
    name, steps = f"{PINNED}.{key}", (Step.CLEAR,)
    yield Place(name, msg("Pinned statistics"), pinned.channel_id, FIGURES, steps=steps, again=again)


def _id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_ID:
        raise ValueError("not an id")
    return value


CARRIED = Carried(
    in_files=True,
    goes_back=True,
    fields={
        "channel_id": Field(msg("Channel"), Holds.CHANNEL),
        "days": Field(msg("Days")),
        "message_id": Field(msg("Message"), Holds.POSTED),
    },
    sample={"channel_id": 1, "days": PERIODS[0]},
    words_as_keys=frozenset({KEY}),
    checked=lambda key, found: Pinned.from_json(key, found).to_json(),
    stays=msg("Its message is deleted."),
    posts=msg("If its message is not there, it is posted."),
)
