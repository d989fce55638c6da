"""The options of the commands that create and edit a reminder, declared once."""

import inspect
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, cast

import discord

from app.core.records import record
from app.ui.kit.limits import MAX_CONTENT
from app.ui.reminders.forms import PLACES

Channel = discord.abc.GuildChannel | discord.Thread
Mentionable = discord.Member | discord.User | discord.Role

CHANNEL, MENTIONABLE = discord.SlashCommandOptionType.channel, discord.SlashCommandOptionType.mentionable
MAX_SPAN_LENGTH = 50
MAX_TIME_LENGTH = 200
MAX_TIMES = 10_000
MAX_TRIES = 100


@record
class ReminderOptions:
    """The values of these options as they were typed and chosen; None for what was left out."""

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
    def are_empty(self) -> bool:
        """Tell whether all were left out."""
        return self == ReminderOptions()


def create_options() -> list[discord.Option]:
    """Return the options of a command that creates a reminder."""
    return [
        _time_option("when", "When to send it, such as: in 2h30m, tomorrow 9am, every weekday at 8", required=True),
        _option("what", "What it says", str, required=True, max_length=MAX_CONTENT),
        _option("channel", "The channel to send it to (default: this one)", CHANNEL, channel_types=PLACES),
        _option("mention", "Whom to ping (default: you)", MENTIONABLE),
        _option("direct", "Send it as a direct message, not in a channel", bool),
        _span_option("early", "Also send a warning this long before, such as 1h"),
        _time_option("until", "When a repeating reminder ends, such as 31 dec"),
        _option("times", "How many times a repeating reminder is sent", int, min_value=1, max_value=MAX_TIMES),
        _span_option("insist", "Send it again this often until someone presses Done, such as 10m"),
        _option("tries", "How many times to send it again (default: 3)", int, min_value=1, max_value=MAX_TRIES),
        _option("escalate", "Also ping this role the last time it is sent", discord.Role),
        _span_option("late", "How late it may still be sent, such as 2h"),
        _time_option("message", "Link to the message in this server that it is about"),
    ]


def edit_options() -> list[discord.Option]:
    """Return the options of a command that edits one."""
    return [
        _time_option("when", "The new time, such as: tomorrow 9am, every weekday at 8"),
        _option("what", "The new text", str, max_length=MAX_CONTENT),
        _option("channel", "The new channel", CHANNEL, channel_types=PLACES),
        _option("mention", "Whom to ping from now on", MENTIONABLE),
        _option("direct", "Send it as a direct message, not in a channel", bool),
        _span_option("early", "Also send a warning this long before, such as 1h; none for no warning"),
        _time_option("until", "When a repeating reminder ends, such as 31 dec; none for no end"),
        _option(
            "times",
            "How many times a repeating reminder is sent; 0 for no limit",
            int,
            min_value=0,
            max_value=MAX_TIMES,
        ),
        _span_option(
            "insist", "Send it again this often until someone presses Done, such as 10m; none to send it once"
        ),
        _option("tries", "How many times to send it again", int, min_value=1, max_value=MAX_TRIES),
        _option("escalate", "Also ping this role the last time it is sent", discord.Role),
        _span_option("late", "How late it may still be sent, such as 2h; none for the server default"),
    ]


def _option(name: str, description: str, kind: Any = str, *, required: bool = False, **limits: Any) -> discord.Option:
    return discord.Option(kind, description, name=name, required=required, **limits)


_time_option = partial(_option, max_length=MAX_TIME_LENGTH)
_span_option = partial(_option, max_length=MAX_SPAN_LENGTH)


def with_options(
    *added: discord.Option,
) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., Awaitable[None]]]:
    """Give a command these options after its own; it gets them as its last argument, one `ReminderOptions`.

    py-cord reads a command's options from its signature, so the signature is what is written here. Its own options are
    declared below this with `discord.option`.
    """

    def decorate(function: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        own = list(inspect.signature(function).parameters.values())[:-1]
        names = {option.name for option in added}

        @wraps(function)
        async def command(self: object, ctx: discord.ApplicationContext, **given: Any) -> None:
            said = {name: value for name, value in given.items() if name in names}
            mine = {name: value for name, value in given.items() if name not in names}
            await function(self, ctx, **mine, options=ReminderOptions(**said))

        parameters = [
            inspect.Parameter(str(option.name), inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=option)
            for option in added
        ]
        cast("Any", command).__signature__ = inspect.Signature([*own, *parameters])
        return command

    return decorate
