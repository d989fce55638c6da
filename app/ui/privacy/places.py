"""Servers by name, as far as the bot still knows them."""

from collections.abc import Callable, Sequence

from app.core.errors import InvalidInput
from app.core.messages import t
from app.core.privacy.tombstones import EVERYWHERE
from app.core.settings.kinds import MAX_ID
from app.core.typed_words import is_all
from app.ui.kit.autocomplete import Suggestion, meant

ALL = "all"
NameOf = Callable[[int], str | None]


def suggestions(typed: str, guild_ids: Sequence[int], name_of: NameOf, *, here: int | None) -> list[Suggestion]:
    """Suggest all servers, this one, and those in which anything is stored."""
    everywhere = Suggestion(t("All servers"), ALL)
    listed = dict.fromkeys(([here] if here is not None else []) + list(guild_ids))
    found = [everywhere, *(_suggestion(guild_id, name_of) for guild_id in listed)]
    return [one for one in found if typed.casefold() in one.label.casefold()]


def read(typed: str | None, guild_ids: Sequence[int], name_of: NameOf, *, here: int | None) -> int:
    """Return which server is meant, `EVERYWHERE` for all. Raises InvalidInput."""
    if typed is None:
        return here if here is not None else EVERYWHERE
    value = meant(typed, lambda: suggestions("", guild_ids, name_of, here=here))
    if value == ALL or is_all(value):
        return EVERYWHERE
    if value.isascii() and value.isdigit() and len(value) <= 20 and 0 < int(value) <= MAX_ID:
        return int(value)
    raise InvalidInput("`server` takes one of the servers that appear as you type, or all of them.")


def named(guild_id: int, name_of: NameOf) -> str:
    """Name a server, or all."""
    if guild_id == EVERYWHERE:
        return t("all servers")
    return name_of(guild_id) or t("the server {id}", id=guild_id)


def _suggestion(guild_id: int, name_of: NameOf) -> Suggestion:
    return Suggestion(name_of(guild_id) or str(guild_id), str(guild_id))
