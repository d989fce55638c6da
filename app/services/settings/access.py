"""Who may change settings, and what is refused."""

from typing import Any

from app.core import registry
from app.core.actor import Actor
from app.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.core.settings.kinds import Setting
from app.core.storable import is_storable

MAX_REASON = 300


class UnknownSetting(InvalidInput):
    """No setting has this name."""

    def __init__(self, name: str) -> None:
        shown = name[:50].replace("`", "'")
        super().__init__(
            "There is no setting called `{name}`. Choose one from the list that appears as you type.", name=shown
        )


class SettingsNotAllowed(NotAllowed):
    """This person may not change settings."""

    def __init__(self) -> None:
        super().__init__("Only people who may manage this server can see and change its settings.")


class AlreadySo(Conflict):
    """The change would change nothing."""


class ChangeNotFound(NotFound):
    """No such change in this server."""

    def __init__(self) -> None:
        super().__init__("There is no such change in the history of this server.")


class ChangedSince(Conflict):
    """Taking a change back would take a later one with it."""


def require_may_change(actor: Actor, setting: Setting[Any]) -> None:
    """Raise SettingsNotAllowed unless somebody may change a setting."""
    if not actor.is_staff or not setting.by_staff:
        require_manager(actor)


def require_manager(actor: Actor) -> None:
    """Raise SettingsNotAllowed unless somebody may manage the server."""
    if not actor.is_manager:
        raise SettingsNotAllowed


def find_setting(name: str) -> Setting[Any]:
    """Return the setting of that name. Raises UnknownSetting."""
    setting = registry.BY_NAME.get(name.strip().lower())
    if setting is None:
        raise UnknownSetting(name)
    return setting


def checked_reason(reason: str | None) -> str | None:
    """Return a reason as it is kept. Raises InvalidInput."""
    if reason is None or not reason.strip():
        return None
    if len(reason) > MAX_REASON or not is_storable(reason):
        raise InvalidInput("A reason may have at most {maximum} characters.", maximum=MAX_REASON)
    return reason.strip()
