"""What every command and button of the FAQ begins with: who asks, and what their server chose."""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime

import discord

from app.bot import Bot
from app.core import durations, when
from app.core.actor import Actor
from app.core.errors import InvalidInput
from app.core.faq.policy import FaqPolicy
from app.core.records import record
from app.core.settings import general
from app.core.settings.snapshot import SettingsSnapshot
from app.services.faq.rows import require_staff
from app.uow import UnitOfWork, asked


@record
class RequestContext:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot

    @property
    def policy(self) -> FaqPolicy:
        """What the server chose about its FAQ."""
        return FaqPolicy.of(self.snapshot)


Asked = AbstractAsyncContextManager[tuple[RequestContext, UnitOfWork]]


class FaqCog:
    """What the commands and buttons of the FAQ share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _context(self, interaction: discord.Interaction) -> RequestContext:
        """Read who asks. Raises NotInServer."""
        return RequestContext(*await self._bot.asked_by(interaction))

    async def _staff(self, interaction: discord.Interaction) -> RequestContext:
        """Read who asks. Raises StaffOnly."""
        context = await self._context(interaction)
        require_staff(context.actor)
        return context

    async def _moment(self, interaction: discord.Interaction, context: RequestContext, typed: str) -> datetime:
        """Read one time in the future, by the server's clock. Raises InvalidInput."""
        now, zone = self._bot.clock(), context.snapshot[general.TIMEZONE]

        def read() -> datetime | None:
            with suppress(ValueError, OverflowError):
                return now + durations.parse(typed)
            found = when.read(typed, now=now, zone=zone, locale=interaction.locale)
            return None if found.recurs else found.next_after(now)

        # In a thread: for some languages the first phrase loads a library, which would hold up everybody.
        moment = await asyncio.to_thread(read)
        if moment is None:
            raise InvalidInput("`verify_by` takes one time in the future, such as `in 6 months` or `1 March 2028`.")
        return moment

    def _work(self, interaction: discord.Interaction) -> Asked:
        """Read who asks, and open a transaction."""
        return asked(self._context(interaction), self._bot.uow())

    def _looking(self, interaction: discord.Interaction) -> Asked:
        """Read who asks, and open a unit of work that changes nothing."""
        return asked(self._context(interaction), self._bot.uow.reading())
