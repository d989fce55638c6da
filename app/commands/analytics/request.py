"""What every command and button about the use of the bot begins with: who asks, and what their server chose."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from enum import StrEnum
from typing import Any, TypeVar

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.analytics.policy import AnalyticsPolicy
from app.core.errors import InvalidInput
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.ui.analytics.names import Names, names_in
from app.uow import UnitOfWork, asked

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90, "A year": 365}
Function = TypeVar("Function", bound=Callable[..., Any])
Enumerated = TypeVar("Enumerated", bound=StrEnum)


def with_period(function: Function) -> Function:
    """Give a command the option of a period."""
    return discord.option(
        "period",
        int,
        description="The time before now; what this server chose if left out",
        required=False,
        choices=[discord.OptionChoice(name, days) for name, days in PERIODS.items()],
    )(function)


def with_everywhere(function: Function) -> Function:
    """Give a command the option of all servers."""
    return discord.option(
        "everywhere", bool, description="Of all servers; only for the people who run this bot", required=False
    )(function)


@record
class RequestContext:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot
    names: Names
    """What commands are called here."""

    @property
    def policy(self) -> AnalyticsPolicy:
        """What the server chose about its statistics."""
        return AnalyticsPolicy.of(self.snapshot)

    def days(self, chosen: int | None) -> int:
        """Return the days that were chosen, else those that the server chose. Raises InvalidInput."""
        days = self.policy.period if chosen is None else chosen
        if days not in PERIODS.values():
            raise InvalidInput("There are figures of 7, 30, 90 and 365 days. Choose one of these.")
        return days


def one_of(kind: type[Enumerated], typed: str) -> Enumerated:
    """Read what Discord lets people choose, also from a client that sends something else. Raises InvalidInput."""
    try:
        return kind(typed)
    except ValueError:
        raise InvalidInput("That is none of the choices. Choose one from the list.") from None


Asked = AbstractAsyncContextManager[tuple[RequestContext, UnitOfWork]]


class StatsCog:
    """What the commands and buttons about the use of the bot share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _context(self, interaction: discord.Interaction) -> RequestContext:
        """Read who asks. Raises NotInServer."""
        actor, snapshot = await self._bot.asked_by(interaction)
        return RequestContext(actor, snapshot, names_in(self._bot.pending_application_commands, actor.guild_id))

    def _work(self, interaction: discord.Interaction) -> Asked:
        """Read who asks, and open a transaction for reading."""
        return asked(self._context(interaction), self._bot.uow.snapshot())
