"""The options of the commands that add and edit a ticket type, declared and read once."""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial, wraps
from typing import Any, cast

import discord

from app.core import durations, emoji
from app.core.errors import InvalidInput
from app.core.messages import OptionName
from app.core.tickets import limits
from app.core.tickets.setup_rules import LENGTHS, MIN_SECONDS
from app.core.tickets.types import MAX_SECONDS, Place, Priority, TicketType
from app.core.typed_words import is_nothing
from app.ui.tickets.places import check_parent, check_role

MAX_LENGTH_TYPED = 50
TEAM = ("team", "second_team", "third_team")
CLEARED: dict[str, dict[str, Any]] = {
    "emoji": {"emoji": ""},
    "description": {"description": ""},
    "team": {"team_role_ids": ()},
    "category": {"parent_id": None},
}


def add_options() -> list[discord.Option]:
    """Return the options of a command that adds a type."""
    return [_option("name", "What it is called", required=True, max_length=limits.MAX_NAME), *_options()]


def edit_options() -> list[discord.Option]:
    """Return the options of a command that edits one."""
    return [
        _option("name", "Its new name", max_length=limits.MAX_NAME),
        *_options(),
        _option("offered", "Whether members can open such tickets", bool),
        _option("clear", "What to leave empty again", choices=list(CLEARED)),
    ]


def _options() -> list[discord.Option]:
    priorities = [discord.OptionChoice(priority.name.lower(), int(priority)) for priority in Priority]
    parents = [discord.ChannelType.category, discord.ChannelType.text]
    channel = discord.SlashCommandOptionType.channel
    return [
        _option("emoji", "Its emoji", max_length=64),
        _option("description", "What it is for, in a few words", max_length=limits.MAX_TYPE_DESCRIPTION),
        _option("team", "The role that works on it (default: all staff)", discord.Role),
        *[_option(name, "Another such role", discord.Role) for name in TEAM[1:]],
        _option("place", "Channels of their own, or private threads", choices=[place.value for place in Place]),
        _option(
            "parent", "The category of the channels, or the channel of the threads", channel, channel_types=parents
        ),
        _option("max_open", "How many may be open at once; 0 for no limit", int, min_value=0, max_value=10_000),
        _option("priority", "How urgent a new one is", int, choices=priorities),
        _length_option("cool_down", "How long a member waits between two, such as 30m"),
        _length_option("first_answer", "Target for the first answer, in business hours, such as 2h"),
        _length_option("next_answer", "Target for each further answer, in business hours"),
        _length_option("resolution", "Target for the solution, in business hours"),
        _length_option("remind_after", "When whoever owes an answer is reminded once, such as 1d"),
        _length_option("warn_after", "When a silent member is warned that it will be closed, such as 3d"),
        _length_option("close_after", "How long after that warning it is closed"),
        _option("ping", "Whether a new ticket pings its team", bool),
    ]


def _option(name: str, description: str, kind: Any = str, *, required: bool = False, **limits: Any) -> discord.Option:
    return discord.Option(kind, description, name=name, required=required, **limits)


_length_option = partial(_option, max_length=MAX_LENGTH_TYPED)


def with_options(
    *added: discord.Option,
) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Awaitable[None]]]:
    """Give a command these options after its own; it gets what was given of them as its last argument, by their names.

    py-cord reads a command's options from its signature, so the signature is what is written here. Its own options are
    declared below this with `discord.option`.
    """

    def decorate(function: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        own = list(inspect.signature(function).parameters.values())[:-1]
        names = {option.name for option in added}

        @wraps(function)
        async def command(self: object, ctx: discord.ApplicationContext, **given: Any) -> None:
            said = {name: value for name, value in given.items() if name in names and value is not None}
            mine = {name: value for name, value in given.items() if name not in names}
            await function(self, ctx, **mine, given=said)

        parameters = [
            inspect.Parameter(str(option.name), inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=option)
            for option in added
        ]
        cast("Any", command).__signature__ = inspect.Signature([*own, *parameters])
        return command

    return decorate


def reading(given: dict[str, Any], guild: discord.Guild) -> Callable[[TicketType], TicketType]:
    """Return what makes a type as the options say. Raises InvalidInput, for the parent only when it is called."""
    fields = dict(_fields(given, guild))

    def change(kind: TicketType) -> TicketType:
        made = replace(kind, **fields)
        if {"place", "parent_id"} & fields.keys():
            check_parent(guild, made)
        return made

    return change


def _fields(given: dict[str, Any], guild: discord.Guild) -> Iterator[tuple[str, Any]]:
    yield from CLEARED.get(given.get("clear", ""), {}).items()
    for name in {"name", "description", "max_open"} & given.keys():
        yield name, given[name]
    if "emoji" in given:
        yield "emoji", read_emoji(given["emoji"])
    roles = [given[name] for name in TEAM if name in given]
    if roles:
        yield "team_role_ids", tuple(dict.fromkeys(check_role(guild, role.id) for role in roles))
    if "place" in given:
        yield "place", Place(given["place"])
    if "parent" in given:
        yield "parent_id", given["parent"].id
    if "priority" in given:
        yield "priority", Priority(given["priority"])
    for name, field in LENGTHS.items():
        if name in given:
            yield field, read_length(name, given[name])
    for name, field in {"ping": "ping_team", "offered": "enabled"}.items():
        if name in given:
            yield field, given[name]


def read_length(name: str, typed: str) -> int:
    """Read a length of time in seconds; 0 for what says that there is none. Raises InvalidInput."""
    if is_nothing(typed):
        return 0
    try:
        seconds = durations.parse(typed).total_seconds()
    except ValueError:
        seconds = 0
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise InvalidInput(
            "`{name}` takes a length of time from 1 minute to 366 days, such as `30m` or `1d4h`, or `none`.",
            name=OptionName("tickets", name),
        )
    return int(seconds)


def read_emoji(typed: str) -> str:
    """Read an emoji. Raises InvalidInput."""
    text = typed.strip()
    if not emoji.is_unicode(text) and emoji.custom_id(text) is None:
        raise InvalidInput("`emoji` takes one emoji, such as 🐞, or one of this server's own.")
    return text
