"""What every command and button of tickets begins with: who asks, and which ticket they mean."""

import asyncio
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime

import discord

from app.bot import Bot
from app.core import durations, when
from app.core.actor import Actor
from app.core.errors import InvalidInput, UserError
from app.core.records import record
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.core.tickets.errors import NoTicketHere, TicketNotFound
from app.core.tickets.policy import TicketPolicy
from app.services.tickets.access import Which
from app.uow import UnitOfWork, asked


@record
class RequestContext:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot

    @property
    def policy(self) -> TicketPolicy:
        """What the server chose about tickets."""
        return TicketPolicy.of(self.snapshot)


def which(interaction: discord.Interaction, typed: str | None = None) -> Which:
    """Say which ticket is meant: the number that was typed, else that of the channel. Raises TicketNotFound."""
    if typed is None or not typed.strip():
        if interaction.channel_id is None:
            raise NoTicketHere
        return Which(channel_id=interaction.channel_id)
    number = typed.strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise TicketNotFound
    return Which(number=int(number))


Asked = AbstractAsyncContextManager[tuple[RequestContext, UnitOfWork]]


class TicketCog:
    """What the commands and buttons of tickets share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _context(self, interaction: discord.Interaction, guild_id: int | None = None) -> RequestContext:
        """Read who asks. `guild_id` is the server that a button names in a direct message, where nobody is staff.

        Raises NotInServer for a direct message that names none.
        """
        return RequestContext(*await self._bot.asked_by(interaction, guild_id))

    async def _moment(self, interaction: discord.Interaction, context: RequestContext, typed: str) -> datetime:
        """Read one time in the future, by the clock of who typed it, or how long from now. Raises InvalidInput."""
        zone = await self._bot.member_zones.get(context.actor.user_id) or context.snapshot[general.TIMEZONE]
        now = self._bot.clock()

        def read() -> datetime | None:
            with suppress(ValueError, OverflowError):
                return now + durations.parse(typed)
            found = when.read(typed, now=now, zone=zone, locale=interaction.locale)
            return None if found.recurs else found.next_after(now)

        # In a thread: for some languages the first phrase loads a library, which would hold up everybody.
        moment = await asyncio.to_thread(read)
        if moment is None:
            raise InvalidInput("`until` takes one time in the future, such as `tomorrow 9am` or `in 3 days`.")
        return moment

    @staticmethod
    async def _tried(effect: Awaitable[object]) -> UserError | None:
        """Do something in Discord after the commit; return why it could not be done, to be told with the answer."""
        try:
            await effect
        except UserError as error:
            return error
        return None

    def _work(self, interaction: discord.Interaction, guild_id: int | None = None) -> Asked:
        """Read who asks, and open a transaction."""
        return asked(self._context(interaction, guild_id), self._bot.uow())

    def _looking(self, interaction: discord.Interaction, guild_id: int | None = None) -> Asked:
        """Read who asks, and open a unit of work that changes nothing."""
        return asked(self._context(interaction, guild_id), self._bot.uow.reading())
