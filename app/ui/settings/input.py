"""What a person typed or picked for a setting, checked against the server it is meant for."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import discord

from app.core import durations
from app.core.errors import InvalidInput
from app.core.settings import registry
from app.core.settings.kinds import Kind, Setting, Value, zones
from app.core.settings.registry import SettingsSnapshot
from app.ui.kit.autocomplete import MOST_CHOICES
from app.ui.settings.words import WORDS

# Discord shows at most 100 characters of a choice.
LONGEST_CHOICE = 100
EXAMPLES_OF_DURATION = (60, 600, 3600, 6 * 3600, 86400, 3 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 90 * 86400)


def value_from(
    setting: Setting[Any],
    guild: discord.Guild,
    *,
    typed: str | None,
    channel: discord.abc.GuildChannel | None,
    role: discord.Role | None,
) -> Value:
    """Return the one value that was given, in the way that fits the setting.

    Raises InvalidInput with a sentence that says what would work: nothing or too much given, a value that does not
    fit, a channel or role of elsewhere, a role that the bot could not work with.
    """
    given = [option for option in (typed, channel, role) if option is not None]
    if len(given) != 1:
        raise InvalidInput(f"Give one value: `{setting.name}` takes {setting.takes()}.")
    if channel is not None:
        if setting.kind is not Kind.CHANNEL:
            raise InvalidInput(f"`{setting.name}` takes {setting.takes()}, not a channel.")
        return _channel(guild, channel.id)
    if role is not None:
        if setting.kind is not Kind.ROLE:
            raise InvalidInput(f"`{setting.name}` takes {setting.takes()}, not a role.")
        return _role(guild, role.id)
    assert typed is not None
    if setting.kind is Kind.CHANNEL:
        return _channel(guild, _named(typed, guild.channels) or _id(setting, typed))
    if setting.kind is Kind.ROLE:
        return _role(guild, _named(typed, guild.roles) or _id(setting, typed))
    return setting.read(typed)


def _id(setting: Setting[Any], typed: str) -> int:
    value = setting.read(typed)
    assert isinstance(value, int)
    return value


def _named(typed: str, things: Any) -> int | None:
    name = typed.strip().removeprefix("#").removeprefix("@").casefold()
    return next((thing.id for thing in things if thing.name.casefold().removeprefix("@") == name), None)


def _channel(guild: discord.Guild, channel_id: int) -> int:
    channel = guild.get_channel(channel_id)
    if channel is None:
        raise InvalidInput("That is not a channel of this server. Choose one from the list.")
    if not isinstance(channel, (discord.TextChannel, discord.VoiceChannel, discord.StageChannel)):
        raise InvalidInput(f"{channel.mention} holds no messages. Choose a text channel.")
    lacking = _lacking(channel)
    if lacking:
        raise InvalidInput(f"I cannot write in {channel.mention}: give me {' and '.join(lacking)} there first.")
    return channel.id


def _lacking(channel: discord.abc.GuildChannel) -> list[str]:
    """Return the permissions the bot would need in a channel to write there, as Discord names them."""
    mine = channel.permissions_for(channel.guild.me)
    needed = {"View Channel": mine.view_channel, "Send Messages": mine.send_messages, "Embed Links": mine.embed_links}
    return [name for name, has in needed.items() if not has]


def _role(guild: discord.Guild, role_id: int) -> int:
    role = guild.get_role(role_id)
    if role is None:
        raise InvalidInput("That is not a role of this server. Choose one from the list.")
    if role.is_default():
        raise InvalidInput("Everybody has that role; choose one that only some people have.")
    if role.managed:
        raise InvalidInput(f"{role.mention} belongs to an integration and cannot be given to people.")
    if role >= guild.me.top_role:
        raise InvalidInput(
            f"{role.mention} stands above my own role, so I cannot work with it. "
            "Move my role above it in the server's settings, or choose a lower one."
        )
    return role.id


def key_choices(typed: str) -> list[discord.OptionChoice]:
    """Return the settings whose name or words hold what was typed."""
    wanted = typed.strip().casefold()
    found = [
        setting for setting in registry.ALL if wanted in setting.name or wanted in WORDS[setting.name].label.casefold()
    ] or [setting for setting in registry.ALL if wanted in WORDS[setting.name].help.casefold()]
    return [_choice(f"{WORDS[setting.name].label} · {setting.name}", setting.name) for setting in found[:MOST_CHOICES]]


def value_choices(
    setting: Setting[Any], typed: str, snapshot: SettingsSnapshot | None, guild: discord.Guild | None
) -> list[discord.OptionChoice]:
    """Return values that would work and hold what was typed, the current one marked."""
    wanted = typed.strip().casefold()
    current = snapshot[setting] if snapshot is not None else None
    choices = [
        _choice(f"{label} · now" if value == current else label, name)
        for label, name, value in _suggestions(setting, wanted, guild)
        if wanted in label.casefold() or wanted == name.casefold()
    ]
    return choices[:MOST_CHOICES]


def _suggestions(setting: Setting[Any], wanted: str, guild: discord.Guild | None) -> Iterator[tuple[str, str, Value]]:
    """Yield label, text to send and value."""
    match setting.kind:
        case Kind.TOGGLE:
            yield from (("on", "on", True), ("off", "off", False))
        case Kind.CHOICE:
            yield from ((choice, choice, choice) for choice in setting.choices)
        case Kind.NUMBER:
            numbers = range(setting.least, setting.most + 1)
            yield from ((f"{number}", f"{number}", number) for number in numbers[:1000])
        case Kind.DURATION:
            for seconds in EXAMPLES_OF_DURATION:
                if setting.least <= seconds <= setting.most:
                    span = timedelta(seconds=seconds)
                    yield durations.spoken(span), durations.compact(span), seconds
        case Kind.TIMEZONE:
            yield from ((name.replace("_", " "), name, name) for name in zones().values())
        case Kind.CHANNEL:
            for channel in guild.text_channels if guild is not None else []:
                if _lacking(channel):
                    continue
                yield f"#{channel.name}", str(channel.id), channel.id
        case Kind.ROLE:
            for role in reversed(guild.roles) if guild is not None else []:
                if not role.is_default() and not role.managed:
                    yield f"@{role.name}", str(role.id), role.id
        case Kind.TEXT:
            if wanted:
                yield wanted, wanted, wanted


def _choice(label: str, value: str) -> discord.OptionChoice:
    return discord.OptionChoice(label[:LONGEST_CHOICE], value[:LONGEST_CHOICE])
