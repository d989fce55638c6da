"""What every command and button of rules begins with: who asks, and what their server chose."""

from dataclasses import dataclass

import discord

from app.bot import Bot
from app.core.actor import Actor
from app.core.onboarding.policy import OnboardingPolicy
from app.core.settings.snapshot import SettingsSnapshot
from app.services.onboarding.managing import require_manager


@dataclass(frozen=True)
class Asking:
    """Who asks, and what their server chose."""

    actor: Actor
    snapshot: SettingsSnapshot
    policy: OnboardingPolicy


class RulesCog:
    """What the commands and buttons of rules share."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def _context(self, interaction: discord.Interaction) -> Asking:
        """Read who asks. Raises NotInServer."""
        actor, snapshot = await self._bot.asked_by(interaction)
        return Asking(actor, snapshot, OnboardingPolicy.of(snapshot))

    async def _manager(self, interaction: discord.Interaction) -> Asking:
        """Read who asks. Raises NotInServer, ManagersOnly."""
        context = await self._context(interaction)
        require_manager(context.actor)
        return context
