"""What every command and button of onboarding begins with: who asks, and what their server chose."""

from contextlib import AbstractAsyncContextManager

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.onboarding.policy import OnboardingPolicy
from app.core.records import record
from app.core.settings.snapshot import SettingsSnapshot
from app.services.onboarding.managing import require_manager
from app.uow import UnitOfWork, asked


@record
class RequestContext:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot

    @property
    def policy(self) -> OnboardingPolicy:
        """What the server chose about onboarding."""
        return OnboardingPolicy.of(self.snapshot)


Asked = AbstractAsyncContextManager[tuple[RequestContext, UnitOfWork]]


class OnboardingCog:
    """What the commands and buttons of onboarding share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _context(self, interaction: discord.Interaction, guild_id: int | None = None) -> RequestContext:
        """Read who asks. `guild_id` is the server that a button names in a direct message, where nobody is staff.

        Raises NotInServer for a direct message that names none.
        """
        return RequestContext(*await self._bot.asked_by(interaction, guild_id))

    async def _manager(self, interaction: discord.Interaction) -> RequestContext:
        """Read who asks. Raises ManagersOnly."""
        context = await self._context(interaction)
        require_manager(context.actor)
        return context

    def _work(self, interaction: discord.Interaction, guild_id: int | None = None) -> Asked:
        """Read who asks, and open a transaction."""
        return asked(self._context(interaction, guild_id), self._bot.uow())
