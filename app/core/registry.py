"""Every setting a server has, collected from the features. A new feature with settings adds its line to `PARTS`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any, cast

from app.core.messages import Message, msg
from app.core.reminders import settings as reminders
from app.core.settings import general
from app.core.settings.kinds import Setting


@dataclass(frozen=True)
class Part:
    """The settings of one feature, in the order of its file."""

    label: Message
    settings: tuple[Setting[Any], ...]


def _part(label: Message, module: ModuleType) -> Part:
    return Part(
        label, tuple(cast("Setting[Any]", value) for value in vars(module).values() if isinstance(value, Setting))
    )


PARTS: Mapping[str, Part] = MappingProxyType(
    {"general": _part(msg("General"), general), "reminders": _part(msg("Reminders"), reminders)}
)
ALL: tuple[Setting[Any], ...] = tuple(setting for part in PARTS.values() for setting in part.settings)
BY_NAME: Mapping[str, Setting[Any]] = MappingProxyType({setting.name: setting for setting in ALL})
