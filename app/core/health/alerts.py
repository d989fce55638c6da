"""Telling the operators that something is wrong: where to, and what they have been told.

Both are kept among the settings of no server, each as a JSON object. Reading one raises ValueError for what this
release does not understand.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self, cast

from app.core.health_kinds import HealthState
from app.core.records import record
from app.core.settings.kinds import MAX_ID
from app.core.storable import is_storable

ALERTS = "health_alerts"
"""The scope of the settings."""
NO_GUILD = 0
"""The server that these settings belong to."""
PLACE = "place"
MAX_PAUSE = timedelta(days=30)
MIN_PAUSE = timedelta(minutes=1)
MAX_SERVICE, MAX_REASONS, MAX_WORD = 300, 20, 60


@record
class AlertPlace:
    """Where operators are told."""

    guild_id: int
    channel_id: int
    locale: str | None = None
    """The language of that server: not every process knows it."""
    paused_until: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Tell whether nobody wants to be told at a moment."""
        return self.paused_until is not None and now < self.paused_until

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read it. Raises ValueError."""
        locale, until = found.get("locale"), found.get("paused_until")
        return cls(
            _id(found.get("guild_id")),
            _id(found.get("channel_id")),
            None if locale is None else _text(locale, MAX_WORD),
            None if until is None else _moment(until),
        )

    def to_json(self) -> dict[str, Any]:
        """Write it."""
        until = None if self.paused_until is None else self.paused_until.isoformat()
        given = {"guild_id": self.guild_id, "channel_id": self.channel_id, "locale": self.locale, "paused_until": until}
        return {name: value for name, value in given.items() if value is not None}


@record
class Condition:
    """How a process is, and since when."""

    service: str
    """Which, by its shards."""
    state: HealthState
    since: datetime
    version: str
    """The release."""
    reasons: Sequence[str] = ()
    """Words of `app.core.health.state.Reason`."""


@record
class OpenAlert:
    """What operators were told of a process that is not well yet."""

    service: str
    state: HealthState
    since: datetime
    """When it began not to be well."""
    channel_id: int
    version: str
    message_id: int | None = None
    """None for one that somebody deleted."""
    reasons: tuple[str, ...] = ()
    worst: HealthState = HealthState.DEGRADED
    """The worst that they were told."""
    is_absence: bool = False
    """Whether it is about a process that does not run, as another one has told them."""

    @property
    def key(self) -> str:
        """Return the key that it is kept by."""
        return self.key_for(self.service, is_absence=self.is_absence)

    @staticmethod
    def key_for(service: str, *, is_absence: bool = False) -> str:
        """Return the key of what was told of a process; its name may be long."""
        return f"{'gone' if is_absence else 'told'}_{hashlib.blake2b(service.encode(), digest_size=6).hexdigest()}"

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Read one. Raises ValueError."""
        message, reasons = found.get("message_id"), found.get("reasons", [])
        if not isinstance(reasons, list) or len(cast("list[Any]", reasons)) > MAX_REASONS:
            raise ValueError("no reasons")
        return cls(
            service=_text(found.get("service"), MAX_SERVICE),
            state=HealthState(found.get("state")),
            since=_moment(found.get("since")),
            channel_id=_id(found.get("channel_id")),
            version=_text(found.get("version"), MAX_SERVICE),
            message_id=None if message is None else _id(message),
            reasons=tuple(_text(one, MAX_WORD) for one in cast("list[Any]", reasons)),
            worst=HealthState(found.get("worst", HealthState.DEGRADED)),
            is_absence=found.get("is_absence") is True,
        )

    def to_json(self) -> dict[str, Any]:
        """Write it."""
        given = {
            "service": self.service,
            "state": self.state.value,
            "since": self.since.isoformat(),
            "channel_id": self.channel_id,
            "version": self.version,
            "message_id": self.message_id,
            "reasons": list(self.reasons),
            "worst": self.worst.value,
            "is_absence": self.is_absence or None,
        }
        return {name: value for name, value in given.items() if value is not None}


def read(key: str, found: Mapping[str, Any]) -> AlertPlace | OpenAlert:
    """Read either. Raises ValueError."""
    if key == PLACE:
        return AlertPlace.from_json(found)
    told = OpenAlert.from_json(found)
    if told.key != key:
        raise ValueError("of another process")
    return told


class Step(StrEnum):
    """What has to be done so that operators know how a process is."""

    NOTHING = "nothing"
    TELL = "tell"
    """Tell them anew."""
    EDIT = "edit"
    """Change what they were told."""
    WORSE = "worse"
    """Change it, and tell them that it has become worse."""
    END = "end"
    """Say that it is over."""


def step_of(told: OpenAlert | None, now: Condition, *, is_paused: bool) -> Step:
    """Decide what has to be done. While alerts are paused, what was told is still kept right, as that is no noise."""
    if now.state is HealthState.OK:
        return Step.NOTHING if told is None else Step.END
    if told is None:
        return Step.NOTHING if is_paused else Step.TELL
    if now.state is HealthState.DOWN and told.worst is not HealthState.DOWN and not is_paused:
        return Step.WORSE
    return Step.NOTHING if (told.state, told.reasons) == (now.state, tuple(now.reasons)) else Step.EDIT


def _id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= MAX_ID:
        raise ValueError("not an id")
    return value


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most or not is_storable(value):
        raise ValueError("not such a text")
    return value


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(_text(value, MAX_WORD))
    if found.tzinfo is None:
        raise ValueError("a moment without a zone")
    return found
