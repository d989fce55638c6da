"""What one may say of a reminder when one makes or changes it: the options of both commands, declared once."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

import discord

from app.ui.kit.limits import MAX_CONTENT

Channel = discord.abc.GuildChannel | discord.Thread
Mentionable = discord.Member | discord.User | discord.Role

PLACES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.news_thread,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
]
"""The channels that can be chosen: those that hold messages. A private thread is chosen by being in it."""
ANY_PLACE = [*PLACES, discord.ChannelType.private_thread]
"""The channels that reminders can be in."""

LONGEST_SPAN = 50
LONGEST_TIME = 200


@dataclass(frozen=True)
class Wishes:
    """What was said of a reminder, as it was typed and chosen; None for what was not."""

    when: str | None = None
    what: str | None = None
    channel: Channel | None = None
    mention: Mentionable | None = None
    direct: bool | None = None
    early: str | None = None
    until: str | None = None
    times: int | None = None
    insist: str | None = None
    tries: int | None = None
    escalate: discord.Role | None = None
    late: str | None = None
    message: str | None = None

    @property
    def are_none(self) -> bool:
        """Tell whether nothing was said."""
        return self == Wishes()


def to_make() -> list[discord.Option]:
    """Return the options of a command that makes a reminder."""
    link = "A message of this server that it shall lead back to, as its link"
    return [
        _text("when", "As in: in 2h30m, tomorrow 9am, every weekday at 8", LONGEST_TIME, required=True),
        _text("what", "What to say then", MAX_CONTENT, required=True),
        *_places("Where; otherwise here", "Whom to ping; otherwise you"),
        *_extras(""),
        _text("message", link, 200),
    ]


def to_change() -> list[discord.Option]:
    """Return the options of a command that changes one."""
    return [
        _text("when", "When instead, as in: tomorrow 9am, every weekday at 8", LONGEST_TIME),
        _text("what", "What to say instead", MAX_CONTENT),
        *_places("Where instead", "Whom to ping instead"),
        *_extras("; none for no more"),
    ]


def _places(where: str, whom: str) -> list[discord.Option]:
    channel, anybody = discord.SlashCommandOptionType.channel, discord.SlashCommandOptionType.mentionable
    return [
        discord.Option(channel, where, name="channel", channel_types=PLACES, required=False),
        discord.Option(anybody, whom, name="mention", required=False),
        discord.Option(bool, "As a direct message instead of in a channel", name="direct", required=False),
    ]


def _extras(clears: str) -> list[discord.Option]:
    least = 0 if clears else 1
    tries = "How often to insist" + ("" if clears else " (3)")
    return [
        _text("early", f"A warning that long before, as in 1h{clears}", LONGEST_SPAN),
        _text("until", f"When a series ends, as in 31 dec{clears}", LONGEST_TIME),
        discord.Option(
            int,
            "How often a series comes" + ("; 0 for without end" if clears else ""),
            name="times",
            required=False,
            min_value=least,
            max_value=10000,
        ),
        _text("insist", f"Repeat it that often until Done is pressed, as in 10m{clears}", LONGEST_SPAN),
        discord.Option(int, tries, name="tries", required=False, min_value=1, max_value=100),
        discord.Option(discord.Role, "A role to ping with the last try", name="escalate", required=False),
        _text("late", f"How late it may still come, as in 2h{clears}", LONGEST_SPAN),
    ]


def _text(name: str, description: str, longest: int, *, required: bool = False) -> discord.Option:
    return discord.Option(str, description, name=name, required=required, max_length=longest)


def wishing(
    *options: discord.Option,
) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Awaitable[None]]]:
    """Give a command these options behind its own; it gets them as its last argument, one `Wishes`.

    py-cord reads a command's options from its signature, so the signature is what is written here. Its own options are
    declared below this with `discord.option`.
    """

    def decorate(function: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        own = list(inspect.signature(function).parameters.values())[:-1]
        behind = {option.name for option in options}

        @wraps(function)
        async def command(self: object, ctx: discord.ApplicationContext, **given: Any) -> None:
            said = {name: value for name, value in given.items() if name in behind}
            mine = {name: value for name, value in given.items() if name not in behind}
            await function(self, ctx, **mine, wishes=Wishes(**said))

        parameters = [
            inspect.Parameter(str(option.name), inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=option)
            for option in options
        ]
        cast("Any", command).__signature__ = inspect.Signature([*own, *parameters])
        return command

    return decorate
