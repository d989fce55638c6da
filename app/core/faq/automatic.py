"""The channels in which the bot suggests an answer by itself.

Each is a JSON object among the server's settings (see `app.core.registry`), so that it has a history. Its key is the
channel's id.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from app.core.checks import ANSWERING, Place, Step
from app.core.messages import msg
from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.settings.structures import Carried, Field, Holds

AUTOMATIC = "faq_automatic"
"""The scope of the settings."""
DEFAULT_THRESHOLD = 70
DEFAULT_COOLDOWN = 600
DEFAULT_WAIT = 5
MAX_COOLDOWN = 7 * 86400
MAX_WAIT = 3600


@record
class Automatic:
    """How answers are suggested in one channel."""

    channel_id: int
    threshold: int = DEFAULT_THRESHOLD
    """How sure the bot has to be, in percent."""
    cooldown: int = DEFAULT_COOLDOWN
    """Seconds in which the same answer is not suggested there again."""
    wait: int = DEFAULT_WAIT
    """Seconds in which somebody else may answer first."""

    @classmethod
    def from_json(cls, key: str, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        channel_id = int(key)
        if not 0 < channel_id <= MAX_ID:
            raise ValueError("not a channel")
        return cls(
            channel_id,
            _number(found.get("threshold", DEFAULT_THRESHOLD), 1, 100),
            _number(found.get("cooldown", DEFAULT_COOLDOWN), 0, MAX_COOLDOWN),
            _number(found.get("wait", DEFAULT_WAIT), 0, MAX_WAIT),
        )

    def to_json(self) -> dict[str, Any]:
        """Write it as the settings hold it."""
        return {"threshold": self.threshold, "cooldown": self.cooldown, "wait": self.wait}


def places(key: str, found: Mapping[str, Any]) -> Iterator[Place]:
    """Return the channel itself."""
    place = Automatic.from_json(key, found)
    again = msg("Choose another channel with `/faq auto set`, or suggest nothing there any more.")
    name, steps = f"{AUTOMATIC}.{key}", (Step.CLEAR,)
    yield Place(name, msg("Suggested answers"), place.channel_id, ANSWERING, steps=steps, again=again)


def _number(found: Any, least: int, most: int) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
        raise ValueError("not a number within its bounds")
    return found


FIELDS = {
    "channel_id": Field(msg("Channel"), Holds.CHANNEL),
    "threshold": Field(msg("How sure, in percent")),
    "cooldown": Field(msg("Before the same answer comes again"), Holds.SECONDS),
    "wait": Field(msg("How long others may answer first"), Holds.SECONDS),
}
CARRIED = Carried(
    in_files=True,
    goes_back=True,
    fields=FIELDS,
    key_field="channel_id",
    checked=lambda key, found: Automatic.from_json(key, found).to_json(),
)
"""They are nothing but what somebody chose."""
