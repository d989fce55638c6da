"""What every command and button of the FAQ begins with: who asks, and what their server chose."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.faq.policy import FaqPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.services.faq.rows import require_staff
from app.uow import UnitOfWork


@dataclass(frozen=True)
class RequestContext:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot

    @property
    def policy(self) -> FaqPolicy:
        """What the server chose about its FAQ."""
        return FaqPolicy.of(self.snapshot)


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

    @asynccontextmanager
    async def _work(self, interaction: discord.Interaction) -> AsyncGenerator[tuple[RequestContext, UnitOfWork]]:
        """Read who asks, and open a transaction."""
        context = await self._context(interaction)
        async with self._bot.uow() as work:
            yield context, work
