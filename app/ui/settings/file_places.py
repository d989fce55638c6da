"""The channels and roles that a file of settings names, found in a server."""

from collections.abc import Sequence
from typing import Any, cast

import discord

from app.core.errors import InvalidInput
from app.core.messages import msg
from app.core.settings.differences import Refusal, Wish
from app.core.settings.exchange_reading import Entry, Place
from app.core.settings.kinds import Kind, Setting
from app.ui.kit.text import plain
from app.ui.settings.input import checking

Thing = discord.abc.GuildChannel | discord.Role


def wishes_of(entries: Sequence[Entry], guild: discord.Guild) -> tuple[list[Wish], list[Refusal]]:
    """Return what a file asks for in a server, and what of it cannot be."""
    wishes: list[Wish] = []
    refused: list[Refusal] = []
    for one in entries:
        if one.setting is None or one.mistake is not None:
            refused.append(Refusal(one.name, one.mistake or msg("There is no setting of that name."), one.line))
        elif not isinstance(one.value, Place):
            wishes.append(Wish(one.setting, one.value, one.note, one.line))
        else:
            try:
                wishes.append(_found(one, one.setting, one.value, guild))
            except InvalidInput as error:
                refused.append(Refusal(one.name, error.message, one.line))
    return wishes, refused


def name_in(guild: discord.Guild, setting: Setting[Any], number: int) -> str | None:
    """Return the name of a channel or role of a setting; None if it is gone."""
    found = guild.get_channel(number) if setting.kind is Kind.CHANNEL else guild.get_role(number)
    return found.name if found is not None else None


def _found(entry: Entry, setting: Setting[Any], place: Place, guild: discord.Guild) -> Wish:
    is_channel = setting.kind is Kind.CHANNEL
    if place.id is not None:
        by_id = guild.get_channel(place.id) if is_channel else guild.get_role(place.id)
        if by_id is not None:
            return Wish(setting, by_id.id, None, entry.line)
    if place.name is None:
        raise InvalidInput(msg("No channel here has that id.") if is_channel else msg("No role here has that id."))
    called = _called(place.name, cast("Sequence[Thing]", guild.channels if is_channel else guild.roles))
    usable = [one for one in called if _is_usable(setting, one, guild)]
    name = plain(place.name, 100)
    if not called:
        raise InvalidInput(
            msg("There is no channel called “{name}” in this server.", name=name)
            if is_channel
            else msg("There is no role called “{name}” in this server.", name=name)
        )
    if len(called) > 1 and len(usable) != 1:
        raise InvalidInput(
            msg("Several channels here are called “{name}”. Write the id of one of them.", name=name)
            if is_channel
            else msg("Several roles here are called “{name}”. Write the id of one of them.", name=name)
        )
    note = None if place.id is None else msg("found by its name, as the file has the id of another one")
    return Wish(setting, (usable or called)[0].id, note, entry.line)


def _called(name: str, things: Sequence[Thing]) -> list[Thing]:
    """Return those of a name, or else those whose name differs in capital letters alone."""
    exact = [one for one in things if one.name == name]
    return exact or [one for one in things if one.name.casefold() == name.casefold()]


def _is_usable(setting: Setting[Any], one: Thing, guild: discord.Guild) -> bool:
    try:
        checking(guild)(setting, one.id)
    except InvalidInput:
        return False
    return True
