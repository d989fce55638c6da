"""The channels and roles that a file of settings names, found in a server."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import discord

from app.core.errors import InvalidInput
from app.core.messages import Message, msg
from app.core.settings.differences import Refusal, Wish
from app.core.settings.exchange_places import Place
from app.core.settings.exchange_reading import Entry
from app.core.settings.kinds import Kind, Setting
from app.ui.kit.text import plain
from app.ui.settings.input import checking

Thing = discord.abc.GuildChannel | discord.Role


def wishes_of(entries: Sequence[Entry], places: "Places") -> tuple[list[Wish], list[Refusal]]:
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
                found, note = places.find(one.setting.kind, one.value, _usable(one.setting, places.guild))
                wishes.append(Wish(one.setting, found, note, one.line))
            except InvalidInput as error:
                refused.append(Refusal(one.name, error.message, one.line))
    return wishes, refused


def name_in(guild: discord.Guild, kind: Kind, number: int) -> str | None:
    """Return the name of a channel or role; None if it is gone."""
    found = guild.get_channel(number) if kind is Kind.CHANNEL else guild.get_role(number)
    return found.name if found is not None else None


class Places:
    """The channels and roles of a server by their names: a file may name many."""

    def __init__(self, guild: discord.Guild) -> None:
        self.guild = guild
        things: dict[Kind, Sequence[Thing]] = {Kind.CHANNEL: guild.channels, Kind.ROLE: guild.roles}
        self._exactly: dict[tuple[Kind, str], list[Thing]] = defaultdict(list)
        self._roughly: dict[tuple[Kind, str], list[Thing]] = defaultdict(list)
        for kind, ones in things.items():
            for one in ones:
                self._exactly[kind, one.name].append(one)
                self._roughly[kind, one.name.casefold()].append(one)

    def find(self, kind: Kind, place: Place, usable: Callable[[int], bool]) -> tuple[int, Message | None]:
        """Return the id of what a file names, and what to know about it; `usable` decides between some of one name.

        Raises InvalidInput.
        """
        is_channel = kind is Kind.CHANNEL
        if place.id is not None:
            by_id = self.guild.get_channel(place.id) if is_channel else self.guild.get_role(place.id)
            if by_id is not None:
                return by_id.id, None
        if place.name is None:
            raise InvalidInput(msg("No channel here has that id.") if is_channel else msg("No role here has that id."))
        # Those of exactly that name, or else those whose name differs in capital letters alone.
        called = self._exactly.get((kind, place.name)) or self._roughly.get((kind, place.name.casefold())) or []
        fitting = [one for one in called if usable(one.id)]
        name = plain(place.name, 100)
        if not called:
            raise InvalidInput(
                msg("There is no channel called “{name}” in this server.", name=name)
                if is_channel
                else msg("There is no role called “{name}” in this server.", name=name)
            )
        if len(called) > 1 and len(fitting) != 1:
            raise InvalidInput(
                msg("Several channels here are called “{name}”. Write the id of one of them.", name=name)
                if is_channel
                else msg("Several roles here are called “{name}”. Write the id of one of them.", name=name)
            )
        note = None if place.id is None else msg("found by its name, as the file has the id of another one")
        return (fitting or called)[0].id, note


def _usable(setting: Setting[int], guild: discord.Guild) -> Callable[[int], bool]:
    def is_usable(one_id: int) -> bool:
        try:
            checking(guild)(setting, one_id)
        except InvalidInput:
            return False
        return True

    return is_usable
