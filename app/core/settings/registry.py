"""Every setting a server has, and what one server chose.

Adding a setting is one entry here and its words in `app/ui/settings/words.py`; commands, autocomplete, checks and
`docs/settings.md` follow from the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from app.core.settings.kinds import Kind, Setting, T, Value

HOUR, DAY = 3600, 86400

TIMEZONE: Setting[str] = Setting("general", "timezone", Kind.TIMEZONE, "UTC")
LOG_CHANNEL: Setting[int | None] = Setting("general", "log_channel", Kind.CHANNEL, None)
STAFF_ROLE: Setting[int | None] = Setting("general", "staff_role", Kind.ROLE, None)
PRIVATE_REPLIES: Setting[bool] = Setting("general", "private_replies", Kind.TOGGLE, default=True)
COLOUR: Setting[str] = Setting(
    "general",
    "colour",
    Kind.CHOICE,
    "blurple",
    choices=MappingProxyType(
        {"blurple": "0x5865f2", "green": "0x57f287", "gold": "0xf1c40f", "red": "0xed4245", "grey": "0x95a5a6"}
    ),
)
PAGE_SIZE: Setting[int] = Setting("general", "page_size", Kind.NUMBER, 8, least=3, most=15)
CONTACT: Setting[str | None] = Setting("general", "contact", Kind.TEXT, None, least=1, most=200)
UNDO_WITHIN: Setting[int] = Setting("general", "undo_within", Kind.DURATION, 30 * DAY, least=60, most=365 * DAY)

REMINDERS_ENABLED: Setting[bool] = Setting("reminders", "enabled", Kind.TOGGLE, default=True)
REMINDERS_CHANNEL: Setting[int | None] = Setting("reminders", "channel", Kind.CHANNEL, None)
REMINDERS_WHO: Setting[str] = Setting(
    "reminders",
    "who",
    Kind.CHOICE,
    "everybody",
    choices=MappingProxyType({"everybody": "every member", "staff": "staff and managers"}),
)
REMINDERS_FOR_OTHERS: Setting[str] = Setting(
    "reminders",
    "for_others",
    Kind.CHOICE,
    "staff",
    choices=MappingProxyType(
        {"everybody": "every member", "staff": "staff and managers", "nobody": "nobody, not even staff"}
    ),
)
REMINDERS_EVERYONE: Setting[bool] = Setting("reminders", "everyone", Kind.TOGGLE, default=False)
REMINDERS_SERIES: Setting[bool] = Setting("reminders", "series", Kind.TOGGLE, default=True)
REMINDERS_SHORTEST: Setting[int] = Setting(
    "reminders", "shortest_interval", Kind.DURATION, 300, least=60, most=30 * DAY
)
REMINDERS_PER_MEMBER: Setting[int] = Setting("reminders", "per_member", Kind.NUMBER, 25, least=1, most=500)
REMINDERS_PER_SERVER: Setting[int] = Setting("reminders", "per_server", Kind.NUMBER, 1000, least=1, most=100_000)
REMINDERS_CATCH_UP: Setting[int] = Setting("reminders", "catch_up", Kind.DURATION, DAY, least=60, most=30 * DAY)

ALL: tuple[Setting[Any], ...] = (
    TIMEZONE,
    LOG_CHANNEL,
    STAFF_ROLE,
    PRIVATE_REPLIES,
    COLOUR,
    PAGE_SIZE,
    CONTACT,
    UNDO_WITHIN,
    REMINDERS_ENABLED,
    REMINDERS_CHANNEL,
    REMINDERS_WHO,
    REMINDERS_FOR_OTHERS,
    REMINDERS_EVERYONE,
    REMINDERS_SERIES,
    REMINDERS_SHORTEST,
    REMINDERS_PER_MEMBER,
    REMINDERS_PER_SERVER,
    REMINDERS_CATCH_UP,
)
BY_NAME: Mapping[str, Setting[Any]] = MappingProxyType({setting.name: setting for setting in ALL})


@dataclass(frozen=True)
class SettingsSnapshot:
    """What one server chose, at one moment. Whatever it did not choose has its default."""

    guild_id: int
    chosen: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __getitem__(self, setting: Setting[T]) -> T:
        """Return the value that holds: the chosen one, or the default."""
        return cast("T", self.chosen.get(setting.name, setting.default))

    def is_chosen(self, setting: Setting[Any]) -> bool:
        """Tell whether the server chose this itself."""
        return setting.name in self.chosen
